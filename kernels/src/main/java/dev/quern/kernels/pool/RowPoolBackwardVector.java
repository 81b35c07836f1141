// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Gradients of pooling for a plane whose pixels are narrower than a vector, a run of a source row at a time: each element
 * gathers from the windows that hold it, in their ascending order, and is written once.
 */
final class RowPoolBackwardVector {
    private RowPoolBackwardVector() {}

    /** Null where rows are not the way to pool this shape. */
    static RowTaps taps(PoolShape s) {
        return s.backwardTaps(COUNT);
    }

    static void max(
            PoolShape s, RowTaps t, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        for (int h = 0; h < s.height(); h++, to += row) {
            int top = s.firstWindowRow(h);
            int bottom = Math.max(top, s.endWindowRow(h));
            int places = h * s.width();
            for (int run = 0; run < t.start.length; run++) {
                var sum = FloatVector.zero(FLOATS);
                int firstTap = run * t.taps * COUNT;
                int afterTaps = firstTap + t.taps * COUNT;
                for (int oh = top; oh != bottom; oh++) {
                    int near = oh * outRow + t.near[run];
                    int far = oh * outRow + t.far[run];
                    var low =
                            FloatVector.fromArray(FLOATS, diffDst, from + near).reinterpretAsInts();
                    var high =
                            FloatVector.fromArray(FLOATS, diffDst, from + far).reinterpretAsInts();
                    var lowPlace = IntVector.fromArray(INTS, argmax, argmaxFrom + near);
                    var highPlace = IntVector.fromArray(INTS, argmax, argmaxFrom + far);
                    for (int at = firstTap; at != afterTaps; at += COUNT) {
                        var index = IntVector.fromArray(INTS, t.index, at);
                        var here = IntVector.fromArray(INTS, t.columns, at).add(places);
                        var elsewhere = index.selectFrom(lowPlace, highPlace)
                                .compare(VectorOperators.NE, here)
                                .cast(FLOATS);
                        var gradient = index.selectFrom(low, high).reinterpretAsFloats();
                        sum = gradient.add(sum).blend(sum, elsewhere);
                    }
                }
                sum.intoArray(diffSrc, to + t.start[run]);
            }
        }
    }

