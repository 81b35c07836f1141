// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;
import static dev.quern.kernels.vector.Lanes.INTS;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.vector.EmptyCalls;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Pooling of a plane whose pixels are narrower than a vector, a run of an output row at a time, as {@link RowTaps} has
 * laid out. A run may fill less than a vector: what is written beyond it is rubbish that the next run overwrites, and
 * only at the plane's end is it held back: there the vector is moved back into
 * the plane, and its first lanes are those that are there already.
 */
final class RowPoolVector {
    /** Row b selects, of what is there and what is new, b lanes of the one, then the first lanes of the other. */
    private static final int[] MOVED_BACK = new int[(COUNT + 1) * COUNT];

    static {
        for (int back = 0; back <= COUNT; back++) {
            for (int lane = 0; lane < COUNT; lane++) {
                MOVED_BACK[back * COUNT + lane] = lane < back ? lane : COUNT + lane - back;
            }
        }
    }

    private static final PoolShape PIXEL = PoolShape.of(Layout.NHWC, 1, 1, 1, 1, 1, 1);
    private static final RowTaps NO_TAPS = RowTaps.none();

    /** Beside {@link #max} without places. */
    static final EmptyCalls EMPTY_MAX = new EmptyCalls(() -> max(PIXEL, NO_TAPS, null, 0, null, 0));

    /** Beside {@link #max} with places. */
    static final EmptyCalls EMPTY_PLACES = new EmptyCalls(() -> max(PIXEL, NO_TAPS, null, 0, null, 0, null, 0));

    private RowPoolVector() {}

    /** Null where rows are not the way to pool this shape. */
    static RowTaps taps(PoolShape s) {
        return s.forwardTaps(COUNT);
    }

