// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.reduce;

import static dev.quern.kernels.reduce.FixedSum.CHUNK;
import static dev.quern.kernels.reduce.FixedSum.LANES;

import dev.quern.kernels.vector.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/** {@link FixedSum} with vectors. */
final class FixedSumVector {
    private static final VectorShuffle<Float> BY_EIGHT = by(8);
    private static final VectorShuffle<Float> BY_FOUR = by(4);
    private static final VectorShuffle<Float> BY_TWO = by(2);
    private static final VectorShuffle<Float> BY_ONE = by(1);

    /** A row that adds nothing. */
    private static final float[] ZEROS = new float[Lanes.COUNT];

    /** A run of sixteen rows and one row, of as many columns as are narrow. */
    private static final ThreadLocal<float[]> NARROW =
            ThreadLocal.withInitial(() -> new float[(LANES + 1) * Lanes.COUNT]);

    private FixedSumVector() {}

    /** Each lane from the one {@code distance} further on, round the end of the vector. */
    private static VectorShuffle<Float> by(int distance) {
        return VectorShuffle.iota(Lanes.FLOATS, distance % Lanes.COUNT, 1, true);
    }

    static float sum(int n, float[] x, int offset) {
        float sum = 0f;
        for (int done = 0; done < n; done += CHUNK) {
            int terms = Math.min(CHUNK, n - done);
            sum += Lanes.COUNT == LANES ? wideChunk(terms, x, offset + done) : chunk(terms, x, offset + done);
        }
        return sum;
    }