    /** {@link #max} where no element lies in two windows: all rows of a window are written together. */
    static void maxApart(
            PoolShape s, RowTaps t, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        var zero = FloatVector.zero(FLOATS);
        int done = to;
        for (int oh = 0; oh < s.outHeight(); oh++, from += outRow, argmaxFrom += outRow) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            Arrays.fill(diffSrc, done, to + top * row, 0f);
            for (int run = 0; run < t.start.length; run++) {
                int near = t.near[run];
                int far = t.far[run];
                var low = FloatVector.fromArray(FLOATS, diffDst, from + near).reinterpretAsInts();
                var high = FloatVector.fromArray(FLOATS, diffDst, from + far).reinterpretAsInts();
                var lowPlace = IntVector.fromArray(INTS, argmax, argmaxFrom + near);
                var highPlace = IntVector.fromArray(INTS, argmax, argmaxFrom + far);
                var index = IntVector.fromArray(INTS, t.index, run * COUNT);
                var gradient =
                        FloatVector.zero(FLOATS).add(index.selectFrom(low, high).reinterpretAsFloats());
                var place = index.selectFrom(lowPlace, highPlace);
                var columns = IntVector.fromArray(INTS, t.columns, run * COUNT);
                int out = to + top * row + t.start[run];
                for (int h = top; h != bottom; h++, out += row) {
                    var chosen = place.compare(VectorOperators.EQ, columns.add(h * s.width()))
                            .cast(FLOATS);
                    FloatVector.zero(FLOATS).blend(gradient, chosen).intoArray(diffSrc, out);
                }
            }
            done = to + bottom * row;
        }
        Arrays.fill(diffSrc, done, to + s.planeElements(), 0f);
    }

    static void toEveryMaximum(
            PoolShape s,
            RowTaps t,
            float[] src,
            int srcFrom,
            float[] dst,
            int dstFrom,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        for (int h = 0; h < s.height(); h++, to += row) {
            int top = s.firstWindowRow(h);
            int bottom = Math.max(top, s.endWindowRow(h));
            for (int run = 0; run < t.start.length; run++) {
                var value = FloatVector.fromArray(FLOATS, src, srcFrom + h * row + t.start[run]);
                var valueIsNaN = value.compare(VectorOperators.NE, value);
                var sum = FloatVector.zero(FLOATS);
                int firstTap = run * t.taps * COUNT;
                int afterTaps = firstTap + t.taps * COUNT;
                for (int oh = top; oh != bottom; oh++) {
                    int near = oh * outRow + t.near[run];
                    int far = oh * outRow + t.far[run];
                    var low =
                            FloatVector.fromArray(FLOATS, diffDst, from + near).reinterpretAsInts();
                    var high =
                            FloatVector.fromArray(FLOATS, diffDst, from + far).reinterpretAsInts();
                    var lowBest =
                            FloatVector.fromArray(FLOATS, dst, dstFrom + near).reinterpretAsInts();
                    var highBest =
                            FloatVector.fromArray(FLOATS, dst, dstFrom + far).reinterpretAsInts();
                    for (int at = firstTap; at != afterTaps; at += COUNT) {
                        var index = IntVector.fromArray(INTS, t.index, at);
                        var best = index.selectFrom(lowBest, highBest).reinterpretAsFloats();
                        var loses = value.compare(VectorOperators.NE, best)
                                .andNot(valueIsNaN.and(best.compare(VectorOperators.NE, best)));
                        var gradient = index.selectFrom(low, high)
                                .and(IntVector.fromArray(INTS, t.inside, at))
                                .reinterpretAsFloats();
                        sum = gradient.add(sum).blend(sum, loses);
                    }
                }
                sum.intoArray(diffSrc, to + t.start[run]);
            }
        }
    }

    static void average(
            PoolShape s, RowTaps t, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        float[] counts = countIncludePad ? t.paddedCounts : t.counts;
        for (int h = 0; h < s.height(); h++, to += row) {
            int top = s.firstWindowRow(h);
            int bottom = Math.max(top, s.endWindowRow(h));
            for (int run = 0; run < t.start.length; run++) {
                var sum = FloatVector.zero(FLOATS);
                int firstTap = run * t.taps * COUNT;
                int afterTaps = firstTap + t.taps * COUNT;
                for (int oh = top; oh != bottom; oh++) {
                    int near = from + oh * outRow + t.near[run];
                    int far = from + oh * outRow + t.far[run];
                    var low = FloatVector.fromArray(FLOATS, diffDst, near).reinterpretAsInts();
                    var high = FloatVector.fromArray(FLOATS, diffDst, far).reinterpretAsInts();
                    float rows = s.rowCount(oh, countIncludePad);
                    for (int at = firstTap; at != afterTaps; at += COUNT) {
                        var part = IntVector.fromArray(INTS, t.index, at)
                                .selectFrom(low, high)
                                .reinterpretAsFloats()
                                .div(FloatVector.fromArray(FLOATS, counts, at).mul(rows));
                        sum = part.reinterpretAsInts()
                                .and(IntVector.fromArray(INTS, t.inside, at))
                                .reinterpretAsFloats()
                                .add(sum);
                    }
                }
                sum.intoArray(diffSrc, to + t.start[run]);
            }
        }
    }

    /** {@link #average} where no element lies in two windows. */
    static void averageApart(
            PoolShape s, RowTaps t, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        float[] counts = countIncludePad ? t.paddedCounts : t.counts;
        var zero = FloatVector.zero(FLOATS);
        int done = to;
        for (int oh = 0; oh < s.outHeight(); oh++, from += outRow) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            float rows = s.rowCount(oh, countIncludePad);
            Arrays.fill(diffSrc, done, to + top * row, 0f);
            for (int run = 0; run < t.start.length; run++) {
                var low = FloatVector.fromArray(FLOATS, diffDst, from + t.near[run])
                        .reinterpretAsInts();
                var high = FloatVector.fromArray(FLOATS, diffDst, from + t.far[run])
                        .reinterpretAsInts();
                var part = IntVector.fromArray(INTS, t.index, run * COUNT)
                        .selectFrom(low, high)
                        .reinterpretAsFloats()
                        .div(FloatVector.fromArray(FLOATS, counts, run * COUNT).mul(rows))
                        .add(zero)
                        .reinterpretAsInts()
                        .and(IntVector.fromArray(INTS, t.inside, run * COUNT))
                        .reinterpretAsFloats();
                int out = to + top * row + t.start[run];
                for (int h = top; h != bottom; h++, out += row) {
                    part.intoArray(diffSrc, out);
                }
            }
            done = to + bottom * row;
        }
        Arrays.fill(diffSrc, done, to + s.planeElements(), 0f);
    }
}
