// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.gemm.Epilogue;
import java.util.Arrays;

/**
 * A convolution or a dense layer on its way into an {@link InferencePlan}: it takes up what follows it, then becomes an
 * {@link Operation}. In both the last dimension of the weights is that of the outputs.
 */
final class Linear {
    /** Null for a dense layer. */
    private final ConvShape shape;

    private final int inputs;
    private final int outputs;
    private final float[] weights;
    private float[] bias;
    private Activation activation;
    private boolean residual;

    private Linear(ConvShape shape, int inputs, int outputs, Parameter weights, Parameter bias, Activation activation) {
        this.shape = shape;
        this.inputs = inputs;
        this.outputs = outputs;
        this.weights = copy(weights.value());
        this.bias = bias == null ? null : copy(bias.value());
        this.activation = activation;
    }

    static Linear convolution(ConvShape shape, Parameter weights, Parameter bias, Activation activation) {
        return new Linear(shape, 0, shape.outChannels(), weights, bias, activation);
    }

    static Linear dense(int inputs, int units, Parameter weights, Parameter bias, Activation activation) {
        return new Linear(null, inputs, units, weights, bias, activation);
    }

    static float[] copy(Tensor tensor) {
        return Arrays.copyOf(tensor.data(), tensor.elements());
    }

    /** Whether nothing is done to the sums yet. */
    boolean isPlain() {
        return activation == Activation.IDENTITY && !residual;
    }

    /** Whether an activation can still be applied. */
    boolean isWithoutActivation() {
        return activation == Activation.IDENTITY;
    }

    boolean takesResidual() {
        return shape != null && isPlain();
    }

    int outputs() {
        return outputs;
    }

    void activate(Activation value) {
        activation = value;
    }

    void addResidual() {
        residual = true;
    }

    /** Makes the outputs {@code scale·y + shift}; each weight and bias is computed in double and rounded once. */
    void scale(double[] scales, double[] shifts) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (weights[i] * scales[i % outputs]);
        }
        float[] moved = new float[outputs];
        for (int k = 0; k < outputs; k++) {
            moved[k] = (float) (shifts[k] + (bias == null ? 0 : bias[k] * scales[k]));
        }
        bias = moved;
    }

    Operation operation(int largestBatch, NumericClass allowed) {
        Epilogue start = bias == null ? Epilogue.NONE : Epilogue.biasAlongN(bias, 0);
        Epilogue epilogue = start.then(activation);
        return shape == null
                ? DenseOperation.of(largestBatch, inputs, outputs, weights, epilogue)
                : ConvOperation.of(allowed, shape.withBatch(largestBatch), weights, epilogue, residual);
    }
}
