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

    /** y[i] = exp(x[i]); x and y may be the same range. */
    public static void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
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
            in = in.blend(EXP_HIGH, in.compare(VectorOperators.GT, EXP_HIGH));
            in = in.blend(EXP_LOW, in.compare(VectorOperators.LT, EXP_LOW));
            FloatVector shifted = in.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector p =
                    c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
            IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            IntVector first = half.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            IntVector second = power.sub(half).add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            p.mul(first.reinterpretAsFloats()).mul(second.reinterpretAsFloats()).intoArray(y, yOffset + i);
        }
        ScalarMath.exp(n - i, x, xOffset + i, y, yOffset + i);
    }

    /** y[i] = sigmoid(x[i]); x and y may be the same range. */
    public static void sigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i).neg();
            in = in.blend(SIGMOID_LIMIT, in.compare(VectorOperators.GT, SIGMOID_LIMIT));
            in = in.blend(-SIGMOID_LIMIT, in.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            FloatVector shifted = in.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector q = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            IntVector aBits = half.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            IntVector bBits = half.sub(power).add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            FloatVector a = aBits.reinterpretAsFloats();
            FloatVector b = bBits.reinterpretAsFloats();
            FloatVector sum = a.add(b);
            FloatVector lost = b.sub(sum.sub(a));
            b.div(sum.add(a.fma(m, lost))).intoArray(y, yOffset + i);
        }
        ScalarMath.sigmoid(n - i, x, xOffset + i, y, yOffset + i);
    }

    /** y[i] = tanh(x[i]); x and y may be the same range. */
    public static void tanh(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var two = FloatVector.broadcast(FLOATS, 2f);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        var t0 = FloatVector.broadcast(FLOATS, T0);
        var t1 = FloatVector.broadcast(FLOATS, T1);
        var t2 = FloatVector.broadcast(FLOATS, T2);
        var t3 = FloatVector.broadcast(FLOATS, T3);
        var t4 = FloatVector.broadcast(FLOATS, T4);
        var signBit = IntVector.broadcast(INTS, SIGN_BIT);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            IntVector bits = FloatVector.fromArray(FLOATS, x, xOffset + i).reinterpretAsInts();
            IntVector sign = bits.and(signBit);
            FloatVector magnitude = bits.sub(sign).reinterpretAsFloats();
            FloatVector z = magnitude.mul(magnitude);
            FloatVector t = t4.fma(z, t3).fma(z, t2).fma(z, t1).fma(z, t0);
            FloatVector small = t.mul(z).fma(magnitude, magnitude);
            FloatVector twice = magnitude
                    .blend(TANH_LIMIT, magnitude.compare(VectorOperators.GT, TANH_LIMIT))
                    .mul(two);
            FloatVector shifted = twice.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, twice));
            FloatVector q = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            FloatVector scale = power.add(EXPONENT_BIAS)
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector large = one.sub(two.div(scale.fma(m, scale.add(one))));
            FloatVector chosen = large.blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL));
            chosen.reinterpretAsInts().or(sign).reinterpretAsFloats().intoArray(y, yOffset + i);
        }
        ScalarMath.tanh(n - i, x, xOffset + i, y, yOffset + i);
    }
}
