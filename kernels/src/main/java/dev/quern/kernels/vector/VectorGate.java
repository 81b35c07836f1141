// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarGate} step by step on whole vectors, with the same bits. To be loaded only where
 * {@link VectorSupport#ENABLED} holds.
 */
public final class VectorGate {
    private VectorGate() {}

    /** y[i] = gate(x[i]); x and y may be the same range. */
    public static void gate(float linear, float cubic, int n, float[] x, int xOffset, float[] y, int yOffset) {
        var linearTerm = FloatVector.broadcast(FLOATS, linear);
        var cubicTerm = FloatVector.broadcast(FLOATS, cubic);
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
            in = in.blend(-SIGMOID_LIMIT, in.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            FloatVector c = in.blend(SIGMOID_LIMIT, in.compare(VectorOperators.GT, SIGMOID_LIMIT));
            FloatVector v = c.mul(cubicTerm.fma(c.mul(c), linearTerm)).neg();
            v = v.blend(SIGMOID_LIMIT, v.compare(VectorOperators.GT, SIGMOID_LIMIT));
            v = v.blend(-SIGMOID_LIMIT, v.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            FloatVector shifted = v.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, v));
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
            in.mul(b.div(sum.add(a.fma(m, lost)))).intoArray(y, yOffset + i);
        }
        ScalarGate.gate(linear, cubic, n - i, x, xOffset + i, y, yOffset + i);
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
        var cubicTerm = FloatVector.broadcast(FLOATS, cubic);
        var cubicSlope = FloatVector.broadcast(FLOATS, 3f * cubic);
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
            FloatVector c = FloatVector.fromArray(FLOATS, x, xOffset + i);
            c = c.blend(-SIGMOID_LIMIT, c.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            c = c.blend(SIGMOID_LIMIT, c.compare(VectorOperators.GT, SIGMOID_LIMIT));
            FloatVector square = c.mul(c);
            FloatVector slope = c.mul(cubicSlope.fma(square, linearTerm));
            FloatVector v = c.mul(cubicTerm.fma(square, linearTerm)).neg();
            v = v.blend(SIGMOID_LIMIT, v.compare(VectorOperators.GT, SIGMOID_LIMIT));
            v = v.blend(-SIGMOID_LIMIT, v.compare(VectorOperators.LT, -SIGMOID_LIMIT));
            FloatVector shifted = v.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, v));
            FloatVector q = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2);
            FloatVector m = q.mul(r).fma(r, r);
            IntVector power = shifted.reinterpretAsInts().sub(ROUNDER_BITS);
            IntVector half = power.lanewise(VectorOperators.ASHR, 1);
            IntVector aBits = half.add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            IntVector bBits = half.sub(power).add(EXPONENT_BIAS).lanewise(VectorOperators.LSHL, MANTISSA_BITS);
            FloatVector a = aBits.reinterpretAsFloats();
            FloatVector b = bBits.reinterpretAsFloats();
            FloatVector e = a.fma(m, a);
            FloatVector inverse = one.div(b.add(e));
            FloatVector derivative = b.mul(inverse).mul(slope.fma(e.mul(inverse), one));
            FloatVector.fromArray(FLOATS, dy, dyOffset + i).mul(derivative).intoArray(dx, dxOffset + i);
        }
        ScalarGate.gateBackward(linear, cubic, n - i, x, xOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }
}
