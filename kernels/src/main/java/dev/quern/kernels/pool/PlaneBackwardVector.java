// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Gradients of pooling with stride 2 for a plane of one channel, with windows in lanes: the source's even and odd columns
 * are computed apart and written interleaved. The last vectors of a row overlap those before.
 */
final class PlaneBackwardVector {
    /** Of even and odd columns: the first half of both in turn, then the second. */
    private static final int[] INTERLEAVED = new int[2 * COUNT];

    /** The even columns of a vector's windows, from its first on. */
    private static final int[] EVEN = new int[COUNT];

    /** All lanes of what is there; then all but the first, and one of what is not. */
    private static final int[] BESIDE = new int[2 * COUNT];

    static {
        for (int lane = 0; lane < COUNT; lane++) {
            INTERLEAVED[2 * lane] = lane;
            INTERLEAVED[2 * lane + 1] = COUNT + lane;
            EVEN[lane] = 2 * lane;
            BESIDE[lane] = lane;
            BESIDE[COUNT + lane] = lane + 1;
        }
    }

    private PlaneBackwardVector() {}

    /** Whether {@link #maxApart} and {@link #averageApart} can serve this shape: windows two columns wide, without gaps. */
    static boolean hasPairs(PoolShape s) {
        return isHalved(s) && s.windowWidth() == 2 && s.isTiled();
    }

    /** Whether {@link #maxSquares} can serve this shape. */
    static boolean hasSquares(PoolShape s) {
        return isHalved(s) && s.column(1) == 0 && s.hasSquares();
    }

    private static boolean isHalved(PoolShape s) {
        return s.depth() == 1 && s.outWidth() >= COUNT && s.width() == 2 * s.outWidth();
    }

