// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, sigmoid and tanh over arrays: {@link ScalarMath} step by step, on as many floats at once as a vector holds, with
 * the same bits. The mathematics and the constants are written down there. To be loaded only where
 * {@link VectorSupport#ENABLED} holds.
 */
public final class VectorMath {
    private VectorMath() {}

    /**
     * {@link ScalarMath#ROUNDER} that leaves n + 127 in the low bits: shifted into the exponent, that is 2ⁿ. No product
     * that is rounded here lies halfway between two integers, so that an odd addend rounds it to the same one.
     */
    private static final float BIASED = ROUNDER + EXPONENT_BIAS;

    /** The same with n + 254, for two factors: its halves are the exponents ⌊n/2⌋ + 127 and ⌈n/2⌉ + 127. */
    private static final float TWICE_BIASED = ROUNDER + 2 * EXPONENT_BIAS;

    private static final int EXP_HIGH_BITS = Float.floatToRawIntBits(EXP_HIGH);
    private static final int SIGMOID_LIMIT_BITS = Float.floatToRawIntBits(SIGMOID_LIMIT);
    private static final int TANH_LIMIT_BITS = Float.floatToRawIntBits(TANH_LIMIT);

    /** y[i] = exp(x[i]); x and y may be the same range. */
    public static void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, TWICE_BIASED);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            in = in.blend(EXP_LOW, in.compare(VectorOperators.LT, EXP_LOW));
            // Above the limit only n is held back: r and the polynomial grow with x, and the result stays +∞ or NaN.
            FloatVector below = in.reinterpretAsInts().min(EXP_HIGH_BITS).reinterpretAsFloats();
            FloatVector shifted = below.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector p =
                    c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
            IntVector power = shifted.reinterpretAsInts();
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            IntVector first = half.lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            IntVector second = power.sub(half).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            p.mul(first.reinterpretAsFloats()).mul(second.reinterpretAsFloats()).intoArray(y, yOffset + i);
        }
        ScalarMath.exp(n - i, x, xOffset + i, y, yOffset + i);
    }

    /**
     * {@link #exp} for x from {@link ScalarMath#EXP_NORMAL} to 0: nothing need be held back, and one power of two
     * scales the polynomial.
     */
    public static void expNormal(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, BIASED);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector shifted = in.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector p =
                    c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
            IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            p.mul(power.reinterpretAsFloats()).intoArray(y, yOffset + i);
        }
        ScalarMath.exp(n - i, x, xOffset + i, y, yOffset + i);
    }

    /** y[i] = sigmoid(x[i]); x and y may be the same range. */
    public static void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, TWICE_BIASED);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var twoBiases = IntVector.broadcast(INTS, 2 * EXPONENT_BIAS);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i).neg();
            in = in.blend(-SIGMOID_LIMIT, in.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            // As in exp: with n held back alone, the denominator is ∞ or NaN all the same.
            FloatVector below = in.reinterpretAsInts().min(SIGMOID_LIMIT_BITS).reinterpretAsFloats();
            FloatVector shifted = below.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector q = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            IntVector power = shifted.reinterpretAsInts();
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            FloatVector a = half.lanewise(VectorOperators.LSHL, MANTISSA_BITS).reinterpretAsFloats();
            FloatVector b = twoBiases
                    .sub(power.sub(half))
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector sum = a.add(b);
            FloatVector lost = b.sub(sum.sub(a));
            b.div(sum.add(a.fma(m, lost))).intoArray(y, yOffset + i);
        }
        ScalarMath.sigmoid(n - i, x, xOffset + i, y, yOffset + i);
    }

    /**
     * y[i] = tanh(x[i]); x and y may be the same range. Taken are half of r, of m and of the last denominator, in order
     * that nothing need be doubled: powers of two in the constants change no bit.
     */
    public static void tanh(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, BIASED);
        var log2e = FloatVector.broadcast(FLOATS, 2 * LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH / 2);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW / 2);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var half = FloatVector.broadcast(FLOATS, 0.5f);
        var c2 = FloatVector.broadcast(FLOATS, 2 * C2);
        var c3 = FloatVector.broadcast(FLOATS, 4 * C3);
        var c4 = FloatVector.broadcast(FLOATS, 8 * C4);
        var c5 = FloatVector.broadcast(FLOATS, 16 * C5);
        var c6 = FloatVector.broadcast(FLOATS, 32 * C6);
        var t0 = FloatVector.broadcast(FLOATS, T0);
        var t1 = FloatVector.broadcast(FLOATS, T1);
        var t2 = FloatVector.broadcast(FLOATS, T2);
        var t3 = FloatVector.broadcast(FLOATS, T3);
        var t4 = FloatVector.broadcast(FLOATS, T4);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            IntVector bits = FloatVector.fromArray(FLOATS, x, xOffset + i).reinterpretAsInts();
            IntVector magnitudeBits = bits.and(~SIGN_BIT);
            FloatVector magnitude = magnitudeBits.reinterpretAsFloats();
            FloatVector z = magnitude.mul(magnitude);
            FloatVector t = t4.fma(z, t3).fma(z, t2).fma(z, t1).fma(z, t0);
            FloatVector small = t.mul(z).fma(magnitude, magnitude);
            // As in exp: with n held back alone, the denominator is so large that 1 remains, or NaN.
            FloatVector below = magnitudeBits.min(TANH_LIMIT_BITS).reinterpretAsFloats();
            FloatVector shifted = below.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, magnitude));
            FloatVector q = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            FloatVector scale = shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector large = one.sub(one.div(scale.fma(m, scale.fma(half, half))));
            FloatVector chosen = large.blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL));
            bits.and(SIGN_BIT)
                    .or(chosen.reinterpretAsInts())
                    .reinterpretAsFloats()
                    .intoArray(y, yOffset + i);
        }
        ScalarMath.tanh(n - i, x, xOffset + i, y, yOffset + i);
    }
}
