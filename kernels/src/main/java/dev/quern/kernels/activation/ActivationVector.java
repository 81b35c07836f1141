// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import dev.quern.kernels.vector.VectorMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The formulas of {@link Activation} with vectors; what does not fill one is left to {@link ActivationScalar}. */
final class ActivationVector {
    private ActivationVector() {}

    static void forward(Activation.Kind kind, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
        switch (kind) {
            case RELU -> relu(n, x, xOffset, y, yOffset);
            case LEAKY_RELU -> leakyRelu(slope, n, x, xOffset, y, yOffset);
            case SIGMOID -> VectorMath.sigmoid(n, x, xOffset, y, yOffset);
            case TANH -> VectorMath.tanh(n, x, xOffset, y, yOffset);
            case IDENTITY -> throw new AssertionError(kind);
        }
    }

    private static void relu(int n, float[] x, int xOffset, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            in.blend(0f, in.compare(VectorOperators.LE, 0f)).intoArray(y, yOffset + i);
        }
        ActivationScalar.relu(n - i, x, xOffset + i, y, yOffset + i);
    }

    private static void leakyRelu(float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            in.blend(in.mul(slope), in.compare(VectorOperators.LE, 0f)).intoArray(y, yOffset + i);
        }
        ActivationScalar.leakyRelu(slope, n - i, x, xOffset + i, y, yOffset + i);
    }

    static void backward(
            Activation.Kind kind,
            float slope,
            int n,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        int done = n / COUNT * COUNT;
        switch (kind) {
            case RELU -> reluBackward(done, y, yOffset, dy, dyOffset, dx, dxOffset);
            case LEAKY_RELU -> leakyReluBackward(slope, done, y, yOffset, dy, dyOffset, dx, dxOffset);
            case SIGMOID -> sigmoidBackward(done, y, yOffset, dy, dyOffset, dx, dxOffset);
            case TANH -> tanhBackward(done, y, yOffset, dy, dyOffset, dx, dxOffset);
            case IDENTITY -> throw new AssertionError(kind);
        }
        ActivationScalar.backward(kind, slope, n - done, y, yOffset + done, dy, dyOffset + done, dx, dxOffset + done);
    }

    private static void reluBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            zero.blend(gradient, out.compare(VectorOperators.GT, 0f)).intoArray(dx, dxOffset + i);
        }
    }

    private static void leakyReluBackward(
            float slope, int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(slope)
                    .blend(gradient, out.compare(VectorOperators.GT, 0f))
                    .intoArray(dx, dxOffset + i);
        }
    }

    private static void sigmoidBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(out.neg().fma(out, out)).intoArray(dx, dxOffset + i);
        }
    }

    private static void tanhBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var one = FloatVector.broadcast(FLOATS, 1f);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
            gradient.mul(out.neg().fma(out, one)).intoArray(dx, dxOffset + i);
        }
    }
}
