// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.ScalarMath.*;
import static dev.quern.kernels.vector.ScalarSoft.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarSoft} step by step on whole vectors, with the same bits. To be loaded only where
 * {@link VectorSupport#ENABLED} holds.
 */
public final class VectorSoft {
    private VectorSoft() {}

    /** y[i] = softplus(x[i]); x and y may be the same range. */
    public static void softplus(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var zero = FloatVector.zero(FLOATS);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector c = in.abs().neg();
            c = c.blend(EXP_LOW, c.compare(VectorOperators.LT, EXP_LOW));
            FloatVector shifted = c.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, c));
            FloatVector p =
                    r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
            IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            IntVector first = half.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            IntVector second = power.sub(half).add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            FloatVector e = p.mul(first.reinterpretAsFloats()).mul(second.reinterpretAsFloats());
            FloatVector l = FloatVector.broadcast(FLOATS, L10)
                    .fma(e, FloatVector.broadcast(FLOATS, L9))
                    .fma(e, FloatVector.broadcast(FLOATS, L8))
                    .fma(e, FloatVector.broadcast(FLOATS, L7))
                    .fma(e, FloatVector.broadcast(FLOATS, L6))
                    .fma(e, FloatVector.broadcast(FLOATS, L5))
                    .fma(e, FloatVector.broadcast(FLOATS, L4))
                    .fma(e, FloatVector.broadcast(FLOATS, L3))
                    .fma(e, FloatVector.broadcast(FLOATS, L2));
            FloatVector positive = FloatVector.zero(FLOATS).blend(in, in.compare(VectorOperators.GT, 0f));
            positive.add(l.mul(e).fma(e, e)).intoArray(y, yOffset + i);
        }
        ScalarSoft.softplus(n - i, x, xOffset + i, y, yOffset + i);
    }

    /** dx[i] = dy[i]·softplusDerivative(y[i]); dx and dy may be the same range. */
    public static void softplusBackward(
            int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
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
            FloatVector c = FloatVector.fromArray(FLOATS, y, yOffset + i);
            c = c.blend(EXPM1_LIMIT, c.compare(VectorOperators.GT, EXPM1_LIMIT));
            c = c.blend(0f, c.compare(VectorOperators.LT, 0f)).neg();
            FloatVector shifted = c.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, c));
            FloatVector q = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            FloatVector scale = shifted.reinterpretAsInts()
                    .add(EXPONENT_BIAS - ROUNDER_BITS)
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector derivative =
                    scale.neg().fma(m, FloatVector.broadcast(FLOATS, 1f).sub(scale));
            FloatVector.fromArray(FLOATS, dy, dyOffset + i).mul(derivative).intoArray(dx, dxOffset + i);
        }
        ScalarSoft.softplusBackward(n - i, y, yOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }

    /** y[i] = elu(alpha, x[i]); x and y may be the same range. */
    public static void elu(float alpha, int n, float[] x, int xOffset, float[] y, int yOffset) {
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
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector c = in.blend(0f, in.compare(VectorOperators.GT, 0f));
            c = c.blend(-EXPM1_LIMIT, c.compare(VectorOperators.LT, -EXPM1_LIMIT));
            FloatVector shifted = c.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, c));
            FloatVector q = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            FloatVector scale = shifted.reinterpretAsInts()
                    .add(EXPONENT_BIAS - ROUNDER_BITS)
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector below = FloatVector.broadcast(FLOATS, alpha).mul(scale.fma(m, scale.sub(1f)));
            below.blend(in, in.compare(VectorOperators.GE, 0f)).intoArray(y, yOffset + i);
        }
        ScalarSoft.elu(alpha, n - i, x, xOffset + i, y, yOffset + i);
    }
}
