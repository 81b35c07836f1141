// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * Layer normalisation over the last dimension: at each position of each image by itself, in training and prediction
 * alike. Parameters are gamma, 1 at the start, and beta, 0. The definition of the result, down to its bits, is that of
 * {@link dev.quern.kernels.norm.LayerNorm}.
 */
public final class LayerNorm implements Layer {
    private float epsilon = 1e-5f;
    private Parameter gamma;
    private Parameter beta;
    private float[] saved;
    private int columns;
    private Plan plan;

    /** Epsilon 1e-5. */
    public LayerNorm() {}

    /**
     * Added to the variance.
     *
     * @throws IllegalArgumentException unless it is above 0 and finite
     */
    public LayerNorm epsilon(float value) {
        if (!(value > 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("epsilon = " + value + ", allowed: above 0, finite");
        }
        epsilon = value;
        return this;
    }

    @Override
    public String kind() {
        return "layer_norm";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(this.plan);
        int last = inputShape.length - 1;
        if (last < 0 || inputShape[last] < 1) {
            throw plan.refuse(inputShape, "a last dimension of 1 or more");
        }
        this.plan = plan;
        columns = inputShape[last];
        gamma = plan.parameter("gamma", BatchNorm::ones, columns, columns, columns);
        beta = plan.parameter("beta", new Zeros(), columns, columns, columns);
        int rows = Shapes.elements(Shapes.withBatch(plan.maxBatch(), Arrays.copyOf(inputShape, last)));
        saved = new float[Shapes.elements(2, rows)];
        return inputShape;
    }

    @Override
    public long workspaceFloats(int batch) {
        int most = saved.length / 2;
        return dev.quern.kernels.norm.LayerNorm.workspaceFloats(most, columns, plan.pool());
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        dev.quern.kernels.norm.LayerNorm.forward(
                src.elements() / columns,
                columns,
                epsilon,
                src.data(),
                0,
                gamma.value().data(),
                0,
                beta.value().data(),
                0,
                dst.data(),
                0,
                saved,
                0,
                workspace.pool());
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        int rows = src.elements() / columns;
        float[] x = src.data();
        float[] diff = diffDst.data();
        dev.quern.kernels.norm.LayerNorm.backwardParameters(
                rows,
                columns,
                x,
                0,
                saved,
                0,
                diff,
                0,
                gamma.gradient().data(),
                0,
                beta.gradient().data(),
                0,
                workspace);
        if (diffSrc != null) {
            float[] g = gamma.value().data();
            dev.quern.kernels.norm.LayerNorm.backwardData(
                    rows, columns, x, 0, g, 0, saved, 0, diff, 0, diffSrc.data(), 0, workspace.pool());
        }
    }

    /** For a plan. */
    Operation operation() {
        int rows = saved.length / 2 / plan.maxBatch();
        return new Planned(rows, epsilon, Linear.copy(gamma.value()), Linear.copy(beta.value()));
    }

    /**
     * In a plan.
     *
     * @param rows of an image
     */
    private record Planned(int rows, float epsilon, float[] gamma, float[] beta) implements Operation {
        @Override
        public String text() {
            return "layer norm";
        }

        @Override
        public long scratchFloats(int batch) {
            return 2L * rows * batch;
        }

        @Override
        public long weightBytes() {
            return (long) Float.BYTES * (gamma.length + beta.length);
        }

        @Override
        public Call bind(int batch) {
            int all = rows * batch;
            int columns = gamma.length;
            return (srcs, dst, scratch, workspace) -> dev.quern.kernels.norm.LayerNorm.forward(
                    all, columns, epsilon, srcs[0], 0, gamma, 0, beta, 0, dst, 0, scratch, 0, workspace.pool());
        }
    }
}
