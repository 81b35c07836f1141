// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Convolution with kernels of 3×3 and stride 1, 16 output channels in lanes. Image rows are swept from the top: what a position sees of a row,
 * each element broadcast once, goes to the last kernel row of the output row above, to the middle one of its own and to the first of the row
 * below, so that for each element the chain over (kh, kw, c) stays. The first and the last image row have but two of these ({@link LinePairVector}).
 *
 * <p>A column of zeros beside the image is not multiplied: the tile's first or last position is left out while the others see its kernel column,
 * and what zeros add to any sum there, a zero of either sign or NaN, comes with the weights. For 16 lanes and 32 registers: the other convolutions
 * of lines are the twin.
 *
 * <p>Weights are those of 16 output channels in the order (t / 16, kh, t mod 16, k), where t counts (kw, c), and behind them {@link #LINES} lines:
 * what a row of zeros adds below the image, three times -0, what one adds above it, and for each kernel row what zeros add left of the image, then
 * right of it.
 */
public final class LineSweepVector {
    private static final int LINE = LineScalar.LINE;

    private static final int STEPS = LinePairVector.STEPS;

    private static final int DISTANCE = LinePairVector.DISTANCE;

    /** The line behind the weights with what a row of zeros below the image adds. */
    public static final int BELOW = 0;

    /** The first of three lines of -0, which change nothing. */
    public static final int NOTHING = 1;

    /** The same as {@link #BELOW}, above the image. */
    public static final int ABOVE = 4;

    /** The first of three lines for the zeros left of the image. */
    public static final int LEFT = 5;

    /** The same, right of it. */
    public static final int RIGHT = 8;

    /** Lines behind the weights. */
    public static final int LINES = 11;

    /** Sums that wait: 8 positions of two output rows. */
    public static final int SUMS = 16 * LINE;

    /** Beside {@link #sweep}. */
    public static final EmptyCalls EMPTY_SWEEP = new EmptyCalls(
            LinePairVector.BESIDE,
            () -> sweep(-1, 0, 0, 0, 0, null, 0, 0, 0, null, 0, null, 0, null, 0, null, 0, 0, 0, 0f, null, 0, 0, 0));

    /** Weights of a run. */
    public static final int RUN = 3 * STEPS * LINE;

    private LineSweepVector() {}

    /**
     * 8 positions × 3 output rows: 24 accumulators + 3 of w + 1 of x = 28 of 32 registers.
     *
     * @param rows image rows
     * @param lead of these, those before the first that completes an output row
     * @param left runs in which the first position sees zeros
     * @param right the first run in which the last position does
     * @param runs of what a position sees of a row; each third is {@code xRun} from the one three before, those between lie in order
     * @param sums those of the row above and of the first row itself; in the end those of the last row and of the one below
     * @param added what is added to the sums: a line for each element of out, or, with strides of 0, one
     * @param floor what is not above becomes 0; NaN where nothing does
     */
    public static void sweep(
            int rows,
            int lead,
            int left,
            int right,
            int runs,
            float[] x,
            int xOffset,
            int xRow,
            int xRun,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] sums,
            int sumsOffset,
            float[] added,
            int addedOffset,
            int addedRow,
            int addedStride,
            float floor,
            float[] out,
            int outOffset,
            int outRow,
            int outStride) {
        if (rows < 0) {
            return; // One of the EmptyCalls.
        }
        int zeros = wOffset + runs * RUN;
        int leftZeros = zeros + (left > 0 ? LEFT : NOTHING) * LINE;
        int rightZeros = zeros + (right < runs ? RIGHT : NOTHING) * LINE;
        int wFirst = wOffset;
        FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset);
        FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + LINE);
        FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 2 * LINE);
        FloatVector a3 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 3 * LINE);
        FloatVector a4 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 4 * LINE);
        FloatVector a5 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 5 * LINE);
        FloatVector a6 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 6 * LINE);
        FloatVector a7 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 7 * LINE);
        FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 8 * LINE);
        FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 9 * LINE);
        FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 10 * LINE);
        FloatVector b3 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 11 * LINE);
        FloatVector b4 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 12 * LINE);
        FloatVector b5 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 13 * LINE);
        FloatVector b6 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 14 * LINE);
        FloatVector b7 = FloatVector.fromArray(Lanes.FLOATS, sums, sumsOffset + 15 * LINE);
        for (int row = 0; row < rows; row++) {
            int line = xOffset + row * xRow;
            FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
            FloatVector c1 = c0;
            FloatVector c2 = c0;
            FloatVector c3 = c0;
            FloatVector c4 = c0;
            FloatVector c5 = c0;
            FloatVector c6 = c0;
            FloatVector c7 = c0;
            for (int run = 0; run < left; run++) {
                int at = line + run / 3 * xRun + run % 3 * STEPS;
                int k = wFirst + run * RUN;
                for (int t = 0; t < STEPS; t++) {
                    FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                    FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (STEPS + t) * LINE);
                    FloatVector w2 = FloatVector.fromArray(Lanes.FLOATS, w, k + (2 * STEPS + t) * LINE);
                    FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + DISTANCE]);
                    c1 = x1.fma(w0, c1);
                    b1 = x1.fma(w1, b1);
                    a1 = x1.fma(w2, a1);
                    FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * DISTANCE]);
                    c2 = x2.fma(w0, c2);
                    b2 = x2.fma(w1, b2);
                    a2 = x2.fma(w2, a2);
                    FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * DISTANCE]);
                    c3 = x3.fma(w0, c3);
                    b3 = x3.fma(w1, b3);
                    a3 = x3.fma(w2, a3);
                    FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * DISTANCE]);
                    c4 = x4.fma(w0, c4);
                    b4 = x4.fma(w1, b4);
                    a4 = x4.fma(w2, a4);
                    FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * DISTANCE]);
                    c5 = x5.fma(w0, c5);
                    b5 = x5.fma(w1, b5);
                    a5 = x5.fma(w2, a5);
                    FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * DISTANCE]);
                    c6 = x6.fma(w0, c6);
                    b6 = x6.fma(w1, b6);
                    a6 = x6.fma(w2, a6);
                    FloatVector x7 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 7 * DISTANCE]);
                    c7 = x7.fma(w0, c7);
                    b7 = x7.fma(w1, b7);
                    a7 = x7.fma(w2, a7);
                }
            }
            c0 = FloatVector.fromArray(Lanes.FLOATS, w, leftZeros).add(c0);
            b0 = FloatVector.fromArray(Lanes.FLOATS, w, leftZeros + LINE).add(b0);
            a0 = FloatVector.fromArray(Lanes.FLOATS, w, leftZeros + 2 * LINE).add(a0);
            for (int run = left; run < right; run++) {
                int at = line + run / 3 * xRun + run % 3 * STEPS;
                int k = wFirst + run * RUN;
                for (int t = 0; t < STEPS; t++) {
                    FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                    FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (STEPS + t) * LINE);
                    FloatVector w2 = FloatVector.fromArray(Lanes.FLOATS, w, k + (2 * STEPS + t) * LINE);
                    FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, x[at + t]);
                    c0 = x0.fma(w0, c0);
                    b0 = x0.fma(w1, b0);
                    a0 = x0.fma(w2, a0);
                    FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + DISTANCE]);
                    c1 = x1.fma(w0, c1);
                    b1 = x1.fma(w1, b1);
                    a1 = x1.fma(w2, a1);
                    FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * DISTANCE]);
                    c2 = x2.fma(w0, c2);
                    b2 = x2.fma(w1, b2);
                    a2 = x2.fma(w2, a2);
                    FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * DISTANCE]);
                    c3 = x3.fma(w0, c3);
                    b3 = x3.fma(w1, b3);
                    a3 = x3.fma(w2, a3);
                    FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * DISTANCE]);
                    c4 = x4.fma(w0, c4);
                    b4 = x4.fma(w1, b4);
                    a4 = x4.fma(w2, a4);
                    FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * DISTANCE]);
                    c5 = x5.fma(w0, c5);
                    b5 = x5.fma(w1, b5);
                    a5 = x5.fma(w2, a5);
                    FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * DISTANCE]);
                    c6 = x6.fma(w0, c6);
                    b6 = x6.fma(w1, b6);
                    a6 = x6.fma(w2, a6);
                    FloatVector x7 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 7 * DISTANCE]);
                    c7 = x7.fma(w0, c7);
                    b7 = x7.fma(w1, b7);
                    a7 = x7.fma(w2, a7);
                }
            }
            for (int run = right; run < runs; run++) {
                int at = line + run / 3 * xRun + run % 3 * STEPS;
                int k = wFirst + run * RUN;
                for (int t = 0; t < STEPS; t++) {
                    FloatVector w0 = FloatVector.fromArray(Lanes.FLOATS, w, k + t * LINE);
                    FloatVector w1 = FloatVector.fromArray(Lanes.FLOATS, w, k + (STEPS + t) * LINE);
                    FloatVector w2 = FloatVector.fromArray(Lanes.FLOATS, w, k + (2 * STEPS + t) * LINE);
                    FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, x[at + t]);
                    c0 = x0.fma(w0, c0);
                    b0 = x0.fma(w1, b0);
                    a0 = x0.fma(w2, a0);
                    FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + DISTANCE]);
                    c1 = x1.fma(w0, c1);
                    b1 = x1.fma(w1, b1);
                    a1 = x1.fma(w2, a1);
                    FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 2 * DISTANCE]);
                    c2 = x2.fma(w0, c2);
                    b2 = x2.fma(w1, b2);
                    a2 = x2.fma(w2, a2);
                    FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 3 * DISTANCE]);
                    c3 = x3.fma(w0, c3);
                    b3 = x3.fma(w1, b3);
                    a3 = x3.fma(w2, a3);
                    FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 4 * DISTANCE]);
                    c4 = x4.fma(w0, c4);
                    b4 = x4.fma(w1, b4);
                    a4 = x4.fma(w2, a4);
                    FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 5 * DISTANCE]);
                    c5 = x5.fma(w0, c5);
                    b5 = x5.fma(w1, b5);
                    a5 = x5.fma(w2, a5);
                    FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, x[at + t + 6 * DISTANCE]);
                    c6 = x6.fma(w0, c6);
                    b6 = x6.fma(w1, b6);
                    a6 = x6.fma(w2, a6);
                }
            }
            c7 = FloatVector.fromArray(Lanes.FLOATS, w, rightZeros).add(c7);
            b7 = FloatVector.fromArray(Lanes.FLOATS, w, rightZeros + LINE).add(b7);
            a7 = FloatVector.fromArray(Lanes.FLOATS, w, rightZeros + 2 * LINE).add(a7);
            FloatVector least = FloatVector.broadcast(Lanes.FLOATS, floor);
            int to = outOffset + Math.max(0, row - lead) * outRow;
            int from = addedOffset + Math.max(0, row - lead) * addedRow;
            a0 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a0);
            a0.blend(0f, a0.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a1 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a1);
            a1.blend(0f, a1.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a2 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a2);
            a2.blend(0f, a2.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a3 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a3);
            a3.blend(0f, a3.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a4 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a4);
            a4.blend(0f, a4.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a5 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a5);
            a5.blend(0f, a5.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a6 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a6);
            a6.blend(0f, a6.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a7 = FloatVector.fromArray(Lanes.FLOATS, added, from).add(a7);
            a7.blend(0f, a7.compare(VectorOperators.LE, least)).intoArray(out, to);
            a0 = b0;
            a1 = b1;
            a2 = b2;
            a3 = b3;
            a4 = b4;
            a5 = b5;
            a6 = b6;
            a7 = b7;
            b0 = c0;
            b1 = c1;
            b2 = c2;
            b3 = c3;
            b4 = c4;
            b5 = c5;
            b6 = c6;
            b7 = c7;
        }
        a0.intoArray(sums, sumsOffset);
        a1.intoArray(sums, sumsOffset + LINE);
        a2.intoArray(sums, sumsOffset + 2 * LINE);
        a3.intoArray(sums, sumsOffset + 3 * LINE);
        a4.intoArray(sums, sumsOffset + 4 * LINE);
        a5.intoArray(sums, sumsOffset + 5 * LINE);
        a6.intoArray(sums, sumsOffset + 6 * LINE);
        a7.intoArray(sums, sumsOffset + 7 * LINE);
        b0.intoArray(sums, sumsOffset + 8 * LINE);
        b1.intoArray(sums, sumsOffset + 9 * LINE);
        b2.intoArray(sums, sumsOffset + 10 * LINE);
        b3.intoArray(sums, sumsOffset + 11 * LINE);
        b4.intoArray(sums, sumsOffset + 12 * LINE);
        b5.intoArray(sums, sumsOffset + 13 * LINE);
        b6.intoArray(sums, sumsOffset + 14 * LINE);
        b7.intoArray(sums, sumsOffset + 15 * LINE);
    }
}
