// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.ScalarMath.*;

/**
 * GELU, x·Φ(x) with Φ the normal distribution's cumulative function, and its derivative in plain Java: the definition of
 * their bits, and the twin of {@link VectorGelu}.
 *
 * <p>With t = |x| and Q(t) = 1 - Φ(t), GELU(x) = max(x, 0) - t·Q(t). log₂ Q is smooth and nearly a parabola, so Q(t) =
 * 2^(-1 + t·h(t)) with one polynomial h for all t: no division, no branch, and where Q is tiny it stays so. From t =
 * 12.9… on Q counts as 0. Largest errors of GELU over all 2³² floats: 1.35 units in the last place, or 5.91e-8 where 4
 * units are less than 2⁻²² (measured by {@code VectorMathExhaustiveTest}).
 */
public final class ScalarGelu {
    /** Beyond it nothing changes. */
    static final float LIMIT = 13.5f;

    /** 2^-127 and all below count as 0. */
    static final float LOWEST = -127f;

    // h(t) = H0 + … + H9·t⁹ on 0 ≤ t ≤ 13.1. Weighted least error by Lawson's iteration in double precision against
    // 40-digit values, made floats one by one from H0 up, the higher ones fitted anew after each: t·Q(t) is within
    // 1.4e-8, or 10 % of itself where that is less.
    static final float H0 = -0x1.26af06p0f;
    static final float H1 = -0x1.d6333cp-2f;
    static final float H2 = -0x1.aec088p-5f;
    static final float H3 = 0x1.d668f4p-8f;
    static final float H4 = -0x1.b5f5d8p-13f;
    static final float H5 = -0x1.62a368p-13f;
    static final float H6 = 0x1.5decbcp-15f;
    static final float H7 = -0x1.39bd26p-18f;
    static final float H8 = 0x1.172a02p-22f;
    static final float H9 = -0x1.89dae2p-28f;

    // 2ʳ ≈ 1 + r·(E1 + E2·r + … + E6·r⁵) on |r| ≤ 1/2, least relative error, found in the same way: 3.0e-9.
    static final float E1 = 0x1.62e43p-1f;
    static final float E2 = 0x1.ebfbdcp-3f;
    static final float E3 = 0x1.c6af7cp-5f;
    static final float E4 = 0x1.3b2dep-7f;
    static final float E5 = 0x1.5f083p-10f;
    static final float E6 = 0x1.416b5ap-13f;

    /** The density φ(t) is 2^(D0 + D2·t²): D0 = log₂(1/√2π), D2 = -log₂(e)/2. */
    static final float D0 = -0x1.53643ap0f;

    static final float D2 = -0x1.715476p-1f;

    private ScalarGelu() {}

    /** x·Φ(x); +∞ at +∞, -0 at -∞, and the sign of x at 0. */
    public static float gelu(float x) {
        float magnitude = Math.abs(x);
        float t = magnitude > LIMIT ? LIMIT : magnitude;
        float positive = x >= 0f ? x : -0f;
        return Math.fma(-t, powerOfTwo(tailExponent(t)), positive);
    }

    /** Φ(x) + x·φ(x): Q(t) - t·φ(t) at -t, and 1 less that at t. */
    public static float geluDerivative(float x) {
        float magnitude = Math.abs(x);
        float t = magnitude > LIMIT ? LIMIT : magnitude;
        float tail = powerOfTwo(tailExponent(t));
        float density = powerOfTwo(Math.fma(t * D2, t, D0));
        float below = Math.fma(-t, density, tail);
        return x >= 0f ? 1f - below : below;
    }

    /** Even and odd powers apart: two short chains of FMA instead of a long one, which the CPU could not hide. */
    private static float tailExponent(float t) {
        float z = t * t;
        float even = Math.fma(Math.fma(Math.fma(Math.fma(H8, z, H6), z, H4), z, H2), z, H0);
        float odd = Math.fma(Math.fma(Math.fma(Math.fma(H9, z, H7), z, H5), z, H3), z, H1);
        return Math.fma(Math.fma(odd, t, even), t, -1f);
    }

    private static float powerOfTwo(float exponent) {
        float clamped = exponent < LOWEST ? LOWEST : exponent;
        float shifted = clamped + ROUNDER;
        float r = clamped - (shifted - ROUNDER);
        float z = r * r;
        float even = Math.fma(Math.fma(Math.fma(E6, z, E4), z, E2), z, 1f);
        float odd = Math.fma(Math.fma(E5, z, E3), z, E1);
        // At -127 the exponent bits are 0, and so is the float made of them.
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
        return Math.fma(odd, r, even) * Float.intBitsToFloat((power + EXPONENT_BIAS) << MANTISSA_BITS);
    }

    /** y[i] = gelu(x[i]); x and y may be the same range. */
    public static void gelu(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = gelu(x[xOffset + i]);
        }
    }

    /** dx[i] = dy[i]·geluDerivative(x[i]); dx and dy may be the same range. */
    public static void geluBackward(int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = dy[dyOffset + i] * geluDerivative(x[xOffset + i]);
        }
    }
}
