// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * A convolution of each channel by itself: (height, width, channels) becomes (height, width, channels·multiplier), where
 * outputs {@code c·multiplier … c·multiplier + multiplier - 1} are made of channel c alone. Weights are (kernelHeight,
 * kernelWidth, 1, channels·multiplier), the order in memory of Keras's (kernelHeight, kernelWidth, channels, multiplier).
 * It is {@link Conv2D} with as many groups as channels, with its bits. Settings are made before the model is built.
 */
public final class DepthwiseConv2D implements Layer {
    private final int kernelHeight;
    private final int kernelWidth;
    private int multiplier = 1;
    private int strideHeight = 1;
    private int strideWidth = 1;
    private int dilationHeight = 1;
    private int dilationWidth = 1;
    private boolean biased = true;
    private Padding padding = Padding.VALID;
    private Activation activation;
    private Initializer weightsInitializer = new GlorotUniform();
    private Initializer biasInitializer = new Zeros();
    private Regularizer weightsRegularizer = Regularizer.NONE;
    private Regularizer biasRegularizer = Regularizer.NONE;
    private Conv2D convolution;

    /** Square kernels. */
    public DepthwiseConv2D(int kernelSize) {
        this(kernelSize, kernelSize);
    }

    /**
     * Kernels of any size.
     *
     * @throws IllegalArgumentException when a number is below 1
     */
    public DepthwiseConv2D(int kernelHeight, int kernelWidth) {
        this.kernelHeight = Shapes.positive("kernelHeight", kernelHeight);
        this.kernelWidth = Shapes.positive("kernelWidth", kernelWidth);
    }

    /** Outputs of each channel; 1 by default. */
    public DepthwiseConv2D multiplier(int value) {
        multiplier = Shapes.positive("multiplier", value);
        return this;
    }

    /** The same step in both directions; 1 by default. */
    public DepthwiseConv2D strides(int strides) {
        return strides(strides, strides);
    }

    /** The step down and the step to the right. */
    public DepthwiseConv2D strides(int height, int width) {
        strideHeight = Shapes.positive("strideHeight", height);
        strideWidth = Shapes.positive("strideWidth", width);
        return this;
    }

    /** The distance between a kernel's taps, down and to the right; 1 by default. */
    public DepthwiseConv2D dilation(int height, int width) {
        dilationHeight = Shapes.positive("dilationHeight", height);
        dilationWidth = Shapes.positive("dilationWidth", width);
        return this;
    }

    /** {@link Padding#VALID} by default. */
    public DepthwiseConv2D padding(Padding padding) {
        this.padding = Objects.requireNonNull(padding, "padding");
        return this;
    }

    /** Without a bias: the layer has no parameter but its weights. */
    public DepthwiseConv2D withoutBias() {
        biased = false;
        return this;
    }

    /**
     * Applied to the result; none by default.
     *
     * @throws IllegalArgumentException for softmax, which is not element-wise
     */
    public DepthwiseConv2D activation(Activation activation) {
        Activation.elementWise(activation);
        this.activation = activation;
        return this;
    }

    /** {@link GlorotUniform} for the weights and {@link Zeros} for the bias by default. */
    public DepthwiseConv2D initializers(Initializer forWeights, Initializer forBias) {
        weightsInitializer = Objects.requireNonNull(forWeights, "forWeights");
        biasInitializer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    /** What large weights and a large bias cost; {@link Regularizer#NONE} for both by default. */
    public DepthwiseConv2D regularizers(Regularizer forWeights, Regularizer forBias) {
        weightsRegularizer = Objects.requireNonNull(forWeights, "forWeights");
        biasRegularizer = Objects.requireNonNull(forBias, "forBias");
        return this;
    }

    @Override
    public String kind() {
        return "depthwise_conv2d";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        plan.requireNew(convolution);
        if (inputShape.length != 3 || inputShape[2] < 1 || (long) inputShape[2] * multiplier > Integer.MAX_VALUE) {
            throw plan.refuse(
                    inputShape,
                    "(height, width, channels) with channels·" + multiplier + " from 1 to " + Integer.MAX_VALUE);
        }
        int channels = inputShape[2];
        var conv = new Conv2D(channels * multiplier, kernelHeight, kernelWidth)
                .groups(channels)
                .strides(strideHeight, strideWidth)
                .dilation(dilationHeight, dilationWidth)
                .padding(padding)
                .initializers(weightsInitializer, biasInitializer)
                .regularizers(weightsRegularizer, biasRegularizer);
        if (!biased) {
            conv.withoutBias();
        }
        if (activation != null) {
            conv.activation(activation);
        }
        int[] outputShape = conv.build(plan, inputShape);
        convolution = conv;
        return outputShape;
    }

    @Override
    public long workspaceFloats(int batch) {
        return convolution.workspaceFloats(batch);
    }

    @Override
    public long flops() {
        return convolution.flops();
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        convolution.forward(src, dst, training, workspace);
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        convolution.backward(src, dst, diffDst, diffSrc, workspace);
    }

    /** For a plan. */
    Linear linear() {
        return convolution.linear();
    }
}
