// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.ScalarGelu.*;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarGelu} step by step on whole vectors, with the same bits. To be loaded only where
 * {@link VectorSupport#ENABLED} holds.
 */
public final class VectorGelu {
    private VectorGelu() {}

    /** y[i] = gelu(x[i]); x and y may be the same range. */
    public static void gelu(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var minusZero = FloatVector.broadcast(FLOATS, -0f);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector t = in.abs();
            t = t.blend(LIMIT, t.compare(VectorOperators.GT, LIMIT));
            FloatVector h = FloatVector.broadcast(FLOATS, H9)
                    .fma(t, FloatVector.broadcast(FLOATS, H8))
                    .fma(t, FloatVector.broadcast(FLOATS, H7))
                    .fma(t, FloatVector.broadcast(FLOATS, H6))
                    .fma(t, FloatVector.broadcast(FLOATS, H5))
                    .fma(t, FloatVector.broadcast(FLOATS, H4))
                    .fma(t, FloatVector.broadcast(FLOATS, H3))
                    .fma(t, FloatVector.broadcast(FLOATS, H2))
                    .fma(t, FloatVector.broadcast(FLOATS, H1))
                    .fma(t, FloatVector.broadcast(FLOATS, H0));
            FloatVector exponent = h.fma(t, FloatVector.broadcast(FLOATS, -1f));
            exponent = exponent.blend(LOWEST, exponent.compare(VectorOperators.LT, LOWEST));
            FloatVector shifted = exponent.add(rounder);
            FloatVector r = exponent.sub(shifted.sub(rounder));
            FloatVector p = FloatVector.broadcast(FLOATS, E6)
                    .fma(r, FloatVector.broadcast(FLOATS, E5))
                    .fma(r, FloatVector.broadcast(FLOATS, E4))
                    .fma(r, FloatVector.broadcast(FLOATS, E3))
                    .fma(r, FloatVector.broadcast(FLOATS, E2))
                    .fma(r, FloatVector.broadcast(FLOATS, E1))
                    .fma(r, one);
            FloatVector scale = shifted.reinterpretAsInts()
                    .add(EXPONENT_BIAS - ROUNDER_BITS)
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            FloatVector positive = minusZero.blend(in, in.compare(VectorOperators.GE, 0f));
            t.neg().fma(p.mul(scale), positive).intoArray(y, yOffset + i);
        }
        ScalarGelu.gelu(n - i, x, xOffset + i, y, yOffset + i);
    }

    /** dx[i] = dy[i]·geluDerivative(x[i]); dx and dy may be the same range. */
    public static void geluBackward(int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var e1 = FloatVector.broadcast(FLOATS, E1);
        var e2 = FloatVector.broadcast(FLOATS, E2);
        var e3 = FloatVector.broadcast(FLOATS, E3);
        var e4 = FloatVector.broadcast(FLOATS, E4);
        var e5 = FloatVector.broadcast(FLOATS, E5);
        var e6 = FloatVector.broadcast(FLOATS, E6);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector t = in.abs();
            t = t.blend(LIMIT, t.compare(VectorOperators.GT, LIMIT));
            FloatVector h = FloatVector.broadcast(FLOATS, H9)
                    .fma(t, FloatVector.broadcast(FLOATS, H8))
                    .fma(t, FloatVector.broadcast(FLOATS, H7))
                    .fma(t, FloatVector.broadcast(FLOATS, H6))
                    .fma(t, FloatVector.broadcast(FLOATS, H5))
                    .fma(t, FloatVector.broadcast(FLOATS, H4))
                    .fma(t, FloatVector.broadcast(FLOATS, H3))
                    .fma(t, FloatVector.broadcast(FLOATS, H2))
                    .fma(t, FloatVector.broadcast(FLOATS, H1))
                    .fma(t, FloatVector.broadcast(FLOATS, H0));
            FloatVector exponent = h.fma(t, FloatVector.broadcast(FLOATS, -1f));
            exponent = exponent.blend(LOWEST, exponent.compare(VectorOperators.LT, LOWEST));
            FloatVector shifted = exponent.add(rounder);
            FloatVector r = exponent.sub(shifted.sub(rounder));
            FloatVector tail =
                    e6.fma(r, e5).fma(r, e4).fma(r, e3).fma(r, e2).fma(r, e1).fma(r, one);
            tail = tail.mul(shifted.reinterpretAsInts()
                    .add(EXPONENT_BIAS - ROUNDER_BITS)
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats());
            exponent = t.mul(D2).fma(t, FloatVector.broadcast(FLOATS, D0));
            exponent = exponent.blend(LOWEST, exponent.compare(VectorOperators.LT, LOWEST));
            shifted = exponent.add(rounder);
            r = exponent.sub(shifted.sub(rounder));
            FloatVector density =
                    e6.fma(r, e5).fma(r, e4).fma(r, e3).fma(r, e2).fma(r, e1).fma(r, one);
            density = density.mul(shifted.reinterpretAsInts()
                    .add(EXPONENT_BIAS - ROUNDER_BITS)
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats());
            FloatVector below = t.neg().fma(density, tail);
            FloatVector derivative = below.blend(one.sub(below), in.compare(VectorOperators.GE, 0f));
            FloatVector.fromArray(FLOATS, dy, dyOffset + i).mul(derivative).intoArray(dx, dxOffset + i);
        }
        ScalarGelu.geluBackward(n - i, x, xOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }
}
