// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * A convolution (cross-correlation, as usual) of (height, width, channels) with {@code filters} kernels, a bias for each
 * filter and an activation. Weights are (kernelHeight, kernelWidth, channels / groups, filters). The definition of the
 * result, down to its bits, is that of {@link dev.quern.kernels.conv.Conv2D}. Settings are made before the model is
 * built.
 */
public final class Conv2D implements Layer {
    private final int filters;
    private final int kernelHeight;
    private final int kernelWidth;
    private int strideHeight = 1;
    private int strideWidth = 1;
    private int dilationHeight = 1;
    private int dilationWidth = 1;
    private int groups = 1;
    private Padding padding = Padding.VALID;
    private dev.quern.kernels.activation.Activation activation = dev.quern.kernels.activation.Activation.IDENTITY;
    private Initializer weightsInitializer = new GlorotUniform();
    private Initializer biasInitializer = new Zeros();
    private Regularizer weightsRegularizer = Regularizer.NONE;
    private Regularizer biasRegularizer = Regularizer.NONE;
    private boolean biased = true;
    private Parameter weights;
    private Parameter bias;
    private FusedActivation result;
    private Plan plan;
    private PerBatch<ConvShape> shapes;

    /** Square kernels. */
    public Conv2D(int filters, int kernelSize) {
        this(filters, kernelSize, kernelSize);
    }

    /**
     * Kernels of any size.
     *
     * @throws IllegalArgumentException when a number is below 1
     */
    public Conv2D(int filters, int kernelHeight, int kernelWidth) {
        this.filters = Shapes.positive("filters", filters);
        this.kernelHeight = Shapes.positive("kernelHeight", kernelHeight);
        this.kernelWidth = Shapes.positive("kernelWidth", kernelWidth);
    }

    /** The same step in both directions; 1 by default. */
    public Conv2D strides(int strides) {
        return strides(strides, strides);
    }

    /** The step down and the step to the right. */
    public Conv2D strides(int height, int width) {
        strideHeight = Shapes.positive("strideHeight", height);
        strideWidth = Shapes.positive("strideWidth", width);
        return this;
    }

    /** The distance between a kernel's taps, down and to the right; 1 by default. */
    public Conv2D dilation(int height, int width) {
        dilationHeight = Shapes.positive("dilationHeight", height);
        dilationWidth = Shapes.positive("dilationWidth", width);
        return this;
    }

    /** Into how many independent groups channels and filters are split; must divide both. 1 by default. */
    public Conv2D groups(int value) {
        groups = Shapes.positive("groups", value);
        return this;
    }

    /** {@link Padding#VALID} by default. */
    public Conv2D padding(Padding padding) {
        this.padding = Objects.requireNonNull(padding, "padding");
        return this;
    }

    /**
     * Applied to the result; none by default. One whose gradient needs its input, as GELU's, costs a second array of the
     * output's size.
     *
     * @throws IllegalArgumentException for softmax, which is not element-wise
     */
    public Conv2D activation(Activation activation) {
        this.activation = Activation.elementWise(activation);
        return this;
    }

    /** {@link GlorotUniform} for the weights and {@link Zeros} for the bias by default. */
    public Conv2D initializers(Initializer forWeights, Initializer forBias) {
        weightsInitializer = Objects.requireNonNull(forWeights, "forWeights");
        biasInitializer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    /** What large weights and a large bias cost; {@link Regularizer#NONE} for both by default. */
    public Conv2D regularizers(Regularizer forWeights, Regularizer forBias) {
        weightsRegularizer = Objects.requireNonNull(forWeights, "forWeights");
        biasRegularizer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    /** Without a bias: the layer has no parameter but its weights. */
    public Conv2D withoutBias() {
        biased = false;
        return this;
    }

    @Override
    public String kind() {
        return "conv2d";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(shapes);
        this.plan = plan;
        if (inputShape.length != 3) {
            throw plan.refuse(inputShape, "(height, width, channels)");
        }
        int channels = inputShape[2];
        if (channels % groups != 0 || filters % groups != 0) {
            throw plan.refuse(
                    inputShape, "channels and the " + filters + " filters divisible by the " + groups + " groups");
        }
        int[] outputShape = plan(inputShape[0], inputShape[1], channels, inputShape);
        int taps = kernelHeight * kernelWidth;
        int inner = channels / groups;
        weights = plan.parameter(
                "weights",
                weightsInitializer,
                weightsRegularizer,
                taps * inner,
                taps * filters,
                kernelHeight,
                kernelWidth,
                inner,
                filters);
        bias = biased
                ? plan.parameter("bias", biasInitializer, biasRegularizer, taps * inner, taps * filters, filters)
                : null;
        result = new FusedActivation(activation, bias, Shapes.elements(Shapes.withBatch(plan.maxBatch(), outputShape)));
        return outputShape;
    }

    private int[] plan(int height, int width, int channels, int[] inputShape) {
        try {
            shapes = new PerBatch<>(plan.maxBatch(), batch -> shape(batch, height, width, channels));
            ConvShape full = shapes.get(plan.maxBatch());
            return new int[] {full.outHeight(), full.outWidth(), filters};
        } catch (IllegalArgumentException e) {
            IllegalArgumentException refusal = plan.refuse(
                    inputShape,
                    "one that a kernel of " + kernelHeight + "×" + kernelWidth + " fits: " + e.getMessage());
            refusal.initCause(e);
            throw refusal;
        }
    }

    private ConvShape shape(int batch, int height, int width, int channels) {
        int reachHeight = (kernelHeight - 1) * dilationHeight + 1;
        int reachWidth = (kernelWidth - 1) * dilationWidth + 1;
        return ConvShape.of(Layout.NHWC, batch, height, width, channels, filters, kernelHeight, kernelWidth)
                .withStrides(strideHeight, strideWidth)
                .withDilations(dilationHeight, dilationWidth)
                .withPadding(
                        padding.top(height, reachHeight, strideHeight),
                        padding.bottom(height, reachHeight, strideHeight),
                        padding.left(width, reachWidth, strideWidth),
                        padding.right(width, reachWidth, strideWidth))
                .withGroups(groups);
    }

    @Override
    public long flops() {
        return shapes.get(plan.maxBatch()).flops() / plan.maxBatch();
    }

    @Override
    public long workspaceFloats(int batch) {
        return dev.quern.kernels.conv.Conv2D.workspaceFloats(shapes.get(batch), plan.pool());
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        dev.quern.kernels.conv.Conv2D.forward(
                shapes.get(src.dimension(0)),
                src.data(),
                0,
                weights.value().data(),
                0,
                result.epilogue(training),
                result.target(dst, training),
                0,
                workspace);
        result.finish(dst, training, workspace);
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        ConvShape shape = shapes.get(src.dimension(0));
        result.backward(dst, diffDst, workspace);
        float[] diff = diffDst.data();
        if (biased) {
            dev.quern.kernels.conv.Conv2D.backwardBias(
                    shape, diff, 0, bias.gradient().data(), 0);
        }
        dev.quern.kernels.conv.Conv2D.backwardWeights(
                shape, src.data(), 0, diff, 0, weights.gradient().data(), 0, workspace);
        if (diffSrc != null) {
            dev.quern.kernels.conv.Conv2D.backwardData(
                    shape, diff, 0, weights.value().data(), 0, diffSrc.data(), 0, workspace);
        }
    }

    /** For a plan. */
    Linear linear() {
        return Linear.convolution(shapes.get(plan.maxBatch()), weights, bias, activation);
    }
}
