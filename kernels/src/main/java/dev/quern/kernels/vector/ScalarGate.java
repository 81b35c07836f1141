// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.ScalarMath.*;

/**
 * x·sigmoid(v) with v = x·(linear + cubic·x²), and its derivative, in plain Java: the definition of their bits, and the
 * twin of {@link VectorGate}. SiLU is linear = 1, cubic = 0; GELU in its tanh form, ½x·(1 + tanh(√(2/π)·(x +
 * 0.044715·x³))), is {@link #GELU_LINEAR} and {@link #GELU_CUBIC}, since ½(1 + tanh u) = sigmoid(2u).
 */
public final class ScalarGate {
    /** 2·√(2/π). */
    public static final float GELU_LINEAR = 0x1.988454p0f;

    /** 0.044715·2·√(2/π). */
    public static final float GELU_CUBIC = 0x1.2444f2p-4f;

    private ScalarGate() {}

    /** x·sigmoid(v); x at +∞, -0 at -∞, and the sign of x at 0. */
    public static float gate(float linear, float cubic, float x) {
        float c = clamp(x);
        float s = sigmoid(c * Math.fma(cubic, c * c, linear));
        return (x < -SIGMOID_LIMIT ? -SIGMOID_LIMIT : x) * s;
    }

    /**
     * s + x·v′·s·(1 - s) as s·(1 + x·v′·(1 - s)), where v′ = linear + 3·cubic·x². Both s and 1 - s are quotients of their
     * own: the difference would lose all digits where s is nearly 1.
     */
    public static float gateDerivative(float linear, float cubic, float x) {
        float c = clamp(x);
        float square = c * c;
        float v = clamp(c * Math.fma(cubic, square, linear));
        float shifted = Math.fma(v, -LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, -v));
        float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
        float m = Math.fma(q * r, r, r);
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
        int half = power >> 1;
        float a = Float.intBitsToFloat((half + EXPONENT_BIAS) << MANTISSA_BITS);
        float b = Float.intBitsToFloat((half - power + EXPONENT_BIAS) << MANTISSA_BITS);
        float e = Math.fma(a, m, a);
        float inverse = 1f / (b + e);
        float slope = c * Math.fma(3f * cubic, square, linear);
        return b * inverse * Math.fma(slope, e * inverse, 1f);
    }

    private static float clamp(float x) {
        return x > SIGMOID_LIMIT ? SIGMOID_LIMIT : x < -SIGMOID_LIMIT ? -SIGMOID_LIMIT : x;
    }

    /** y[i] = gate(x[i]); x and y may be the same range. */
    public static void gate(float linear, float cubic, int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = gate(linear, cubic, x[xOffset + i]);
        }
    }

    /** dx[i] = dy[i]·gateDerivative(x[i]); dx and dy may be the same range. */
    public static void gateBackward(
            float linear,
            float cubic,
            int n,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = dy[dyOffset + i] * gateDerivative(linear, cubic, x[xOffset + i]);
        }
    }
}
