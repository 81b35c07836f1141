// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import dev.quern.kernels.vector.ScalarMath;

/** The formulas of {@link Activation} in plain Java. */
final class ActivationScalar {
    private ActivationScalar() {}

    static void forward(Activation.Kind kind, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
        switch (kind) {
            case RELU -> relu(n, x, xOffset, y, yOffset);
            case LEAKY_RELU -> leakyRelu(slope, n, x, xOffset, y, yOffset);
            case SIGMOID -> ScalarMath.sigmoid(n, x, xOffset, y, yOffset);
            case TANH -> ScalarMath.tanh(n, x, xOffset, y, yOffset);
            case IDENTITY -> throw new AssertionError(kind);
        }
    }

    static void relu(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            float in = x[xOffset + i];
            y[yOffset + i] = in <= 0f ? 0f : in;
        }
    }

    static void leakyRelu(float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            float in = x[xOffset + i];
            y[yOffset + i] = in <= 0f ? slope * in : in;
        }
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
        for (int i = 0; i < n; i++) {
            float out = y[yOffset + i];
            float gradient = dy[dyOffset + i];
            dx[dxOffset + i] = switch (kind) {
                case RELU -> out > 0f ? gradient : 0f;
                case LEAKY_RELU -> out > 0f ? gradient : slope * gradient;
                case SIGMOID -> gradient * Math.fma(-out, out, out);
                case TANH -> gradient * Math.fma(-out, out, 1f);
                case IDENTITY -> throw new AssertionError(kind);
            };
        }
    }
}
