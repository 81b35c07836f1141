// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;
import static dev.quern.kernels.vector.ScalarMath.*;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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

    /**
     * Floats of a row whose quotients are written together. From memory parts of 7 to 16 vectors are about as quick, and each of them
     * costs as much as a vector.
     */
    private static final int PART = 256;

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

    /**
     * {@link #chunk} of one row of a softmax together with what its neighbours need: of the row before, whose terms are in
     * {@code terms}, the quotients as {@code divideNormal} takes them, and of the row after the extremes. Terms are kept apart from
     * y, and quotients written some at a time: lines of y that are on their way to the cache then hold up neither the stores of
     * terms nor the loads of x.
     *
     * @param n floats of a row, a vector to a chunk
     * @param terms those of the row before, replaced by those of this row
     * @param yOffset where the row before belongs in y; its floats of x are not read any more
     * @param sumBefore the sum of the row before
     * @return the greatest bits of the row after, which are negative where it has no float from +0 on; in the lower half the
     *     sum of this row, with its sign turned where the row after is not within {@link ScalarMath#EXP_NORMAL} of its maximum
     */
    public static long row(
            int n, float[] x, int xOffset, float max, float[] terms, float[] y, int yOffset, float sumBefore) {
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
        var minusSum = FloatVector.broadcast(FLOATS, -sumBefore);
        var inverse = FloatVector.broadcast(FLOATS, 1f / sumBefore);
        var lanes = FloatVector.zero(FLOATS);
        var most = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        var least = IntVector.zero(INTS);
        int after = xOffset + n;
        int full = n - n % COUNT;
        // The last vectors of both neighbours overlap the ones before: these terms are read before any of them is
        // replaced.
        FloatVector lastTerm = FloatVector.fromArray(FLOATS, terms, n - COUNT);
        for (int from = 0; from < full; from += PART) {
            int to = Math.min(from + PART, full);
            for (int i = from; i < to; i += COUNT) {
                FloatVector term = FloatVector.fromArray(FLOATS, terms, i);
                FloatVector quotient = term.mul(inverse);
                quotient.fma(minusSum, term).fma(inverse, quotient).intoArray(y, yOffset + i);
            }
            for (int i = from; i < to; i += COUNT) {
                FloatVector in = FloatVector.fromArray(FLOATS, x, xOffset + i).sub(max);
                IntVector next = FloatVector.fromArray(FLOATS, x, after + i).reinterpretAsInts();
                most = next.max(most);
                least = next.lanewise(VectorOperators.UMAX, least);
                FloatVector shifted = in.fma(log2e, rounder);
                FloatVector whole = shifted.sub(rounder);
                FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, in));
                FloatVector p = r.fma(c6, c5)
                        .fma(r, c4)
                        .fma(r, c3)
                        .fma(r, c2)
                        .fma(r, one)
                        .fma(r, one);
                FloatVector term = p.mul(shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                        .reinterpretAsFloats());
                term.intoArray(terms, i);
                lanes = term.add(lanes);
            }
        }
        if (full < n) {
            rest(n - full, x, xOffset + full, max, terms, full);
            lanes = FloatVector.fromArray(FLOATS, terms, full, FLOATS.indexInRange(full, n))
                    .add(lanes);
        }
        FloatVector lastQuotient = lastTerm.mul(inverse);
        lastQuotient.fma(minusSum, lastTerm).fma(inverse, lastQuotient).intoArray(y, yOffset + n - COUNT);
        IntVector last = FloatVector.fromArray(FLOATS, x, after + n - COUNT).reinterpretAsInts();
        int greatest = last.max(most).reduceLanes(VectorOperators.MAX);
        // With the first bit turned round, integers without sign are in the order of those with one.
        int lowest = Integer.MIN_VALUE
                ^ last.lanewise(VectorOperators.UMAX, least)
                        .lanewise(VectorOperators.XOR, Integer.MIN_VALUE)
                        .reduceLanes(VectorOperators.MAX);
        float range = Float.intBitsToFloat(greatest) - Float.intBitsToFloat(Math.min(lowest, 0));
        lanes = lanes.add(lanes.rearrange(BY_EIGHT));
        lanes = lanes.add(lanes.rearrange(BY_FOUR));
        lanes = lanes.add(lanes.rearrange(BY_TWO));
        lanes = lanes.add(lanes.rearrange(BY_ONE));
        float sum = lanes.lane(0);
        int signed = Float.floatToRawIntBits(range <= -EXP_NORMAL ? sum : -sum);
        return (long) greatest << Integer.SIZE | Integer.toUnsignedLong(signed);
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
