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
    private static final int LOWEST_BITS = Float.floatToRawIntBits(LOWEST);

    private VectorGelu() {}

    /** y[i] = gelu(x[i]); x and y may be the same range. Here t is -|x|, which turns the sign of the even terms and no bit. */
    public static void gelu(int n, float[] x, int xOffset, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var minusOne = FloatVector.broadcast(FLOATS, -1f);
        var h0 = FloatVector.broadcast(FLOATS, -H0);
        var h1 = FloatVector.broadcast(FLOATS, H1);
        var h2 = FloatVector.broadcast(FLOATS, -H2);
        var h3 = FloatVector.broadcast(FLOATS, H3);
        var h4 = FloatVector.broadcast(FLOATS, -H4);
        var h5 = FloatVector.broadcast(FLOATS, H5);
        var h6 = FloatVector.broadcast(FLOATS, -H6);
        var h7 = FloatVector.broadcast(FLOATS, H7);
        var h8 = FloatVector.broadcast(FLOATS, -H8);
        var h9 = FloatVector.broadcast(FLOATS, H9);
        var e1 = FloatVector.broadcast(FLOATS, E1);
        var e2 = FloatVector.broadcast(FLOATS, E2);
        var e3 = FloatVector.broadcast(FLOATS, E3);
        var e4 = FloatVector.broadcast(FLOATS, E4);
        var e5 = FloatVector.broadcast(FLOATS, E5);
        var e6 = FloatVector.broadcast(FLOATS, E6);
        int full = n / COUNT * COUNT;
        for (int i = 0, end = full - COUNT, ahead = COUNT; i < full; end = full, ahead = 0) {
            FloatVector next = FloatVector.fromArray(FLOATS, x, xOffset + i);
            for (; i < end; i += COUNT) {
                FloatVector in = next;
                next = FloatVector.fromArray(FLOATS, x, xOffset + i + ahead);
                FloatVector t = in.reinterpretAsInts().or(SIGN_BIT).reinterpretAsFloats();
                t = t.blend(-LIMIT, t.compare(VectorOperators.LT, -LIMIT));
                FloatVector square = t.mul(t);
                FloatVector even =
                        square.fma(h8, h6).fma(square, h4).fma(square, h2).fma(square, h0);
                FloatVector odd =
                        square.fma(h9, h7).fma(square, h5).fma(square, h3).fma(square, h1);
                FloatVector exponent = odd.fma(t, even).fma(t, minusOne);
                // Negative, so that the lower float has the greater bits; a NaN comes back with t.
                exponent = exponent.reinterpretAsInts()
                        .lanewise(VectorOperators.UMIN, LOWEST_BITS)
                        .reinterpretAsFloats();
                FloatVector shifted = exponent.add(rounder);
                FloatVector r = exponent.sub(shifted.sub(rounder));
                FloatVector z = r.mul(r);
                even = z.fma(e6, e4).fma(z, e2).fma(z, one);
                odd = z.fma(e5, e3).fma(z, e1);
                FloatVector scale = shifted.reinterpretAsInts()
                        .add(EXPONENT_BIAS - ROUNDER_BITS)
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats();
                FloatVector positive = FloatVector.broadcast(FLOATS, -0f).blend(in, in.compare(VectorOperators.GE, 0f));
                t.fma(odd.fma(r, even).mul(scale), positive).intoArray(y, yOffset + i);
            }
        }
        ScalarGelu.gelu(n - full, x, xOffset + full, y, yOffset + full);
    }

    /** dx[i] = dy[i]·geluDerivative(x[i]); dx and dy may be the same range. */
    public static void geluBackward(int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var minusOne = FloatVector.broadcast(FLOATS, -1f);
        var h0 = FloatVector.broadcast(FLOATS, H0);
        var h1 = FloatVector.broadcast(FLOATS, H1);
        var h2 = FloatVector.broadcast(FLOATS, H2);
        var h3 = FloatVector.broadcast(FLOATS, H3);
        var h4 = FloatVector.broadcast(FLOATS, H4);
        var h5 = FloatVector.broadcast(FLOATS, H5);
        var h6 = FloatVector.broadcast(FLOATS, H6);
        var h7 = FloatVector.broadcast(FLOATS, H7);
        var h8 = FloatVector.broadcast(FLOATS, H8);
        var h9 = FloatVector.broadcast(FLOATS, H9);
        var e1 = FloatVector.broadcast(FLOATS, E1);
        var e2 = FloatVector.broadcast(FLOATS, E2);
        var e3 = FloatVector.broadcast(FLOATS, E3);
        var e4 = FloatVector.broadcast(FLOATS, E4);
        var e5 = FloatVector.broadcast(FLOATS, E5);
        var e6 = FloatVector.broadcast(FLOATS, E6);
        var densityAtZero = FloatVector.broadcast(FLOATS, D0);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector t = in.abs();
            t = t.blend(LIMIT, t.compare(VectorOperators.GT, LIMIT));
            FloatVector square = t.mul(t);
            FloatVector even =
                    square.fma(h8, h6).fma(square, h4).fma(square, h2).fma(square, h0);
            FloatVector odd = square.fma(h9, h7).fma(square, h5).fma(square, h3).fma(square, h1);
            FloatVector exponent = odd.fma(t, even).fma(t, minusOne);
            exponent = exponent.blend(LOWEST, exponent.compare(VectorOperators.LT, LOWEST));
            FloatVector shifted = exponent.add(rounder);
            FloatVector r = exponent.sub(shifted.sub(rounder));
            FloatVector z = r.mul(r);
            even = z.fma(e6, e4).fma(z, e2).fma(z, one);
            odd = z.fma(e5, e3).fma(z, e1);
            FloatVector tail = odd.fma(r, even)
                    .mul(shifted.reinterpretAsInts()
                            .add(EXPONENT_BIAS - ROUNDER_BITS)
                            .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                            .reinterpretAsFloats());
            exponent = t.mul(D2).fma(t, densityAtZero);
            exponent = exponent.blend(LOWEST, exponent.compare(VectorOperators.LT, LOWEST));
            shifted = exponent.add(rounder);
            r = exponent.sub(shifted.sub(rounder));
            z = r.mul(r);
            even = z.fma(e6, e4).fma(z, e2).fma(z, one);
            odd = z.fma(e5, e3).fma(z, e1);
            FloatVector density = odd.fma(r, even)
                    .mul(shifted.reinterpretAsInts()
                            .add(EXPONENT_BIAS - ROUNDER_BITS)
                            .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                            .reinterpretAsFloats());
            FloatVector below = t.neg().fma(density, tail);
            FloatVector derivative =
                    below.blend(FloatVector.broadcast(FLOATS, 1f).sub(below), in.compare(VectorOperators.GE, 0f));
            FloatVector.fromArray(FLOATS, dy, dyOffset + i).mul(derivative).intoArray(dx, dxOffset + i);
        }
        ScalarGelu.geluBackward(n - i, x, xOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }
}