    /** The maximum of a plane that is one window. */
    static float largest(int n, float[] src, int from) {
        var first = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        var second = first;
        int i = 0;
        for (; i <= n - 2 * COUNT; i += 2 * COUNT) {
            first = FloatVector.fromArray(FLOATS, src, from + i).max(first);
            second = FloatVector.fromArray(FLOATS, src, from + i + COUNT).max(second);
        }
        float largest = first.max(second).reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            largest = Math.max(largest, src[from + i]);
        }
        return largest;
    }

    /** A maximum does not depend on the order: rows first, then the taps of a row. */
    static void max(PoolShape s, RowTaps t, float[] src, int from, float[] dst, int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        int last = to + s.outPlaneElements() - COUNT;
        for (int oh = 0; oh < s.outHeight(); oh++, to += outRow) {
            int first = from + s.top(oh) * row;
            int rows = (s.bottom(oh) - s.top(oh)) * row;
            int at = 0;
            int afterTaps = 0;
            for (int run = 0; run < t.start.length; run++) {
                int near = first + t.near[run];
                int far = first + t.far[run];
                var low = FloatVector.fromArray(FLOATS, src, near);
                var high = FloatVector.fromArray(FLOATS, src, far);
                for (int h = row; h != rows; h += row) {
                    low = FloatVector.fromArray(FLOATS, src, near + h).max(low);
                    high = FloatVector.fromArray(FLOATS, src, far + h).max(high);
                }
                var lowBits = low.reinterpretAsInts();
                var highBits = high.reinterpretAsInts();
                var best = IntVector.fromArray(INTS, t.index, at)
                        .selectFrom(lowBits, highBits)
                        .reinterpretAsFloats();
                afterTaps += t.taps * COUNT;
                for (at += COUNT; at != afterTaps; at += COUNT) {
                    best = IntVector.fromArray(INTS, t.index, at)
                            .selectFrom(lowBits, highBits)
                            .reinterpretAsFloats()
                            .max(best);
                }
                int out = to + t.start[run];
                if (out <= last) {
                    // Not by way of what is there: it may just have been written, by two stores, and would be waited
                    // for.
                    best.intoArray(dst, out);
                } else {
                    int back = out - last;
                    IntVector.fromArray(INTS, MOVED_BACK, back * COUNT)
                            .selectFrom(
                                    FloatVector.fromArray(FLOATS, dst, last).reinterpretAsInts(),
                                    best.reinterpretAsInts())
                            .reinterpretAsFloats()
                            .intoArray(dst, last);
                }
            }
        }
    }

    /**
     * With the places, tap by tap in row-major order. Compared are ints in the order of {@link Float#compare}: the bits
     * of a float, those of a negative one but for the sign turned round, and one NaN for all.
     */
    static void max(PoolShape s, RowTaps t, float[] src, int from, float[] dst, int to, int[] argmax, int argmaxTo) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        int last = to + s.outPlaneElements() - COUNT;
        for (int oh = 0; oh < s.outHeight(); oh++, to += outRow, argmaxTo += outRow) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int run = 0; run < t.start.length; run++) {
                var best = IntVector.broadcast(INTS, Integer.MIN_VALUE);
                var place = IntVector.zero(INTS);
                int firstTap = run * t.taps * COUNT;
                int afterTaps = firstTap + t.taps * COUNT;
                for (int h = top; h != bottom; h++) {
                    var near = FloatVector.fromArray(FLOATS, src, from + h * row + t.near[run]);
                    var far = FloatVector.fromArray(FLOATS, src, from + h * row + t.far[run]);
                    var low = near.blend(Float.NaN, near.compare(VectorOperators.NE, near))
                            .reinterpretAsInts();
                    var high = far.blend(Float.NaN, far.compare(VectorOperators.NE, far))
                            .reinterpretAsInts();
                    low = low.lanewise(VectorOperators.ASHR, 31)
                            .and(Integer.MAX_VALUE)
                            .lanewise(VectorOperators.XOR, low);
                    high = high.lanewise(VectorOperators.ASHR, 31)
                            .and(Integer.MAX_VALUE)
                            .lanewise(VectorOperators.XOR, high);
                    for (int at = firstTap; at != afterTaps; at += COUNT) {
                        var value = IntVector.fromArray(INTS, t.index, at).selectFrom(low, high);
                        var here = IntVector.fromArray(INTS, t.columns, at).add(h * s.width());
                        // What is new is asked, not what was kept: the compiler may leave a kept receiver on the heap.
                        place = here.blend(place, value.compare(VectorOperators.LE, best));
                        best = value.max(best);
                    }
                }
                var bits = best.lanewise(VectorOperators.ASHR, 31)
                        .and(Integer.MAX_VALUE)
                        .lanewise(VectorOperators.XOR, best);
                int back = Math.max(0, to + t.start[run] - last);
                int out = to + t.start[run] - back;
                int outPlace = argmaxTo + t.start[run] - back;
                var movedBack = IntVector.fromArray(INTS, MOVED_BACK, back * COUNT);
                movedBack
                        .selectFrom(FloatVector.fromArray(FLOATS, dst, out).reinterpretAsInts(), bits)
                        .reinterpretAsFloats()
                        .intoArray(dst, out);
                movedBack
                        .selectFrom(IntVector.fromArray(INTS, argmax, outPlace), place)
                        .intoArray(argmax, outPlace);
            }
        }
    }

    /** Tap by tap in row-major order, since a sum depends on it; what lies in the padding adds +0. */
    static void average(PoolShape s, RowTaps t, boolean countIncludePad, float[] src, int from, float[] dst, int to) {
        int row = s.width() * s.depth();
        int outRow = s.outWidth() * s.depth();
        int last = to + s.outPlaneElements() - COUNT;
        float[] counts = countIncludePad ? t.paddedCounts : t.counts;
        for (int oh = 0; oh < s.outHeight(); oh++, to += outRow) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            float rows = s.rowCount(oh, countIncludePad);
            for (int run = 0; run < t.start.length; run++) {
                var sum = FloatVector.zero(FLOATS);
                int firstTap = run * t.taps * COUNT;
                int afterTaps = firstTap + t.taps * COUNT;
                for (int h = top; h != bottom; h++) {
                    var low = FloatVector.fromArray(FLOATS, src, from + h * row + t.near[run])
                            .reinterpretAsInts();
                    var high = FloatVector.fromArray(FLOATS, src, from + h * row + t.far[run])
                            .reinterpretAsInts();
                    for (int at = firstTap; at != afterTaps; at += COUNT) {
                        sum = IntVector.fromArray(INTS, t.index, at)
                                .selectFrom(low, high)
                                .and(IntVector.fromArray(INTS, t.inside, at))
                                .reinterpretAsFloats()
                                .add(sum);
                    }
                }
                var mean =
                        sum.div(FloatVector.fromArray(FLOATS, counts, firstTap).mul(rows));
                int back = Math.max(0, to + t.start[run] - last);
                int out = to + t.start[run] - back;
                IntVector.fromArray(INTS, MOVED_BACK, back * COUNT)
                        .selectFrom(
                                FloatVector.fromArray(FLOATS, dst, out).reinterpretAsInts(), mean.reinterpretAsInts())
                        .reinterpretAsFloats()
                        .intoArray(dst, out);
            }
        }
    }
}