    static void maxApart(
            PoolShape s, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int width = s.width();
        int outWidth = s.outWidth();
        for (int oh = 0; oh < s.outHeight(); oh++, from += outWidth, argmaxFrom += outWidth) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int next = 0; next < outWidth; next += COUNT) {
                int ow = Math.min(next, outWidth - COUNT);
                var zero = FloatVector.zero(FLOATS);
                var gradient = zero.add(FloatVector.fromArray(FLOATS, diffDst, from + ow));
                var place = IntVector.fromArray(INTS, argmax, argmaxFrom + ow);
                for (int h = top; h < bottom; h++) {
                    int first = h * width + 2 * ow;
                    var column = IntVector.fromArray(INTS, EVEN, 0).add(first);
                    var even = zero.blend(
                                    gradient,
                                    place.compare(VectorOperators.EQ, column).cast(FLOATS))
                            .reinterpretAsInts();
                    var odd = zero.blend(
                                    gradient,
                                    place.compare(VectorOperators.EQ, column.add(1))
                                            .cast(FLOATS))
                            .reinterpretAsInts();
                    IntVector.fromArray(INTS, INTERLEAVED, 0)
                            .selectFrom(even, odd)
                            .reinterpretAsFloats()
                            .intoArray(diffSrc, to + first);
                    IntVector.fromArray(INTS, INTERLEAVED, COUNT)
                            .selectFrom(even, odd)
                            .reinterpretAsFloats()
                            .intoArray(diffSrc, to + first + COUNT);
                }
            }
        }
    }

    static void averageApart(PoolShape s, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int width = s.width();
        int outWidth = s.outWidth();
        for (int oh = 0; oh < s.outHeight(); oh++, from += outWidth) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            float divisor = s.divisor(oh, 0, countIncludePad);
            for (int next = 0; next < outWidth; next += COUNT) {
                int ow = Math.min(next, outWidth - COUNT);
                var part = FloatVector.fromArray(FLOATS, diffDst, from + ow)
                        .div(divisor)
                        .add(0f)
                        .reinterpretAsInts();
                var low = IntVector.fromArray(INTS, INTERLEAVED, 0)
                        .selectFrom(part, part)
                        .reinterpretAsFloats();
                var high = IntVector.fromArray(INTS, INTERLEAVED, COUNT)
                        .selectFrom(part, part)
                        .reinterpretAsFloats();
                for (int h = top; h < bottom; h++) {
                    low.intoArray(diffSrc, to + h * width + 2 * ow);
                    high.intoArray(diffSrc, to + h * width + 2 * ow + COUNT);
                }
            }
        }
    }

    /** As {@link MaxPoolVector#backwardSquares}. */
    static void maxSquares(
            PoolShape s, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int height = s.height();
        int width = s.width();
        int outHeight = s.outHeight();
        int outWidth = s.outWidth();
        int middleRow = s.row(1);
        for (int oh = middleRow > 0 ? -1 : 0; middleRow + 2 * oh < height; oh++) {
            int h = middleRow + 2 * oh;
            int noUpper = oh >= 0 && oh < outHeight ? 0 : -1;
            int noLower = oh + 1 < outHeight ? 0 : -1;
            int upper = Math.clamp(oh, 0, outHeight - 1) * outWidth;
            int lower = Math.min(oh + 1, outHeight - 1) * outWidth;
            row(
                    outWidth,
                    Math.max(h, 0) * width,
                    h >= 0 && h + 1 < height ? width : 0,
                    noUpper,
                    noLower,
                    argmax,
                    argmaxFrom + upper,
                    argmaxFrom + lower,
                    diffDst,
                    from + upper,
                    from + lower,
                    diffSrc,
                    to);
        }
    }

    /** Two source rows, of two rows of windows, each there ({@code 0}) or not ({@code -1}). */
    private static void row(
            int outWidth,
            int place,
            int below,
            int noUpper,
            int noLower,
            int[] argmax,
            int argmaxUpper,
            int argmaxLower,
            float[] diffDst,
            int upper,
            int lower,
            float[] diffSrc,
            int to) {
        int last = outWidth - COUNT;
        for (int next = 0; next < outWidth; next += COUNT) {
            int ow = Math.min(next, last);
            int right = Math.min(ow + 1, last);
            var zero = FloatVector.zero(FLOATS);
            var nowhere = IntVector.broadcast(INTS, -1);
            var beside = IntVector.fromArray(INTS, BESIDE, (ow + 1 - right) * COUNT);
            var gradient0 = zero.add(FloatVector.fromArray(FLOATS, diffDst, upper + ow));
            var gradient1 = zero.add(beside.selectFrom(
                            FloatVector.fromArray(FLOATS, diffDst, upper + right)
                                    .reinterpretAsInts(),
                            nowhere)
                    .reinterpretAsFloats());
            var gradient2 = zero.add(FloatVector.fromArray(FLOATS, diffDst, lower + ow));
            var gradient3 = zero.add(beside.selectFrom(
                            FloatVector.fromArray(FLOATS, diffDst, lower + right)
                                    .reinterpretAsInts(),
                            nowhere)
                    .reinterpretAsFloats());
            var place0 = IntVector.fromArray(INTS, argmax, argmaxUpper + ow).or(noUpper);
            var place1 = beside.selectFrom(IntVector.fromArray(INTS, argmax, argmaxUpper + right), nowhere)
                    .or(noUpper);
            var place2 = IntVector.fromArray(INTS, argmax, argmaxLower + ow).or(noLower);
            var place3 = beside.selectFrom(IntVector.fromArray(INTS, argmax, argmaxLower + right), nowhere)
                    .or(noLower);
            var first = IntVector.fromArray(INTS, INTERLEAVED, 0);
            var second = IntVector.fromArray(INTS, INTERLEAVED, COUNT);
            int at = place + 2 * ow;
            var column = IntVector.fromArray(INTS, EVEN, 0).add(at);
            var even = zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, column).cast(FLOATS))
                    .reinterpretAsInts();
            column = IntVector.fromArray(INTS, EVEN, 0).add(at + 1);
            var odd = zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, column).cast(FLOATS))
                    .add(zero.blend(
                            gradient1,
                            place1.compare(VectorOperators.EQ, column).cast(FLOATS)))
                    .reinterpretAsInts();
            first.selectFrom(even, odd).reinterpretAsFloats().intoArray(diffSrc, to + at);
            second.selectFrom(even, odd).reinterpretAsFloats().intoArray(diffSrc, to + at + COUNT);
            at += below;
            column = IntVector.fromArray(INTS, EVEN, 0).add(at);
            even = zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, column).cast(FLOATS))
                    .add(zero.blend(
                            gradient2,
                            place2.compare(VectorOperators.EQ, column).cast(FLOATS)))
                    .reinterpretAsInts();
            column = IntVector.fromArray(INTS, EVEN, 0).add(at + 1);
            odd = zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, column).cast(FLOATS))
                    .add(zero.blend(
                            gradient1,
                            place1.compare(VectorOperators.EQ, column).cast(FLOATS)))
                    .add(zero.blend(
                            gradient2,
                            place2.compare(VectorOperators.EQ, column).cast(FLOATS)))
                    .add(zero.blend(
                            gradient3,
                            place3.compare(VectorOperators.EQ, column).cast(FLOATS)))
                    .reinterpretAsInts();
            first.selectFrom(even, odd).reinterpretAsFloats().intoArray(diffSrc, to + at);
            second.selectFrom(even, odd).reinterpretAsFloats().intoArray(diffSrc, to + at + COUNT);
        }
    }
}
