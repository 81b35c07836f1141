// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * A {@link DepthwiseConv2D} without bias, then a {@link Conv2D} of 1×1 that mixes its channels: nearly what a whole
 * convolution does, with far fewer weights. Its parameters are {@code depthwise/weights}, {@code pointwise/weights} and
 * {@code pointwise/bias}. Settings are made before the model is built.
 */
public final class SeparableConv2D implements Layer {
    private final DepthwiseConv2D depthwise;
    private final Conv2D pointwise;
    private Tensor between;
    private Tensor gradient;
    private PerBatch<Tensor[]> views;

    /** Square kernels. */
    public SeparableConv2D(int filters, int kernelSize) {
        this(filters, kernelSize, kernelSize);
    }

    /**
     * Kernels of any size.
     *
     * @throws IllegalArgumentException when a number is below 1
     */
    public SeparableConv2D(int filters, int kernelHeight, int kernelWidth) {
        pointwise = new Conv2D(filters, 1);
        depthwise = new DepthwiseConv2D(kernelHeight, kernelWidth).withoutBias();
    }

    /** Outputs of each channel on the way; 1 by default. */
    public SeparableConv2D multiplier(int value) {
        depthwise.multiplier(value);
        return this;
    }

    /** The same step in both directions; 1 by default. */
    public SeparableConv2D strides(int strides) {
        depthwise.strides(strides);
        return this;
    }

    /** The step down and the step to the right. */
    public SeparableConv2D strides(int height, int width) {
        depthwise.strides(height, width);
        return this;
    }

    /** The distance between a kernel's taps, down and to the right; 1 by default. */
    public SeparableConv2D dilation(int height, int width) {
        depthwise.dilation(height, width);
        return this;
    }

    /** {@link Padding#VALID} by default. */
    public SeparableConv2D padding(Padding padding) {
        depthwise.padding(padding);
        return this;
    }

    /** Without a bias after the 1×1. */
    public SeparableConv2D withoutBias() {
        pointwise.withoutBias();
        return this;
    }

    /**
     * Applied to the result; none by default.
     *
     * @throws IllegalArgumentException for softmax, which is not element-wise
     */
    public SeparableConv2D activation(Activation activation) {
        pointwise.activation(activation);
        return this;
    }

    /** {@link GlorotUniform} for both weights and {@link Zeros} for the bias by default. */
    public SeparableConv2D initializers(Initializer forWeights, Initializer forBias) {
        depthwise.initializers(forWeights, forBias);
        pointwise.initializers(forWeights, forBias);
        return this;
    }

    /** What large weights of both and a large bias cost; {@link Regularizer#NONE} by default. */
    public SeparableConv2D regularizers(Regularizer forWeights, Regularizer forBias) {
        depthwise.regularizers(forWeights, forBias);
        pointwise.regularizers(forWeights, forBias);
        return this;
    }

    @Override
    public String kind() {
        return "separable_conv2d";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        int[] middle = depthwise.build(plan.part("depthwise"), inputShape);
        int[] outputShape = pointwise.build(plan.part("pointwise"), middle);
        between = Tensor.zeros(Shapes.withBatch(plan.maxBatch(), middle));
        gradient = Tensor.zeros(Shapes.withBatch(plan.maxBatch(), middle));
        views = new PerBatch<>(plan.maxBatch(), batch -> new Tensor[] {between.first(batch), gradient.first(batch)});
        return outputShape;
    }

    @Override
    public long workspaceFloats(int batch) {
        return Math.max(depthwise.workspaceFloats(batch), pointwise.workspaceFloats(batch));
    }

    @Override
    public long flops() {
        return depthwise.flops() + pointwise.flops();
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        Tensor middle = views.get(src.dimension(0))[0];
        depthwise.forward(src, middle, training, workspace);
        pointwise.forward(middle, dst, training, workspace);
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        Tensor middle = views.get(src.dimension(0))[0];
        Tensor diffMiddle = views.get(src.dimension(0))[1];
        pointwise.backward(middle, dst, diffDst, diffMiddle, workspace);
        depthwise.backward(src, middle, diffMiddle, diffSrc, workspace);
    }

    /** For a plan: the first of the two. */
    Linear depthwiseLinear() {
        return depthwise.linear();
    }

    /** For a plan: the second. */
    Linear pointwiseLinear() {
        return pointwise.linear();
    }

    /** Elements of an image between the two. */
    int betweenElements() {
        return between.elements() / between.dimension(0);
    }
}
