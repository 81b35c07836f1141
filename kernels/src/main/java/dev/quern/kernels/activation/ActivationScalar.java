// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import dev.quern.kernels.vector.ScalarGate;
import dev.quern.kernels.vector.ScalarGelu;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.ScalarSoft;

/** The formulas of {@link Activation} in plain Java. */
final class ActivationScalar {
    static final float THIRD = 1f / 3f;
    static final float SIXTH = 1f / 6f;

    private ActivationScalar() {}

    static void forward(
            Activation.Kind kind, float first, float second, int n, float[] x, int xOffset, float[] y, int yOffset) {
        switch (kind) {
            case RELU -> relu(n, x, xOffset, y, yOffset);
            case LEAKY_RELU -> leakyRelu(first, n, x, xOffset, y, yOffset);
            case CLIP -> clip(first, second, n, x, xOffset, y, yOffset);
            case ELU -> ScalarSoft.elu(first, n, x, xOffset, y, yOffset);
            case SIGMOID -> ScalarMath.sigmoid(n, x, xOffset, y, yOffset);
            case TANH -> ScalarMath.tanh(n, x, xOffset, y, yOffset);
            case SOFTPLUS -> ScalarSoft.softplus(n, x, xOffset, y, yOffset);
            case HARD_SWISH -> hardSwish(n, x, xOffset, y, yOffset);
            case GATE -> ScalarGate.gate(first, second, n, x, xOffset, y, yOffset);
            case GELU -> ScalarGelu.gelu(n, x, xOffset, y, yOffset);
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

    static void clip(float low, float high, int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            float in = x[xOffset + i];
            y[yOffset + i] = in <= low ? low : in >= high ? high : in;
        }
    }

    static void hardSwish(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            float in = x[xOffset + i];
            y[yOffset + i] = in <= -3f ? 0f : in >= 3f ? in : in * (in + 3f) * SIXTH;
        }
    }

    /** From the output y or the input x, whichever the kind wants. */
    static void backward(
            Activation.Kind kind,
            float first,
            float second,
            int n,
            float[] from,
            int fromOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        switch (kind) {
            case SOFTPLUS -> ScalarSoft.softplusBackward(n, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case GATE -> ScalarGate.gateBackward(first, second, n, from, fromOffset, dy, dyOffset, dx, dxOffset);
            case GELU -> ScalarGelu.geluBackward(n, from, fromOffset, dy, dyOffset, dx, dxOffset);
            default -> plainBackward(kind, first, second, n, from, fromOffset, dy, dyOffset, dx, dxOffset);
        }
    }

    private static void plainBackward(
            Activation.Kind kind,
            float first,
            float second,
            int n,
            float[] from,
            int fromOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        for (int i = 0; i < n; i++) {
            float at = from[fromOffset + i];
            float gradient = dy[dyOffset + i];
            dx[dxOffset + i] = switch (kind) {
                case RELU -> at > 0f ? gradient : 0f;
                case LEAKY_RELU -> at > 0f ? gradient : first * gradient;
                case CLIP -> at > first && at < second ? gradient : 0f;
                case ELU -> at > 0f ? gradient : gradient * (at + first);
                case SIGMOID -> gradient * Math.fma(-at, at, at);
                case TANH -> gradient * Math.fma(-at, at, 1f);
                case HARD_SWISH -> at <= -3f ? 0f : at >= 3f ? gradient : gradient * Math.fma(at, THIRD, 0.5f);
                case IDENTITY, SOFTPLUS, GATE, GELU -> throw new AssertionError(kind);
            };
        }
    }
}