    /**
     * A vector for all logical lanes. Not two of half the width: the profiles of the Vector API would then know two classes of
     * vector in every process, which makes the JIT's graphs of large kernels larger than it inlines calls into.
     */
    private static float wideChunk(int n, float[] x, int offset) {
        int whole = n / LANES * LANES;
        var lanes = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < whole; i += LANES) {
            lanes = FloatVector.fromArray(Lanes.FLOATS, x, offset + i).add(lanes);
        }
        if (whole < n) {
            var rest = Lanes.FLOATS.indexInRange(whole, n);
            lanes = FloatVector.fromArray(Lanes.FLOATS, x, offset + whole, rest).add(lanes);
        }
        lanes = lanes.add(lanes.rearrange(BY_EIGHT));
        lanes = lanes.add(lanes.rearrange(BY_FOUR));
        lanes = lanes.add(lanes.rearrange(BY_TWO));
        lanes = lanes.add(lanes.rearrange(BY_ONE));
        return lanes.lane(0);
    }

    /** The logical lanes l and l + 8 are always two vectors and fold by one addition. */
    private static float chunk(int n, float[] x, int offset) {
        int whole = n / LANES * LANES;
        var fold = FloatVector.zero(Lanes.FLOATS);
        for (int lane = 0; lane < LANES / 2; lane += Lanes.COUNT) {
            var low = FloatVector.zero(Lanes.FLOATS);
            var high = FloatVector.zero(Lanes.FLOATS);
            for (int i = 0; i < whole; i += LANES) {
                low = FloatVector.fromArray(Lanes.FLOATS, x, offset + i + lane).add(low);
                high = FloatVector.fromArray(Lanes.FLOATS, x, offset + i + lane + LANES / 2)
                        .add(high);
            }
            if (whole < n) {
                var inLow = Lanes.FLOATS.indexInRange(lane, n - whole);
                var inHigh = Lanes.FLOATS.indexInRange(lane + LANES / 2, n - whole);
                low = FloatVector.fromArray(Lanes.FLOATS, x, offset + whole + lane, inLow)
                        .add(low);
                high = FloatVector.fromArray(Lanes.FLOATS, x, offset + whole + lane + LANES / 2, inHigh)
                        .add(high);
            }
            fold = low.add(high).add(fold);
        }
        if (Lanes.COUNT == 8) {
            fold = fold.add(fold.rearrange(BY_FOUR));
        }
        fold = fold.add(fold.rearrange(BY_TWO));
        fold = fold.add(fold.rearrange(BY_ONE));
        return fold.lane(0);
    }

    static void addColumnSums(int rows, int columns, float[] x, int offset, int rowStride, float[] out, int outOffset) {
        if (columns > 0 && columns < Lanes.COUNT && columns == rowStride && rows >= 2 * LANES) {
            addNarrowColumns(rows, columns, x, offset, out, outOffset);
            return;
        }
        int j = 0;
        boolean wide = Lanes.COUNT == LANES && rows % LANES == 0;
        for (; wide && j <= columns - QuarterSums.WIDE; j += QuarterSums.WIDE) {
            addWideColumns(rows, x, offset + j, rowStride, out, outOffset + j);
        }
        for (; wide && j <= columns - Lanes.COUNT; j += Lanes.COUNT) {
            addSixteenLanes(rows, x, offset + j, rowStride, out, outOffset + j);
        }
        for (; j <= columns - Lanes.COUNT; j += Lanes.COUNT) {
            addColumns(rows, x, offset + j, rowStride, out, outOffset + j);
        }
        FixedSumScalar.addColumnSums(rows, columns - j, x, offset + j, rowStride, out, outOffset + j);
    }

    /** As {@link #addColumns}, of four vectors of columns, rows being a multiple of sixteen. */
    private static void addWideColumns(int rows, float[] x, int offset, int stride, float[] out, int outOffset) {
        float[] quarters = QuarterSums.quarters();
        int total = 4 * QuarterSums.WIDE;
        Arrays.fill(quarters, total, total + QuarterSums.WIDE, 0f);
        for (int done = 0; done < rows; done += CHUNK) {
            int terms = Math.min(CHUNK, rows - done);
            for (int lane = 0; lane < 4; lane++) {
                sumQuarter(terms, x, offset + (done + lane) * stride, stride, quarters, lane * QuarterSums.WIDE);
            }
            QuarterSums.fold(quarters, quarters, total);
        }
        for (int i = 0; i < QuarterSums.WIDE; i++) {
            out[outOffset + i] += quarters[total + i];
        }
    }

    /** Every fourth row, from the one at {@code xOffset} on. */
    private static void sumQuarter(int rows, float[] x, int xOffset, int stride, float[] sums, int sumsOffset) {
        var a00 = FloatVector.zero(Lanes.FLOATS);
        var a01 = FloatVector.zero(Lanes.FLOATS);
        var a02 = FloatVector.zero(Lanes.FLOATS);
        var a03 = FloatVector.zero(Lanes.FLOATS);
        var a10 = FloatVector.zero(Lanes.FLOATS);
        var a11 = FloatVector.zero(Lanes.FLOATS);
        var a12 = FloatVector.zero(Lanes.FLOATS);
        var a13 = FloatVector.zero(Lanes.FLOATS);
        var a20 = FloatVector.zero(Lanes.FLOATS);
        var a21 = FloatVector.zero(Lanes.FLOATS);
        var a22 = FloatVector.zero(Lanes.FLOATS);
        var a23 = FloatVector.zero(Lanes.FLOATS);
        var a30 = FloatVector.zero(Lanes.FLOATS);
        var a31 = FloatVector.zero(Lanes.FLOATS);
        var a32 = FloatVector.zero(Lanes.FLOATS);
        var a33 = FloatVector.zero(Lanes.FLOATS);
        int step = 4 * stride;
        int at = xOffset;
        for (int row = 0; row < rows; row += LANES, at += LANES * stride) {
            a00 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a00);
            a01 = FloatVector.fromArray(Lanes.FLOATS, x, at + Lanes.COUNT).add(a01);
            a02 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * Lanes.COUNT).add(a02);
            a03 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * Lanes.COUNT).add(a03);
            a10 = FloatVector.fromArray(Lanes.FLOATS, x, at + step).add(a10);
            a11 = FloatVector.fromArray(Lanes.FLOATS, x, at + step + Lanes.COUNT)
                    .add(a11);
            a12 = FloatVector.fromArray(Lanes.FLOATS, x, at + step + 2 * Lanes.COUNT)
                    .add(a12);
            a13 = FloatVector.fromArray(Lanes.FLOATS, x, at + step + 3 * Lanes.COUNT)
                    .add(a13);
            a20 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * step).add(a20);
            a21 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * step + Lanes.COUNT)
                    .add(a21);
            a22 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * step + 2 * Lanes.COUNT)
                    .add(a22);
            a23 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * step + 3 * Lanes.COUNT)
                    .add(a23);
            a30 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * step).add(a30);
            a31 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * step + Lanes.COUNT)
                    .add(a31);
            a32 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * step + 2 * Lanes.COUNT)
                    .add(a32);
            a33 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * step + 3 * Lanes.COUNT)
                    .add(a33);
        }
        a00.add(a20).add(a10.add(a30)).intoArray(sums, sumsOffset);
        a01.add(a21).add(a11.add(a31)).intoArray(sums, sumsOffset + Lanes.COUNT);
        a02.add(a22).add(a12.add(a32)).intoArray(sums, sumsOffset + 2 * Lanes.COUNT);
        a03.add(a23).add(a13.add(a33)).intoArray(sums, sumsOffset + 3 * Lanes.COUNT);
    }

    /** One vector of columns, rows being a multiple of sixteen: all logical lanes in registers, so that rows are read in order and once. */
    private static void addSixteenLanes(int rows, float[] x, int offset, int stride, float[] out, int outOffset) {
        var total = FloatVector.zero(Lanes.FLOATS);
        for (int done = 0; done < rows; done += CHUNK) {
            int terms = Math.min(CHUNK, rows - done);
            var a0 = FloatVector.zero(Lanes.FLOATS);
            var a1 = FloatVector.zero(Lanes.FLOATS);
            var a2 = FloatVector.zero(Lanes.FLOATS);
            var a3 = FloatVector.zero(Lanes.FLOATS);
            var a4 = FloatVector.zero(Lanes.FLOATS);
            var a5 = FloatVector.zero(Lanes.FLOATS);
            var a6 = FloatVector.zero(Lanes.FLOATS);
            var a7 = FloatVector.zero(Lanes.FLOATS);
            var a8 = FloatVector.zero(Lanes.FLOATS);
            var a9 = FloatVector.zero(Lanes.FLOATS);
            var a10 = FloatVector.zero(Lanes.FLOATS);
            var a11 = FloatVector.zero(Lanes.FLOATS);
            var a12 = FloatVector.zero(Lanes.FLOATS);
            var a13 = FloatVector.zero(Lanes.FLOATS);
            var a14 = FloatVector.zero(Lanes.FLOATS);
            var a15 = FloatVector.zero(Lanes.FLOATS);
            int at = offset + done * stride;
            for (int row = 0; row < terms; row += LANES) {
                a0 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a0);
                at += stride;
                a1 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a1);
                at += stride;
                a2 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a2);
                at += stride;
                a3 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a3);
                at += stride;
                a4 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a4);
                at += stride;
                a5 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a5);
                at += stride;
                a6 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a6);
                at += stride;
                a7 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a7);
                at += stride;
                a8 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a8);
                at += stride;
                a9 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a9);
                at += stride;
                a10 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a10);
                at += stride;
                a11 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a11);
                at += stride;
                a12 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a12);
                at += stride;
                a13 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a13);
                at += stride;
                a14 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a14);
                at += stride;
                a15 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a15);
                at += stride;
            }
            var even = a0.add(a8).add(a4.add(a12)).add(a2.add(a10).add(a6.add(a14)));
            var odd = a1.add(a9).add(a5.add(a13)).add(a3.add(a11).add(a7.add(a15)));
            total = even.add(odd).add(total);
        }
        FloatVector.fromArray(Lanes.FLOATS, out, outOffset).add(total).intoArray(out, outOffset);
    }

    /**
     * As many columns as a vector has lanes. The sixteen logical lanes are taken in two halves, even and odd, as they fold
     * into each other last of all: eight accumulators fit a machine of sixteen registers.
     */
    private static void addColumns(int rows, float[] x, int offset, int stride, float[] out, int outOffset) {
        var total = FloatVector.zero(Lanes.FLOATS);
        int step = 2 * stride;
        for (int done = 0; done < rows; done += CHUNK) {
            int terms = Math.min(CHUNK, rows - done);
            var chunk = FloatVector.zero(Lanes.FLOATS);
            for (int odd = 0; odd < 2; odd++) {
                var a0 = FloatVector.zero(Lanes.FLOATS);
                var a1 = FloatVector.zero(Lanes.FLOATS);
                var a2 = FloatVector.zero(Lanes.FLOATS);
                var a3 = FloatVector.zero(Lanes.FLOATS);
                var a4 = FloatVector.zero(Lanes.FLOATS);
                var a5 = FloatVector.zero(Lanes.FLOATS);
                var a6 = FloatVector.zero(Lanes.FLOATS);
                var a7 = FloatVector.zero(Lanes.FLOATS);
                int at = offset + (done + odd) * stride;
                int left = terms - odd;
                // A row that is absent is read from ZEROS: one load path for whole groups and the last one.
                for (; left > 0; left -= LANES, at += LANES * stride) {
                    a0 = FloatVector.fromArray(Lanes.FLOATS, x, at).add(a0);
                    a1 = FloatVector.fromArray(Lanes.FLOATS, left > 2 ? x : ZEROS, left > 2 ? at + step : 0)
                            .add(a1);
                    a2 = FloatVector.fromArray(Lanes.FLOATS, left > 4 ? x : ZEROS, left > 4 ? at + 2 * step : 0)
                            .add(a2);
                    a3 = FloatVector.fromArray(Lanes.FLOATS, left > 6 ? x : ZEROS, left > 6 ? at + 3 * step : 0)
                            .add(a3);
                    a4 = FloatVector.fromArray(Lanes.FLOATS, left > 8 ? x : ZEROS, left > 8 ? at + 4 * step : 0)
                            .add(a4);
                    a5 = FloatVector.fromArray(Lanes.FLOATS, left > 10 ? x : ZEROS, left > 10 ? at + 5 * step : 0)
                            .add(a5);
                    a6 = FloatVector.fromArray(Lanes.FLOATS, left > 12 ? x : ZEROS, left > 12 ? at + 6 * step : 0)
                            .add(a6);
                    a7 = FloatVector.fromArray(Lanes.FLOATS, left > 14 ? x : ZEROS, left > 14 ? at + 7 * step : 0)
                            .add(a7);
                }
                var sixteen = a0.add(a4).add(a2.add(a6));
                chunk = sixteen.add(a1.add(a5).add(a3.add(a7))).add(chunk);
            }
            total = chunk.add(total);
        }
        FloatVector.fromArray(Lanes.FLOATS, out, outOffset).add(total).intoArray(out, outOffset);
    }

    /**
     * Fewer columns than lanes, without gaps: sixteen rows are a run of floats, each of which has a logical lane and a column of
     * its own.
     */
    private static void addNarrowColumns(int rows, int columns, float[] x, int offset, float[] out, int outOffset) {
        float[] sums = NARROW.get();
        int run = LANES * columns;
        int total = run;
        Arrays.fill(sums, total, total + columns, 0f);
        for (int done = 0; done < rows; done += CHUNK) {
            int terms = Math.min(CHUNK, rows - done);
            int runs = terms / LANES;
            int from = offset + done * columns;
            for (int i = 0; i < run; i += LANES) {
                addRuns(runs, run, x, from + i, sums, i);
            }
            int last = from + runs * run;
            for (int i = 0; i < terms % LANES * columns; i++) {
                sums[i] += x[last + i];
            }
            for (int half = run / 2; half >= columns; half /= 2) {
                for (int i = 0; i < half; i++) {
                    sums[i] += sums[i + half];
                }
            }
            for (int j = 0; j < columns; j++) {
                sums[total + j] += sums[j];
            }
        }
        for (int j = 0; j < columns; j++) {
            out[outOffset + j] += sums[total + j];
        }
    }

    /** Sixteen floats of each run, from +0. */
    private static void addRuns(int runs, int run, float[] x, int from, float[] sums, int to) {
        for (int lane = 0; lane < LANES; lane += Lanes.COUNT) {
            var sum = FloatVector.zero(Lanes.FLOATS);
            for (int r = 0; r < runs; r++) {
                sum = FloatVector.fromArray(Lanes.FLOATS, x, from + lane + r * run)
                        .add(sum);
            }
            sum.intoArray(sums, to + lane);
        }
    }
}
