// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.ScalarMath.*;

/**
 * Softplus and ELU in plain Java: the definition of their bits, and the twin of {@link VectorSoft}. Both go through the
 * eˣ = 2ⁿ·(1 + m) of {@link ScalarMath}. Largest error of softplus over all 2³² floats: 1.93 units in the last place
 * (measured by {@code VectorMathExhaustiveTest}).
 */
public final class ScalarSoft {
    /** e⁻²⁵ is lost beside 1. */
    static final float EXPM1_LIMIT = 25f;

    // ln(1 + e) ≈ e + e²·(L2 + L3·e + … + L10·e⁸) on 0 < e ≤ 1: least relative error by Lawson's iteration in double
    // precision, made floats one by one from L2 up, the higher ones fitted anew after each: 5.3e-9.
    static final float L2 = -0x1.ffffd2p-2f;
    static final float L3 = 0x1.554ddp-2f;
    static final float L4 = -0x1.ff23e8p-3f;
    static final float L5 = 0x1.934b6ep-3f;
    static final float L6 = -0x1.3a43dep-3f;
    static final float L7 = 0x1.b4b07ap-4f;
    static final float L8 = -0x1.d6b6eap-5f;
    static final float L9 = 0x1.49204p-6f;
    static final float L10 = -0x1.af5bep-9f;

    private ScalarSoft() {}

    /** ln(1 + eˣ) as max(x, 0) + ln(1 + e^-|x|). */
    public static float softplus(float x) {
        return (x > 0f ? x : 0f) + log1p(exp(-Math.abs(x)));
    }

    /** ln(1 + e) for e from 0 to 1. */
    static float log1p(float e) {
        float high = Math.fma(Math.fma(Math.fma(Math.fma(L10, e, L9), e, L8), e, L7), e, L6);
        float l = Math.fma(Math.fma(Math.fma(Math.fma(high, e, L5), e, L4), e, L3), e, L2);
        return Math.fma(l * e, e, e);
    }

    /** The derivative of softplus where it is y: 1 - e⁻ʸ; y below 0, which softplus never is, counts as 0. */
    public static float softplusDerivative(float y) {
        float clamped = y > EXPM1_LIMIT ? EXPM1_LIMIT : y < 0f ? 0f : y;
        float shifted = Math.fma(clamped, -LOG2_E, ROUNDER);
        float m = reduced(-clamped, shifted - ROUNDER);
        float scale = powerOfTwo(shifted);
        return Math.fma(-scale, m, 1f - scale);
    }

    /** x where it is 0 or more, alpha·(eˣ - 1) below. */
    public static float elu(float alpha, float x) {
        float clamped = x > 0f ? 0f : x < -EXPM1_LIMIT ? -EXPM1_LIMIT : x;
        float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
        float m = reduced(clamped, shifted - ROUNDER);
        float scale = powerOfTwo(shifted);
        return x >= 0f ? x : alpha * Math.fma(scale, m, scale - 1f);
    }

    private static float reduced(float x, float n) {
        float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, x));
        float q = Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
        return Math.fma(q * r, r, r);
    }

    private static float powerOfTwo(float shifted) {
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
        return Float.intBitsToFloat((power + EXPONENT_BIAS) << MANTISSA_BITS);
    }

    /** y[i] = softplus(x[i]); x and y may be the same range. */
    public static void softplus(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = softplus(x[xOffset + i]);
        }
    }

    /** dx[i] = dy[i]·softplusDerivative(y[i]); dx and dy may be the same range. */
    public static void softplusBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = dy[dyOffset + i] * softplusDerivative(y[yOffset + i]);
        }
    }

    /** y[i] = elu(alpha, x[i]); x and y may be the same range. */
    public static void elu(float alpha, int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = elu(alpha, x[xOffset + i]);
        }
    }
}
