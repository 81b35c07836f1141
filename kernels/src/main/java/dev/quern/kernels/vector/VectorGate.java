// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarGate} on whole vectors, with the same bits. To be loaded only where {@link VectorSupport#ENABLED} holds.
 *
 * <p>In place of a and b are taken 2ⁿ⁻⁴⁰ and 2⁻⁴⁰, which are never too small nor too large once -v is held above -59, where the
 * sigmoid is 1: one factor in all of a quotient changes no bit.
 */
public final class VectorGate {
    /** A sum with it has n + 127 - 40, the exponent of 2ⁿ⁻⁴⁰, in its low bits. */
    private static final float SCALED = ROUNDER + EXPONENT_BIAS - 40;

    private static final float SCALED_ONE = 0x1p-40f;
    private static final int LIMIT_BITS = Float.floatToRawIntBits(SIGMOID_LIMIT);

    /** Of negative floats the lower one has the greater bits, and all have greater ones than positive floats. */
    private static final int LOW_BITS = Float.floatToRawIntBits(-59f);

    private VectorGate() {}

    /** y[i] = gate(x[i]); x and y may be the same range. */
    public static void gate(float linear, float cubic, int n, float[] x, int xOffset, float[] y, int yOffset) {
        var minusLinear = FloatVector.broadcast(FLOATS, -linear);
        var minusCubic = FloatVector.broadcast(FLOATS, -cubic);
        var rounder = FloatVector.broadcast(FLOATS, SCALED);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, SCALED_ONE);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                in = in.blend(-SIGMOID_LIMIT, in.compare(VectorOperators.LT, -SIGMOID_LIMIT));
                // As integers, where NaN is held back too: it is a factor of the result.
                FloatVector c = in.reinterpretAsInts().min(LIMIT_BITS).reinterpretAsFloats();
                FloatVector minusV = c.mul(c.mul(c).fma(minusCubic, minusLinear))
                        .reinterpretAsInts()
                        .min(LIMIT_BITS)
                        .lanewise(VectorOperators.UMIN, LOW_BITS)
                        .reinterpretAsFloats();
                FloatVector shifted = minusV.fma(log2e, rounder);
                FloatVector whole = shifted.sub(rounder);
                FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, minusV));
                FloatVector q = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2);
                FloatVector m = q.mul(r).fma(r, r);
                FloatVector a = shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats();
                FloatVector sum = a.add(one);
                FloatVector lost = FloatVector.broadcast(FLOATS, SCALED_ONE).sub(sum.sub(a));
                in.mul(FloatVector.broadcast(FLOATS, SCALED_ONE).div(sum.add(a.fma(m, lost))))
                        .intoArray(y, yOffset + i);
            }
        }
        ScalarGate.gate(linear, cubic, n - full, x, xOffset + full, y, yOffset + full);
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
        var linearTerm = FloatVector.broadcast(FLOATS, linear);
        var minusLinear = FloatVector.broadcast(FLOATS, -linear);
        var minusCubic = FloatVector.broadcast(FLOATS, -cubic);
        var cubicSlope = FloatVector.broadcast(FLOATS, 3f * cubic);
        var rounder = FloatVector.broadcast(FLOATS, SCALED);
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
            FloatVector c = FloatVector.fromArray(FLOATS, x, xOffset + i);
            c = c.blend(-SIGMOID_LIMIT, c.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            c = c.blend(SIGMOID_LIMIT, c.compare(VectorOperators.GT, SIGMOID_LIMIT));
            FloatVector square = c.mul(c);
            FloatVector slope = c.mul(square.fma(cubicSlope, linearTerm));
            FloatVector minusV = c.mul(square.fma(minusCubic, minusLinear))
                    .reinterpretAsInts()
                    .min(LIMIT_BITS)
                    .lanewise(VectorOperators.UMIN, LOW_BITS)
                    .reinterpretAsFloats();
            FloatVector shifted = minusV.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, minusV));
            FloatVector q = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            FloatVector a = shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector e = a.fma(m, a);
            FloatVector inverse = FloatVector.broadcast(FLOATS, 1f)
                    .div(FloatVector.broadcast(FLOATS, SCALED_ONE).add(e));
            FloatVector derivative =
                    FloatVector.broadcast(FLOATS, SCALED_ONE).mul(inverse).mul(slope.fma(e.mul(inverse), one));
            FloatVector.fromArray(FLOATS, dy, dyOffset + i).mul(derivative).intoArray(dx, dxOffset + i);
        }
        ScalarGate.gateBackward(linear, cubic, n - i, x, xOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }
}
