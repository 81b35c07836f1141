// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.elementwise.Rows;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * The transpose of a convolution: it goes from the shape of a {@link Conv2D}'s output back to that of its input, as the
 * gradient of that does, and enlarges an image by its strides. With weights (kernelHeight, kernelWidth, filters,
 * channels), Keras's order,
 *
 * <pre>{@code
 * dst[n, h, w, f] = act(bias[f] + Σ src[n, i, j, c]·weights[kh, kw, f, c])
 *     over all kh, kw, i, j with h = i·strideHeight - top + kh·dilationHeight, w likewise, and all c
 * }</pre>
 *
 * <p>With padding in numbers, or {@link Padding#VALID}, an input of n positions gives {@code (n - 1)·stride + reach -
 * before - after + outputPadding}, where reach is what the kernel reaches over; what {@code outputPadding} adds lies
 * behind. With {@link Padding#SAME} or {@link Padding#SAME_LOWER} it gives {@code n·stride}: then the padding is that of
 * the convolution that leads back from there, and outputPadding must be 0. The bits are those of
 * {@link dev.quern.kernels.conv.Conv2D#backwardData}, then the bias is added, then the activation applied. Settings are
 * made before the model is built.
 */
public final class Conv2DTranspose implements Layer {
    private final int filters;
    private final int kernelHeight;
    private final int kernelWidth;
    private int strideHeight = 1;
    private int strideWidth = 1;
    private int dilationHeight = 1;
    private int dilationWidth = 1;
    private int outputPaddingHeight;
    private int outputPaddingWidth;
    private boolean biased = true;
    private Padding padding = Padding.VALID;
    private dev.quern.kernels.activation.Activation activation = dev.quern.kernels.activation.Activation.IDENTITY;
    private Initializer weightsInitializer = new GlorotUniform();
    private Initializer biasInitializer = new Zeros();
    private Regularizer weightsRegularizer = Regularizer.NONE;
    private Regularizer biasRegularizer = Regularizer.NONE;
    private Parameter weights;
    private Parameter bias;
    private FusedActivation result;
    private Plan plan;
    private PerBatch<ConvShape> shapes;
    /** Its destination is shaped as this layer's, for the gradient of the bias. */
    private PerBatch<ConvShape> outputs;

    /** Square kernels. */
    public Conv2DTranspose(int filters, int kernelSize) {
        this(filters, kernelSize, kernelSize);
    }

    /**
     * Kernels of any size.
     *
     * @throws IllegalArgumentException when a number is below 1
     */
    public Conv2DTranspose(int filters, int kernelHeight, int kernelWidth) {
        this.filters = Shapes.positive("filters", filters);
        this.kernelHeight = Shapes.positive("kernelHeight", kernelHeight);
        this.kernelWidth = Shapes.positive("kernelWidth", kernelWidth);
    }

    /** By how much the image is enlarged in both directions; 1 by default. */
    public Conv2DTranspose strides(int strides) {
        return strides(strides, strides);
    }

    /** By how much it is enlarged downwards and to the right. */
    public Conv2DTranspose strides(int height, int width) {
        strideHeight = Shapes.positive("strideHeight", height);
        strideWidth = Shapes.positive("strideWidth", width);
        return this;
    }

    /** The distance between a kernel's taps, down and to the right; 1 by default. */
    public Conv2DTranspose dilation(int height, int width) {
        dilationHeight = Shapes.positive("dilationHeight", height);
        dilationWidth = Shapes.positive("dilationWidth", width);
        return this;
    }

    /** What is cut off the output; {@link Padding#VALID}, nothing, by default. */
    public Conv2DTranspose padding(Padding padding) {
        this.padding = Objects.requireNonNull(padding, "padding");
        return this;
    }

    /** Rows added below and columns added to the right, each fewer than the stride; 0 by default. */
    public Conv2DTranspose outputPadding(int height, int width) {
        if (height < 0 || width < 0) {
            throw new IllegalArgumentException(
                    "outputPadding = " + Shapes.text(height, width) + " (height, width), allowed: 0 or more");
        }
        outputPaddingHeight = height;
        outputPaddingWidth = width;
        return this;
    }

    /** Without a bias: the layer has no parameter but its weights. */
    public Conv2DTranspose withoutBias() {
        biased = false;
        return this;
    }

    /**
     * Applied to the result; none by default.
     *
     * @throws IllegalArgumentException for softmax, which is not element-wise
     */
    public Conv2DTranspose activation(Activation activation) {
        this.activation = Activation.elementWise(activation);
        return this;
    }

    /** {@link GlorotUniform} for the weights and {@link Zeros} for the bias by default. */
    public Conv2DTranspose initializers(Initializer forWeights, Initializer forBias) {
        weightsInitializer = Objects.requireNonNull(forWeights, "forWeights");
        biasInitializer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    /** What large weights and a large bias cost; {@link Regularizer#NONE} for both by default. */
    public Conv2DTranspose regularizers(Regularizer forWeights, Regularizer forBias) {
        weightsRegularizer = Objects.requireNonNull(forWeights, "forWeights");
        biasRegularizer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    @Override
    public String kind() {
        return "conv2d_transpose";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(shapes);
        this.plan = plan;
        if (inputShape.length != 3 || inputShape[0] < 1 || inputShape[1] < 1 || inputShape[2] < 1) {
            throw plan.refuse(inputShape, "(height, width, channels), each 1 or more");
        }
        if (outputPaddingHeight >= strideHeight || outputPaddingWidth >= strideWidth) {
            throw plan.refuse(
                    inputShape,
                    "an outputPadding below the strides, but it is "
                            + Shapes.text(outputPaddingHeight, outputPaddingWidth) + " with strides "
                            + Shapes.text(strideHeight, strideWidth));
        }
        if (padding.same() && outputPaddingHeight + outputPaddingWidth > 0) {
            throw plan.refuse(inputShape, "no outputPadding with padding " + padding);
        }
        int channels = inputShape[2];
        int[] outputShape = plan(inputShape, channels);
        int taps = kernelHeight * kernelWidth;
        weights = plan.parameter(
                "weights",
                weightsInitializer,
                weightsRegularizer,
                taps * channels,
                taps * filters,
                kernelHeight,
                kernelWidth,
                filters,
                channels);
        bias = biased
                ? plan.parameter("bias", biasInitializer, biasRegularizer, taps * channels, taps * filters, filters)
                : null;
        result = new FusedActivation(activation, null, Shapes.elements(Shapes.withBatch(plan.maxBatch(), outputShape)));
        return outputShape;
    }

    private int[] plan(int[] inputShape, int channels) {
        try {
            int reachHeight = Math.addExact(Math.multiplyExact(kernelHeight - 1, dilationHeight), 1);
            int reachWidth = Math.addExact(Math.multiplyExact(kernelWidth - 1, dilationWidth), 1);
            int height = outputs(inputShape[0], strideHeight, reachHeight, outputPaddingHeight, true);
            int width = outputs(inputShape[1], strideWidth, reachWidth, outputPaddingWidth, false);
            var full = ConvShape.of(
                            Layout.NHWC, plan.maxBatch(), height, width, filters, channels, kernelHeight, kernelWidth)
                    .withStrides(strideHeight, strideWidth)
                    .withDilations(dilationHeight, dilationWidth)
                    .withPadding(
                            padding.top(height, reachHeight, strideHeight),
                            padding.bottom(height, reachHeight, strideHeight),
                            padding.left(width, reachWidth, strideWidth),
                            padding.right(width, reachWidth, strideWidth));
            full.destinationElements();
            shapes = new PerBatch<>(plan.maxBatch(), full::withBatch);
            var same = ConvShape.of(Layout.NHWC, plan.maxBatch(), height, width, 1, filters, 1, 1);
            outputs = new PerBatch<>(plan.maxBatch(), same::withBatch);
            return new int[] {height, width, filters};
        } catch (IllegalArgumentException | ArithmeticException e) {
            IllegalArgumentException refusal = plan.refuse(
                    inputShape,
                    "one that a kernel of " + kernelHeight + "×" + kernelWidth + " can lead back to: "
                            + e.getMessage());
            refusal.initCause(e);
            throw refusal;
        }
    }

    private int outputs(int size, int stride, int reach, int more, boolean vertical) {
        long length = (long) size * stride;
        if (!padding.same()) {
            // Padding in numbers does not depend on the size.
            long cut = vertical
                    ? (long) padding.top(1, 1, 1) + padding.bottom(1, 1, 1)
                    : (long) padding.left(1, 1, 1) + padding.right(1, 1, 1);
            length += (long) reach - stride - cut + more;
        }
        if (length < 1 || length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("output " + (vertical ? "height" : "width") + " = " + length
                    + ", allowed: 1 to " + Integer.MAX_VALUE);
        }
        return (int) length;
    }

    @Override
    public long workspaceFloats(int batch) {
        return dev.quern.kernels.conv.Conv2D.workspaceFloats(shapes.get(batch), plan.pool());
    }

    @Override
    public long flops() {
        return shapes.get(plan.maxBatch()).flops() / plan.maxBatch();
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        float[] out = result.target(dst, training);
        dev.quern.kernels.conv.Conv2D.backwardData(
                shapes.get(src.dimension(0)), src.data(), 0, weights.value().data(), 0, out, 0, workspace);
        if (bias != null) {
            int rows = dst.elements() / filters;
            Rows.addToEach(rows, filters, out, 0, bias.value().data(), 0, out, 0, workspace.pool());
        }
        result.applyAfterwards(dst, training, workspace);
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        int batch = src.dimension(0);
        ConvShape shape = shapes.get(batch);
        result.backward(dst, diffDst, workspace);
        float[] diff = diffDst.data();
        if (bias != null) {
            dev.quern.kernels.conv.Conv2D.backwardBias(
                    outputs.get(batch), diff, 0, bias.gradient().data(), 0);
        }
        dev.quern.kernels.conv.Conv2D.backwardWeights(
                shape, diff, 0, src.data(), 0, weights.gradient().data(), 0, workspace);
        if (diffSrc != null) {
            dev.quern.kernels.conv.Conv2D.forward(
                    shape, diff, 0, weights.value().data(), 0, Epilogue.NONE, diffSrc.data(), 0, workspace);
        }
    }

    /** For a plan. */
    Operation operation() {
        float[] biases = bias == null ? null : Linear.copy(bias.value());
        return new Planned(shapes.get(plan.maxBatch()), Linear.copy(weights.value()), biases, filters, activation);
    }

    private record Planned(
            ConvShape shape,
            float[] weights,
            float[] bias,
            int filters,
            dev.quern.kernels.activation.Activation activation)
            implements Operation {
        @Override
        public String text() {
            return "transposed convolution";
        }

        @Override
        public long workspaceFloats(int batch, WorkerPool pool) {
            return dev.quern.kernels.conv.Conv2D.workspaceFloats(shape.withBatch(batch), pool);
        }

        @Override
        public long weightBytes() {
            return (long) Float.BYTES * (weights.length + (bias == null ? 0 : bias.length));
        }

        @Override
        public Call bind(int batch) {
            ConvShape bound = shape.withBatch(batch);
            int n = bound.sourceElements();
            return (srcs, dst, scratch, workspace) -> {
                dev.quern.kernels.conv.Conv2D.backwardData(bound, srcs[0], 0, weights, 0, dst, 0, workspace);
                if (bias != null) {
                    Rows.addToEach(n / filters, filters, dst, 0, bias, 0, dst, 0, workspace.pool());
                }
                if (activation != dev.quern.kernels.activation.Activation.IDENTITY) {
                    activation.forward(n, dst, 0, dst, 0, workspace.pool());
                }
            };
        }
    }
}
