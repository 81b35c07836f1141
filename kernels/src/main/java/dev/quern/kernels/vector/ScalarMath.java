// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

/**
 * exp, sigmoid and tanh of floats in plain Java: the definition of their bits, and the twin of {@link VectorMath}. Every
 * step is an IEEE operation or one {@link Math#fma}, so the results are the same on every machine and JIT tier.
 *
 * <p>exp and sigmoid write x as n·ln 2 + r with |r| ≤ ln 2 / 2 and use a polynomial for eʳ - 1 = m ≈ r + r²·q(r), tanh does
 * the like with halves. Largest errors over all 2³² floats, in units in the last place of the true result: exp 0.91,
 * sigmoid 1.75, tanh 1.75 (measured by {@code VectorMathExhaustiveTest}). NaN gives NaN.
 */
public final class ScalarMath {
    /** Above it exp overflows (ln of the largest float is 88.72…), below the lower one it is 0 (ln 2⁻¹⁵⁰ = -103.97…). */
    static final float EXP_HIGH = 89f;

    static final float EXP_LOW = -104f;

    /** Down to here exp(x) is far above the subnormals: 2⁻⁶⁴. */
    public static final float EXP_NORMAL = -44f;

    /** For magnitudes up to here the power of two that scales exp's polynomial is a normal float. */
    static final float ONE_SCALE = 86f;

    /** Beyond ±104 sigmoid is 0 or 1. */
    static final float SIGMOID_LIMIT = 104f;

    /** From 9.01… on tanh rounds to 1. */
    static final float TANH_LIMIT = 10f;

    static final float LOG2_E = 0x1.715476p0f;

    /** 1.5·2²³: a float of this size has no fraction bits, so adding it rounds to an integer left in the low bits. */
    static final float ROUNDER = 0x1.8p23f;

    static final int ROUNDER_BITS = 0x4B400000;

    /** -ln 2 as the sum of two floats, taken n times each by FMA: Cody and Waite's reduction. */
    static final float MINUS_LN2_HIGH = -0x1.62e43p-1f;

    static final float MINUS_LN2_LOW = 0x1.05c61p-29f;

    // q(r) = C2 + C3·r + … + C6·r⁴: least relative error of r + r²·q(r) against expm1(r) on |r| ≤ 1.0001·ln 2 / 2.
    // A Remez exchange in 200-bit arithmetic gives 1.32e-8; made floats one by one from C2 up, the higher ones fitted
    // anew after each rounding: 1.42e-8.
    static final float C2 = 0x1.fffffep-2f;
    static final float C3 = 0x1.5554aep-3f;
    static final float C4 = 0x1.555722p-5f;
    static final float C5 = 0x1.1228c2p-7f;
    static final float C6 = 0x1.6b6514p-10f;

    // t(z) = T0 + T1·z + T2·z²: least relative error of r + r·z·t(z), z = r², against tanh(r) on
    // |r| ≤ 1.0002·¾·(ln 2)/2, found in the same way: 3.90e-9, with float coefficients 3.96e-9.
    static final float T0 = -0x1.555506p-2f;
    static final float T1 = 0x1.10d936p-3f;
    static final float T2 = -0x1.a39f0ep-5f;

    static final int EXPONENT_BIAS = 127;
    static final int MANTISSA_BITS = 23;
    static final int SIGN_BIT = 0x80000000;

    private ScalarMath() {}

    /** eˣ: +∞ above the float range, gradual underflow to 0 below it. */
    public static float exp(float x) {
        float clamped = x > EXP_HIGH ? EXP_HIGH : x < EXP_LOW ? EXP_LOW : x;
        float shifted = Math.fma(clamped, LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, clamped));
        float p = Math.fma(Math.fma(expPolynomial(r), r, 1f), r, 1f);
        // Two factors, since 2ⁿ alone is no float for n = 128 nor for n < -149. Only the second product can round.
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
        int half = power >> 1;
        return p * powerOfTwo(half) * powerOfTwo(power - half);
    }

    /**
     * 1 / (1 + e⁻ˣ), computed as b / (a + a·m + b) where e⁻ˣ = 2ⁿ·(1 + m), a = 2ʰ, b = 2ʰ⁻ⁿ, h = ⌊n/2⌋. No part overflows,
     * a subnormal result is rounded once, and only the denominator and the quotient round by a whole half unit; with
     * e / (1 + e) for negative x there would be a third such rounding and 2.4 units.
     */
    public static float sigmoid(float x) {
        float clamped = x > SIGMOID_LIMIT ? SIGMOID_LIMIT : x < -SIGMOID_LIMIT ? -SIGMOID_LIMIT : x;
        float shifted = Math.fma(clamped, -LOG2_E, ROUNDER);
        float n = shifted - ROUNDER;
        float r = Math.fma(n, MINUS_LN2_LOW, Math.fma(n, MINUS_LN2_HIGH, -clamped));
        float m = Math.fma(expPolynomial(r) * r, r, r);
        int power = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
        int half = power >> 1;
        float a = powerOfTwo(half);
        float b = powerOfTwo(half - power);
        // a + b is exact up to |n| = 23; beyond, what the smaller one loses goes in with the small term.
        float sum = a + b;
        float lost = b - (sum - a);
        return b / (sum + Math.fma(a, m, lost));
    }

    /**
     * With x = n·(ln 2)/2 + r, t = tanh r and s = 2ⁿ this is (s - 1 + (s + 1)·t) / (s + 1 + (s - 1)·t), for |x|. n is rounded from
     * a quarter less, in order that up to |x| = 0.26, where n = 0, nothing but t and the quotient rounds, and beyond it s - 1
     * outweighs what t may take off. The denominator is formed as numerator + 2·(1 - t), so that for large x, where both are
     * nearly the same, they err alike. The sign is that of x, so tanh(-0) = -0; ±1 at ±∞.
     */
    public static float tanh(float x) {
        float magnitude = Math.abs(x);
        float held = magnitude > TANH_LIMIT ? TANH_LIMIT : magnitude;
        float shifted = Math.fma(held, 2 * LOG2_E, -0.25f) + ROUNDER;
        float n = shifted - ROUNDER;
        float r = Math.fma(n, MINUS_LN2_LOW / 2, Math.fma(n, MINUS_LN2_HIGH / 2, held));
        float z = r * r;
        float t = Math.fma(Math.fma(Math.fma(T2, z, T1), z, T0), r * z, r);
        float scale = powerOfTwo(Float.floatToRawIntBits(shifted) - ROUNDER_BITS);
        float numerator = Math.fma(scale + 1f, t, scale - 1f);
        float quotient = numerator / (numerator + Math.fma(-2f, t, 2f));
        int sign = Float.floatToRawIntBits(x) & SIGN_BIT;
        return Float.intBitsToFloat(Float.floatToRawIntBits(quotient) | sign);
    }

    private static float expPolynomial(float r) {
        return Math.fma(Math.fma(Math.fma(Math.fma(C6, r, C5), r, C4), r, C3), r, C2);
    }

    private static float powerOfTwo(int n) {
        return Float.intBitsToFloat((n + EXPONENT_BIAS) << MANTISSA_BITS);
    }

    /** y[i] = exp(x[i]); x and y may be the same range. */
    public static void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = exp(x[xOffset + i]);
        }
    }

    /** y[i] = sigmoid(x[i]); x and y may be the same range. */
    public static void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = sigmoid(x[xOffset + i]);
        }
    }

    /** y[i] = tanh(x[i]); x and y may be the same range. */
    public static void tanh(int n, float[] x, int xOffset, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = tanh(x[xOffset + i]);
        }
    }
}
