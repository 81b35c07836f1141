// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.norm.NormShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * Batch normalisation of each channel, the last dimension: in training by the mean and variance of the batch, which also
 * move the running ones; in prediction by the running ones. Parameters are gamma, 1 at the start, and beta, 0; state is
 * {@code running}: (2, channels), means at 0 and variances at 1. The definition of the result, down to its bits, is that
 * of {@link dev.quern.kernels.norm.BatchNorm}.
 */
public final class BatchNorm implements Layer {
    private float epsilon = 1e-5f;
    private float momentum = 0.1f;
    private Parameter gamma;
    private Parameter beta;
    private Tensor running;
    private float[] saved;
    private Plan plan;
    private PerBatch<NormShape> shapes;

    /** Epsilon 1e-5 and momentum 0.1, as in PyTorch. */
    public BatchNorm() {}

    /**
     * Added to the variance.
     *
     * @throws IllegalArgumentException unless it is above 0 and finite
     */
    public BatchNorm epsilon(float value) {
        if (!(value > 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("epsilon = " + value + ", allowed: above 0, finite");
        }
        epsilon = value;
        return this;
    }

    /**
     * How far each batch moves the running statistics towards its own: 1 less what Keras calls momentum.
     *
     * @throws IllegalArgumentException unless it is from 0 to 1
     */
    public BatchNorm momentum(float value) {
        if (!(value >= 0f && value <= 1f)) {
            throw new IllegalArgumentException("momentum = " + value + ", allowed: 0 to 1");
        }
        momentum = value;
        return this;
    }

    @Override
    public String kind() {
        return "batch_norm";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(shapes);
        this.plan = plan;
        if (inputShape.length == 0) {
            throw plan.refuse(inputShape, "one dimension or more");
        }
        int last = inputShape.length - 1;
        int channels = inputShape[last];
        int positions = Shapes.elements(Arrays.copyOf(inputShape, last));
        shapes = new PerBatch<>(plan.maxBatch(), batch -> NormShape.of(Layout.NHWC, batch, positions, channels));
        gamma = plan.parameter("gamma", BatchNorm::ones, channels, channels, channels);
        beta = plan.parameter("beta", new Zeros(), channels, channels, channels);
        running = plan.state("running", 0f, 2, channels);
        Arrays.fill(running.data(), channels, 2 * channels, 1f);
        saved = new float[2 * channels];
        return inputShape;
    }

    static void ones(long seed, long stream, int fanIn, int fanOut, Tensor value) {
        Arrays.fill(value.data(), 0, value.elements(), 1f);
    }

    @Override
    public long workspaceFloats(int batch) {
        return dev.quern.kernels.norm.BatchNorm.workspaceFloats(shapes.get(batch), plan.pool());
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        forward(src, null, dev.quern.kernels.activation.Activation.IDENTITY, dst, training, workspace);
    }

    /** With what follows it; residual may be null. */
    void forward(
            Tensor src,
            float[] residual,
            dev.quern.kernels.activation.Activation last,
            Tensor dst,
            boolean training,
            Workspace workspace) {
        NormShape shape = shapes.get(src.dimension(0));
        float[] x = src.data();
        float[] g = gamma.value().data();
        float[] b = beta.value().data();
        float[] r = running.data();
        float[] y = dst.data();
        if (training) {
            dev.quern.kernels.norm.BatchNorm.forward(
                    shape, epsilon, momentum, x, 0, g, 0, b, 0, r, 0, residual, 0, last, y, 0, saved, 0, workspace);
        } else {
            dev.quern.kernels.norm.BatchNorm.inference(
                    shape, epsilon, x, 0, g, 0, b, 0, r, 0, residual, 0, last, y, 0, workspace);
        }
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        backward(src, dst, dev.quern.kernels.activation.Activation.IDENTITY, diffDst, diffSrc, workspace);
    }

    /** With an activation before it, which makes diffDst the gradient of what it was applied to. */
    void backward(
            Tensor src,
            Tensor dst,
            dev.quern.kernels.activation.Activation last,
            Tensor diffDst,
            Tensor diffSrc,
            Workspace workspace) {
        dev.quern.kernels.norm.BatchNorm.backward(
                shapes.get(src.dimension(0)),
                src.data(),
                0,
                gamma.value().data(),
                0,
                saved,
                0,
                dst.data(),
                0,
                last,
                diffDst.data(),
                0,
                diffSrc == null ? null : diffSrc.data(),
                0,
                gamma.gradient().data(),
                0,
                beta.gradient().data(),
                0,
                workspace);
    }

    int channels() {
        return gamma.value().elements();
    }

    /** For a plan: takes the place of this layer in prediction, see {@link InferencePlan}. */
    void foldInto(Linear linear) {
        int channels = channels();
        double[] scales = new double[channels];
        double[] shifts = new double[channels];
        for (int c = 0; c < channels; c++) {
            double variance = running.data()[channels + c];
            scales[c] = gamma.value().data()[c] / Math.sqrt(variance + epsilon);
            shifts[c] = beta.value().data()[c] - running.data()[c] * scales[c];
        }
        linear.scale(scales, shifts);
    }

    /** For a plan. */
    Operation operation() {
        return new Planned(
                shapes.get(plan.maxBatch()).positions(),
                epsilon,
                Linear.copy(gamma.value()),
                Linear.copy(beta.value()),
                Linear.copy(running));
    }

    private record Planned(int positions, float epsilon, float[] gamma, float[] beta, float[] running)
            implements Operation {
        private NormShape shape(int batch) {
            return NormShape.of(Layout.NHWC, batch, positions, gamma.length);
        }

        @Override
        public String text() {
            return "batch norm";
        }

        @Override
        public boolean inPlace() {
            return true;
        }

        @Override
        public long workspaceFloats(int batch, WorkerPool pool) {
            return dev.quern.kernels.norm.BatchNorm.workspaceFloats(shape(batch), pool);
        }

        @Override
        public long weightBytes() {
            return (long) Float.BYTES * (gamma.length + beta.length + running.length);
        }

        @Override
        public Call bind(int batch) {
            NormShape bound = shape(batch);
            return (srcs, dst, scratch, workspace) -> dev.quern.kernels.norm.BatchNorm.inference(
                    bound, epsilon, srcs[0], 0, gamma, 0, beta, 0, running, 0, dst, 0, workspace);
        }
    }
}
