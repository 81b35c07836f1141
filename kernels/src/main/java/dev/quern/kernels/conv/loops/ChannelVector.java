// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution of planes with output channels in lanes: {@code out[i][k] ← start[k] + Σ_t x[i + offsets[t]] · w[t][k]}, one chain
 * over ascending t for each element. The last tile of a row lies over the one before where positions are left: what both compute is the
 * same. The twin is {@link ChannelScalar}.
 */
public final class ChannelVector {
    /** Positions of a tile of four vectors. */
    private static final int SIX = 6;

    /** Positions of a tile of one vector. */
    public static final int TEN = 10;

    /** Beside {@link #twenty}. */
    public static final EmptyCalls EMPTY_TWENTY =
            new EmptyCalls(() -> twenty(-1, null, null, 0, 0, null, 0, 0, null, 0, null, 0, 0, 0));

    private ChannelVector() {}

    /**
     * 6 positions × 4 vectors: 24 accumulators + 4 of w + 1 of x = 29 of 32 registers.
     */
    public static void six(
            int positions,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < positions; i += SIX) {
            int first = Math.min(i, positions - SIX);
            FloatVector y0_0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
            FloatVector y0_1 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset + Lanes.COUNT);
            FloatVector y0_2 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset + 2 * Lanes.COUNT);
            FloatVector y0_3 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset + 3 * Lanes.COUNT);
            FloatVector y1_0 = y0_0;
            FloatVector y1_1 = y0_1;
            FloatVector y1_2 = y0_2;
            FloatVector y1_3 = y0_3;
            FloatVector y2_0 = y0_0;
            FloatVector y2_1 = y0_1;
            FloatVector y2_2 = y0_2;
            FloatVector y2_3 = y0_3;
            FloatVector y3_0 = y0_0;
            FloatVector y3_1 = y0_1;
            FloatVector y3_2 = y0_2;
            FloatVector y3_3 = y0_3;
            FloatVector y4_0 = y0_0;
            FloatVector y4_1 = y0_1;
            FloatVector y4_2 = y0_2;
            FloatVector y4_3 = y0_3;
            FloatVector y5_0 = y0_0;
            FloatVector y5_1 = y0_1;
            FloatVector y5_2 = y0_2;
            FloatVector y5_3 = y0_3;
            int from = xOffset + first;
            int k = wOffset;
            for (int t = 0; t < taps; t++) {
                int at = from + offsets[t];
                FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
                FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
                FloatVector w_2 = FloatVector.fromArray(Lanes.FLOATS, w, k + 2 * Lanes.COUNT);
                FloatVector w_3 = FloatVector.fromArray(Lanes.FLOATS, w, k + 3 * Lanes.COUNT);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0_0 = x_0.fma(w_0, y0_0);
                y0_1 = x_0.fma(w_1, y0_1);
                y0_2 = x_0.fma(w_2, y0_2);
                y0_3 = x_0.fma(w_3, y0_3);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
                y1_0 = x_1.fma(w_0, y1_0);
                y1_1 = x_1.fma(w_1, y1_1);
                y1_2 = x_1.fma(w_2, y1_2);
                y1_3 = x_1.fma(w_3, y1_3);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
                y2_0 = x_2.fma(w_0, y2_0);
                y2_1 = x_2.fma(w_1, y2_1);
                y2_2 = x_2.fma(w_2, y2_2);
                y2_3 = x_2.fma(w_3, y2_3);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
                y3_0 = x_3.fma(w_0, y3_0);
                y3_1 = x_3.fma(w_1, y3_1);
                y3_2 = x_3.fma(w_2, y3_2);
                y3_3 = x_3.fma(w_3, y3_3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4]);
                y4_0 = x_4.fma(w_0, y4_0);
                y4_1 = x_4.fma(w_1, y4_1);
                y4_2 = x_4.fma(w_2, y4_2);
                y4_3 = x_4.fma(w_3, y4_3);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5]);
                y5_0 = x_5.fma(w_0, y5_0);
                y5_1 = x_5.fma(w_1, y5_1);
                y5_2 = x_5.fma(w_2, y5_2);
                y5_3 = x_5.fma(w_3, y5_3);
                k += wStride;
            }
            int to = outOffset + first * outStride;
            y0_0.intoArray(out, to);
            y0_1.intoArray(out, to + Lanes.COUNT);
            y0_2.intoArray(out, to + 2 * Lanes.COUNT);
            y0_3.intoArray(out, to + 3 * Lanes.COUNT);
            to += outStride;
            y1_0.intoArray(out, to);
            y1_1.intoArray(out, to + Lanes.COUNT);
            y1_2.intoArray(out, to + 2 * Lanes.COUNT);
            y1_3.intoArray(out, to + 3 * Lanes.COUNT);
            to += outStride;
            y2_0.intoArray(out, to);
            y2_1.intoArray(out, to + Lanes.COUNT);
            y2_2.intoArray(out, to + 2 * Lanes.COUNT);
            y2_3.intoArray(out, to + 3 * Lanes.COUNT);
            to += outStride;
            y3_0.intoArray(out, to);
            y3_1.intoArray(out, to + Lanes.COUNT);
            y3_2.intoArray(out, to + 2 * Lanes.COUNT);
            y3_3.intoArray(out, to + 3 * Lanes.COUNT);
            to += outStride;
            y4_0.intoArray(out, to);
            y4_1.intoArray(out, to + Lanes.COUNT);
            y4_2.intoArray(out, to + 2 * Lanes.COUNT);
            y4_3.intoArray(out, to + 3 * Lanes.COUNT);
            to += outStride;
            y5_0.intoArray(out, to);
            y5_1.intoArray(out, to + Lanes.COUNT);
            y5_2.intoArray(out, to + 2 * Lanes.COUNT);
            y5_3.intoArray(out, to + 3 * Lanes.COUNT);
        }
    }

    /**
     * 10 positions × 1 vector: 10 accumulators + 1 of w + 1 of x = 12 of 16 registers.
     */
    public static void ten(
            int positions,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < positions; i += TEN) {
            int first = Math.min(i, positions - TEN);
            FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
            FloatVector y1 = y0;
            FloatVector y2 = y0;
            FloatVector y3 = y0;
            FloatVector y4 = y0;
            FloatVector y5 = y0;
            FloatVector y6 = y0;
            FloatVector y7 = y0;
            FloatVector y8 = y0;
            FloatVector y9 = y0;
            int from = xOffset + first;
            int k = wOffset;
            for (int t = 0; t < taps; t++) {
                int at = from + offsets[t];
                FloatVector weights = FloatVector.fromArray(Lanes.FLOATS, w, k);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0 = x_0.fma(weights, y0);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
                y1 = x_1.fma(weights, y1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
                y2 = x_2.fma(weights, y2);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
                y3 = x_3.fma(weights, y3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4]);
                y4 = x_4.fma(weights, y4);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5]);
                y5 = x_5.fma(weights, y5);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6]);
                y6 = x_6.fma(weights, y6);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7]);
                y7 = x_7.fma(weights, y7);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8]);
                y8 = x_8.fma(weights, y8);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9]);
                y9 = x_9.fma(weights, y9);
                k += wStride;
            }
            int to = outOffset + first * outStride;
            y0.intoArray(out, to);
            to += outStride;
            y1.intoArray(out, to);
            to += outStride;
            y2.intoArray(out, to);
            to += outStride;
            y3.intoArray(out, to);
            to += outStride;
            y4.intoArray(out, to);
            to += outStride;
            y5.intoArray(out, to);
            to += outStride;
            y6.intoArray(out, to);
            to += outStride;
            y7.intoArray(out, to);
            to += outStride;
            y8.intoArray(out, to);
            to += outStride;
            y9.intoArray(out, to);
        }
    }

    /**
     * 2 rows × 10 positions × 1 vector: 20 accumulators + 1 of w + 1 of x = 22 of 32 registers. Both rows share what is read of w. A tile a
     * call: with a loop round it general registers run out in the inner one.
     *
     * @param xRow from a row of x to the next
     * @param outRow from a row of out to the next
     */
    public static void twenty(
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            int xRow,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outRow,
            int outStride) {
        if (taps < 0) {
            return; // One of the EmptyCalls.
        }
        FloatVector y0_0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
        FloatVector y0_1 = y0_0;
        FloatVector y0_2 = y0_0;
        FloatVector y0_3 = y0_0;
        FloatVector y0_4 = y0_0;
        FloatVector y0_5 = y0_0;
        FloatVector y0_6 = y0_0;
        FloatVector y0_7 = y0_0;
        FloatVector y0_8 = y0_0;
        FloatVector y0_9 = y0_0;
        FloatVector y1_0 = y0_0;
        FloatVector y1_1 = y0_0;
        FloatVector y1_2 = y0_0;
        FloatVector y1_3 = y0_0;
        FloatVector y1_4 = y0_0;
        FloatVector y1_5 = y0_0;
        FloatVector y1_6 = y0_0;
        FloatVector y1_7 = y0_0;
        FloatVector y1_8 = y0_0;
        FloatVector y1_9 = y0_0;
        int from = xOffset;
        int k = wOffset;
        for (int t = 0; t < taps; t++) {
            int at = from + offsets[t];
            int below = at + xRow;
            FloatVector weights = FloatVector.fromArray(Lanes.FLOATS, w, k);
            FloatVector x0_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
            y0_0 = x0_0.fma(weights, y0_0);
            FloatVector x0_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
            y0_1 = x0_1.fma(weights, y0_1);
            FloatVector x0_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
            y0_2 = x0_2.fma(weights, y0_2);
            FloatVector x0_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
            y0_3 = x0_3.fma(weights, y0_3);
            FloatVector x0_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4]);
            y0_4 = x0_4.fma(weights, y0_4);
            FloatVector x0_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5]);
            y0_5 = x0_5.fma(weights, y0_5);
            FloatVector x0_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6]);
            y0_6 = x0_6.fma(weights, y0_6);
            FloatVector x0_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7]);
            y0_7 = x0_7.fma(weights, y0_7);
            FloatVector x0_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8]);
            y0_8 = x0_8.fma(weights, y0_8);
            FloatVector x0_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9]);
            y0_9 = x0_9.fma(weights, y0_9);
            FloatVector x1_0 = FloatVector.broadcast(Lanes.FLOATS, x[below]);
            y1_0 = x1_0.fma(weights, y1_0);
            FloatVector x1_1 = FloatVector.broadcast(Lanes.FLOATS, x[below + 1]);
            y1_1 = x1_1.fma(weights, y1_1);
            FloatVector x1_2 = FloatVector.broadcast(Lanes.FLOATS, x[below + 2]);
            y1_2 = x1_2.fma(weights, y1_2);
            FloatVector x1_3 = FloatVector.broadcast(Lanes.FLOATS, x[below + 3]);
            y1_3 = x1_3.fma(weights, y1_3);
            FloatVector x1_4 = FloatVector.broadcast(Lanes.FLOATS, x[below + 4]);
            y1_4 = x1_4.fma(weights, y1_4);
            FloatVector x1_5 = FloatVector.broadcast(Lanes.FLOATS, x[below + 5]);
            y1_5 = x1_5.fma(weights, y1_5);
            FloatVector x1_6 = FloatVector.broadcast(Lanes.FLOATS, x[below + 6]);
            y1_6 = x1_6.fma(weights, y1_6);
            FloatVector x1_7 = FloatVector.broadcast(Lanes.FLOATS, x[below + 7]);
            y1_7 = x1_7.fma(weights, y1_7);
            FloatVector x1_8 = FloatVector.broadcast(Lanes.FLOATS, x[below + 8]);
            y1_8 = x1_8.fma(weights, y1_8);
            FloatVector x1_9 = FloatVector.broadcast(Lanes.FLOATS, x[below + 9]);
            y1_9 = x1_9.fma(weights, y1_9);
            k += wStride;
        }
        int to = outOffset;
        y0_0.intoArray(out, to);
        to += outStride;
        y0_1.intoArray(out, to);
        to += outStride;
        y0_2.intoArray(out, to);
        to += outStride;
        y0_3.intoArray(out, to);
        to += outStride;
        y0_4.intoArray(out, to);
        to += outStride;
        y0_5.intoArray(out, to);
        to += outStride;
        y0_6.intoArray(out, to);
        to += outStride;
        y0_7.intoArray(out, to);
        to += outStride;
        y0_8.intoArray(out, to);
        to += outStride;
        y0_9.intoArray(out, to);
        to = outOffset + outRow;
        y1_0.intoArray(out, to);
        to += outStride;
        y1_1.intoArray(out, to);
        to += outStride;
        y1_2.intoArray(out, to);
        to += outStride;
        y1_3.intoArray(out, to);
        to += outStride;
        y1_4.intoArray(out, to);
        to += outStride;
        y1_5.intoArray(out, to);
        to += outStride;
        y1_6.intoArray(out, to);
        to += outStride;
        y1_7.intoArray(out, to);
        to += outStride;
        y1_8.intoArray(out, to);
        to += outStride;
        y1_9.intoArray(out, to);
    }
}
