// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Convolution with kernels of 3×3 and stride 1, 16 output channels in lanes. Image rows are swept from the top: what a position sees of a row,
 * each element broadcast once, goes to the last kernel row of the output row above, to the middle one of its own and to the first of the row
 * below, so that for each element the chain over (kh, kw, c) stays. For 16 lanes and 32 registers: the other convolutions of lines are the twin.
 */
public final class LineSweepVector {
    private static final int LINE = LineScalar.LINE;

    /** Elements of a run: what a position sees of 16 channels, or as many of more channels. */
    public static final int STEPS = 3 * LINE;

    /** Floats from a position to the next of a tile. */
    public static final int DISTANCE = 64;

    private LineSweepVector() {}

    /**
     * 8 positions × 3 output rows: 24 accumulators + 3 of w + 1 of x = 28 of 32 registers. Weights are those of 16 output channels in the order
     * (t / 48, kh, t mod 48, k), where t counts (kw, c), behind them three lines: what zeros above and below the image add, and -0.
     *
     * @param rows image rows
     * @param lead of these, those before the first whose sums are of use: 1 at the upper border, else 2
     * @param steps rows to take: one more than there are where the last output row meets a row of zeros
     * @param runs of 48 elements of what a position sees of a row, {@code xRun} apart
     * @param added what is added to the sums: a line for each element of out, or, with strides of 0, one
     * @param floor what is not above becomes 0; NaN where nothing does
     */
    public static void sweep(
            int rows,
            int lead,
            int steps,
            int runs,
            float[] x,
            int xOffset,
            int xRow,
            int xRun,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] added,
            int addedOffset,
            int addedRow,
            int addedStride,
            float floor,
            float[] out,
            int outOffset,
            int outRow,
            int outStride) {
        int zeros = wOffset + runs * 3 * STEPS * LINE;
        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
        FloatVector b0 = c0.add(FloatVector.fromArray(Lanes.FLOATS, w, zeros));
        FloatVector c1 = c0;
        FloatVector c2 = c0;
        FloatVector c3 = c0;
        FloatVector c4 = c0;
        FloatVector c5 = c0;
        FloatVector c6 = c0;
        FloatVector c7 = c0;
        FloatVector b1 = b0;
        FloatVector b2 = b0;
        FloatVector b3 = b0;
        FloatVector b4 = b0;
        FloatVector b5 = b0;
        FloatVector b6 = b0;
        FloatVector b7 = b0;
        FloatVector a0 = b0;
        FloatVector a1 = b0;
        FloatVector a2 = b0;
        FloatVector a3 = b0;
        FloatVector a4 = b0;
        FloatVector a5 = b0;
        FloatVector a6 = b0;
        FloatVector a7 = b0;
        for (int row = 0; row < steps; row++) {
            int line = xOffset + row * xRow;
            int live = row < rows ? runs : 0;
            for (int run = 0; run < live; run++) {
                int at = line + run * xRun;
                int k = wOffset + run * 3 * STEPS * LINE;
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
            FloatVector below = FloatVector.fromArray(Lanes.FLOATS, w, zeros + (row < rows ? 2 * LINE : LINE));
            FloatVector least = FloatVector.broadcast(Lanes.FLOATS, floor);
            int to = outOffset + Math.max(0, row - lead) * outRow;
            int from = addedOffset + Math.max(0, row - lead) * addedRow;
            a0 = a0.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a0.blend(0f, a0.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a1 = a1.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a1.blend(0f, a1.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a2 = a2.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a2.blend(0f, a2.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a3 = a3.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a3.blend(0f, a3.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a4 = a4.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a4.blend(0f, a4.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a5 = a5.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a5.blend(0f, a5.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a6 = a6.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
            a6.blend(0f, a6.compare(VectorOperators.LE, least)).intoArray(out, to);
            to += outStride;
            from += addedStride;
            a7 = a7.add(below).add(FloatVector.fromArray(Lanes.FLOATS, added, from));
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
            c0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
            c1 = c0;
            c2 = c0;
            c3 = c0;
            c4 = c0;
            c5 = c0;
            c6 = c0;
            c7 = c0;
        }
    }
}
