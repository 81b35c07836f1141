// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * exp, sigmoid and tanh over arrays: {@link ScalarMath} step by step, on as many floats at once as a vector holds, with
 * the same bits. The mathematics and the constants are written down there. To be loaded only where
 * {@link VectorSupport#ENABLED} holds.
 *
 * <p>Loops that read x and write y load one vector ahead, the last vector, which has no next, in a round of its own: a load
 * waits for an earlier store when both addresses agree modulo 4096, and arrays of powers of two that lie one after the
 * other are 16 bytes apart by that measure.
 */
public final class VectorMath {
    private VectorMath() {}

    /**
     * {@link ScalarMath#ROUNDER} that leaves n + 127 in the low bits: shifted into the exponent, that is 2ⁿ. No product
     * that is rounded here lies halfway between two integers, so that an odd addend rounds it to the same one.
     */
    private static final float BIASED = ROUNDER + EXPONENT_BIAS;

    /** As {@link #BIASED} with n + 128, for 2ⁿ⁺¹. */
    private static final float EVENLY_BIASED = ROUNDER + EXPONENT_BIAS + 1;

    /** As {@link #BIASED} with n + 127 - 40 and, higher by a bit, what becomes the sign: -2ⁿ⁻⁴⁰. */
    private static final float MINUS_SCALED = ROUNDER + 2 * (EXPONENT_BIAS + 1) + EXPONENT_BIAS - 40;

    /** As {@link #BIASED} with n + 254, for two factors: its halves are the exponents ⌊n/2⌋ + 127 and ⌈n/2⌉ + 127. */
    private static final float TWICE_BIASED = ROUNDER + 2 * EXPONENT_BIAS;

    /**
     * The constants of exp's shorter way. Read from an array they are kept in registers: the JIT would make known ones anew for
     * each vector where a loop has two ways through it, a load for each use.
     */
    private static final float[] EXP = {BIASED, LOG2_E, MINUS_LN2_HIGH, MINUS_LN2_LOW, 1f, C2, C3, C4, C5, C6};

    private static final int EXP_HIGH_BITS = Float.floatToRawIntBits(EXP_HIGH);
    private static final int SIGMOID_LOW_BITS = Float.floatToRawIntBits(-SIGMOID_LIMIT);

    /** Above it sigmoid is 1, and 2ⁿ⁻⁴⁰ would not be normal. */
    private static final float SIGMOID_HIGH = 59f;

    private static final float SIGMOID_ONE = 0x1p-40f;

    /**
     * y[i] = exp(x[i]); x and y may be the same range. Each vector is asked by itself whether it needs the longer way to the
     * same bits: a maximum over many of them goes round its loop and waits for every load in turn, and where x comes from
     * memory all that is in flight waits behind it.
     */
    public static void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
        int full = n / COUNT * COUNT;
        expWhole(full, x, xOffset, y, yOffset);
        ScalarMath.exp(n - full, x, xOffset + full, y, yOffset + full);
    }

    private static void expWhole(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, EXP[0]);
        var log2e = FloatVector.broadcast(FLOATS, EXP[1]);
        var ln2High = FloatVector.broadcast(FLOATS, EXP[2]);
        var ln2Low = FloatVector.broadcast(FLOATS, EXP[3]);
        var one = FloatVector.broadcast(FLOATS, EXP[4]);
        var c2 = FloatVector.broadcast(FLOATS, EXP[5]);
        var c3 = FloatVector.broadcast(FLOATS, EXP[6]);
        var c4 = FloatVector.broadcast(FLOATS, EXP[7]);
        var c5 = FloatVector.broadcast(FLOATS, EXP[8]);
        var c6 = FloatVector.broadcast(FLOATS, EXP[9]);
        for (int i = 0; i < n; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            if (in.abs().compare(VectorOperators.GT, ONE_SCALE).anyTrue()) {
                FloatVector above = in.blend(EXP_LOW, in.compare(VectorOperators.LT, EXP_LOW));
                // Above the limit only n is held back: r and the polynomial grow with x, and the result stays +∞ or
                // NaN.
                FloatVector held = above.reinterpretAsInts().min(EXP_HIGH_BITS).reinterpretAsFloats();
                var twice = FloatVector.broadcast(FLOATS, TWICE_BIASED);
                FloatVector shifted = held.fma(log2e, twice);
                FloatVector whole = shifted.sub(twice);
                FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, above));
                FloatVector p = r.fma(c6, c5)
                        .fma(r, c4)
                        .fma(r, c3)
                        .fma(r, c2)
                        .fma(r, one)
                        .fma(r, one);
                IntVector power = shifted.reinterpretAsInts();
                IntVector half = power.lanewise(VectorOperators.ASHR, 1);
                IntVector first = half.lanewise(VectorOperators.LSHL, MANTISSA_BITS);
                IntVector second = power.sub(half).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
                p.mul(first.reinterpretAsFloats())
                        .mul(second.reinterpretAsFloats())
                        .intoArray(y, yOffset + i);
            } else {
                // Nothing need be held back, and one power of two scales the polynomial.
                FloatVector shifted = in.fma(log2e, rounder);
                FloatVector whole = shifted.sub(rounder);
                FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
                FloatVector p = r.fma(c6, c5)
                        .fma(r, c4)
                        .fma(r, c3)
                        .fma(r, c2)
                        .fma(r, one)
                        .fma(r, one);
                IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
                p.mul(power.reinterpretAsFloats()).intoArray(y, yOffset + i);
            }
        }
    }

    /**
     * {@link #exp} for magnitudes up to {@link ScalarMath#ONE_SCALE}, without a look at them: nothing need be held back, and
     * one power of two scales the polynomial.
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
        int full = n / COUNT * COUNT;
        for (int i = 0; i < full; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector shifted = in.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector p =
                    r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
            IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            p.mul(power.reinterpretAsFloats()).intoArray(y, yOffset + i);
        }
        ScalarMath.exp(n - full, x, xOffset + full, y, yOffset + full);
    }

    /**
     * y[i] = sigmoid(x[i]); x and y may be the same range. In place of a and b are taken 2ⁿ⁻⁴⁰ and 2⁻⁴⁰, which are never
     * too small nor too large once x is held below 60, where sigmoid is 1: one factor in all of the quotient changes no bit.
     * Taken are -r and -2ⁿ⁻⁴⁰, in order that nothing need be negated; the coefficients' signs turn with them.
     */
    public static void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var high = FloatVector.broadcast(FLOATS, SIGMOID_HIGH);
        var rounder = FloatVector.broadcast(FLOATS, MINUS_SCALED);
        var log2e = FloatVector.broadcast(FLOATS, -LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, -MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, -MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, SIGMOID_ONE);
        var c2 = FloatVector.broadcast(FLOATS, -C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, -C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, -C6);
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                in = in.blend(high, in.compare(VectorOperators.GT, high));
                // Below the limit only n is held back: the denominator is ∞ or NaN all the same. Of negative
                // floats the lower one has the greater bits, and all have greater ones than positive floats.
                FloatVector above = in.reinterpretAsInts()
                        .lanewise(VectorOperators.UMIN, SIGMOID_LOW_BITS)
                        .reinterpretAsFloats();
                FloatVector shifted = above.fma(log2e, rounder);
                FloatVector whole = shifted.sub(rounder);
                FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
                FloatVector q = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2);
                FloatVector minusM = q.mul(r).fma(r, r);
                FloatVector minusA = shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats();
                FloatVector sum = FloatVector.broadcast(FLOATS, SIGMOID_ONE).sub(minusA);
                FloatVector lost = FloatVector.broadcast(FLOATS, SIGMOID_ONE).sub(sum.add(minusA));
                FloatVector.broadcast(FLOATS, SIGMOID_ONE)
                        .div(sum.add(minusA.fma(minusM, lost)))
                        .intoArray(y, yOffset + i);
            }
        }
        ScalarMath.sigmoid(n - full, x, xOffset + full, y, yOffset + full);
    }

    /**
     * y[i] = tanh(x[i]); x and y may be the same range. The numerator and the denominator are doubled: the addend that
     * leaves the exponent of 2ⁿ⁺¹ is even, so that halves round as with {@link ScalarMath#ROUNDER}.
     */
    public static void tanh(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var limit = FloatVector.broadcast(FLOATS, TANH_LIMIT);
        var quarter = FloatVector.broadcast(FLOATS, -0.25f);
        var rounder = FloatVector.broadcast(FLOATS, EVENLY_BIASED);
        var log2e = FloatVector.broadcast(FLOATS, 2 * LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH / 2);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW / 2);
        var two = FloatVector.broadcast(FLOATS, 2f);
        var four = FloatVector.broadcast(FLOATS, 4f);
        var minusFour = FloatVector.broadcast(FLOATS, -4f);
        var t0 = FloatVector.broadcast(FLOATS, T0);
        var t1 = FloatVector.broadcast(FLOATS, T1);
        var t2 = FloatVector.broadcast(FLOATS, T2);
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                FloatVector held = in.reinterpretAsInts().and(~SIGN_BIT).reinterpretAsFloats();
                held = held.blend(limit, held.compare(VectorOperators.GT, limit));
                FloatVector shifted = held.fma(log2e, quarter).add(rounder);
                FloatVector whole = shifted.sub(rounder);
                FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, held));
                FloatVector z = r.mul(r);
                FloatVector t = z.fma(t2, t1).fma(z, t0).fma(r.mul(z), r);
                FloatVector scale = shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats();
                FloatVector numerator = scale.add(two).fma(t, scale.sub(two));
                FloatVector quotient = numerator.div(numerator.add(t.fma(minusFour, four)));
                in.reinterpretAsInts()
                        .and(SIGN_BIT)
                        .or(quotient.reinterpretAsInts())
                        .reinterpretAsFloats()
                        .intoArray(y, yOffset + i);
            }
        }
        ScalarMath.tanh(n - full, x, xOffset + full, y, yOffset + full);
    }
}
