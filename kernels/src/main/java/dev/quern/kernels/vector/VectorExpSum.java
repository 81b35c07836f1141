// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Terms of a softmax together with their sum, in one pass where a vector has as many lanes as the fixed scheme of sums. To be
 * loaded only where {@link VectorSupport#ENABLED} holds.
 */
public final class VectorExpSum {
    private static final VectorShuffle<Float> BY_EIGHT = VectorShuffle.iota(FLOATS, COUNT / 2, 1, true);
    private static final VectorShuffle<Float> BY_FOUR = VectorShuffle.iota(FLOATS, COUNT / 4, 1, true);
    private static final VectorShuffle<Float> BY_TWO = VectorShuffle.iota(FLOATS, COUNT / 8, 1, true);
    private static final VectorShuffle<Float> BY_ONE = VectorShuffle.iota(FLOATS, COUNT / 16, 1, true);

    private VectorExpSum() {}

    /**
     * y[i] = exp(x[i] - max) for x from {@code max} + {@link ScalarMath#EXP_NORMAL} to {@code max}, or NaN; x and y may be
     * the same range. The steps are those of {@link VectorMath#expNormal}; only for vectors of sixteen lanes.
     *
     * @return the sum of y by the fixed scheme, n being at most a chunk of it: lane by lane, then the lanes folded
     */
    public static float chunk(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER + EXPONENT_BIAS);
        var log2e = FloatVector.broadcast(FLOATS, LOG2_E);
        var ln2High = FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH);
        var ln2Low = FloatVector.broadcast(FLOATS, MINUS_LN2_LOW);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var c2 = FloatVector.broadcast(FLOATS, C2);
        var c3 = FloatVector.broadcast(FLOATS, C3);
        var c4 = FloatVector.broadcast(FLOATS, C4);
        var c5 = FloatVector.broadcast(FLOATS, C5);
        var c6 = FloatVector.broadcast(FLOATS, C6);
        var lanes = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i).sub(max);
            FloatVector shifted = in.fma(log2e, rounder);
            FloatVector whole = shifted.sub(rounder);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
            FloatVector p =
                    r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
            FloatVector term = p.mul(shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats());
            term.intoArray(y, yOffset + i);
            lanes = term.add(lanes);
        }
        if (i < n) {
            rest(n - i, x, xOffset + i, max, y, yOffset + i);
            lanes = FloatVector.fromArray(FLOATS, y, yOffset + i, FLOATS.indexInRange(i, n))
                    .add(lanes);
        }
        lanes = lanes.add(lanes.rearrange(BY_EIGHT));
        lanes = lanes.add(lanes.rearrange(BY_FOUR));
        lanes = lanes.add(lanes.rearrange(BY_TWO));
        lanes = lanes.add(lanes.rearrange(BY_ONE));
        return lanes.lane(0);
    }

    /** The terms of less than a vector. */
    private static void rest(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        var rounder = FloatVector.broadcast(FLOATS, ROUNDER + EXPONENT_BIAS);
        var one = FloatVector.broadcast(FLOATS, 1f);
        var mask = FLOATS.indexInRange(0, n);
        FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset, mask).sub(max);
        FloatVector shifted = in.fma(FloatVector.broadcast(FLOATS, LOG2_E), rounder);
        FloatVector whole = shifted.sub(rounder);
        FloatVector r = whole.fma(FloatVector.broadcast(FLOATS, MINUS_LN2_HIGH), in);
        r = whole.fma(FloatVector.broadcast(FLOATS, MINUS_LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(FLOATS, C6).fma(r, FloatVector.broadcast(FLOATS, C5));
        p = p.fma(r, FloatVector.broadcast(FLOATS, C4)).fma(r, FloatVector.broadcast(FLOATS, C3));
        p = p.fma(r, FloatVector.broadcast(FLOATS, C2)).fma(r, one).fma(r, one);
        p.mul(shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats())
                .intoArray(y, yOffset, mask);
    }
}
