// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution of lines of channels ({@link ChannelLines}) with output channels in lanes: {@code out[i][k] ← start[i][k] + Σ_t
 * x[i lines + offsets[t]] · w[t][k]}, one chain over ascending t for each element. The last tile of a row lies over the one before where positions
 * are left: what both compute is the same, unless start is out. The twin is {@link LineScalar}.
 */
final class LineVector {
    private static final int LINE = ChannelLines.LINE;

    private LineVector() {}

    /** 16 positions × 1 vector: 16 accumulators + 1 of w + 1 of x = 18 of 32 registers. */
    static void sixteen(
            int n,
            int taps,
            int[] offsets,
            int firstTap,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            int startStride,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 16) {
            int first = Math.min(i, n - 16);
            int from = startOffset + first * startStride;
            FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y1 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y2 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y3 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y4 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y5 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y6 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y7 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y8 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y9 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y10 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y11 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y12 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y13 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y14 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y15 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            int pixel = xOffset + first * LINE;
            int weights = wOffset;
            for (int t = firstTap; t < firstTap + taps; t++) {
                int at = pixel + offsets[t];
                FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, weights);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0 = x_0.fma(w_0, y0);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE]);
                y1 = x_1.fma(w_0, y1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE]);
                y2 = x_2.fma(w_0, y2);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE]);
                y3 = x_3.fma(w_0, y3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE]);
                y4 = x_4.fma(w_0, y4);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE]);
                y5 = x_5.fma(w_0, y5);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE]);
                y6 = x_6.fma(w_0, y6);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE]);
                y7 = x_7.fma(w_0, y7);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * LINE]);
                y8 = x_8.fma(w_0, y8);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * LINE]);
                y9 = x_9.fma(w_0, y9);
                FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * LINE]);
                y10 = x_10.fma(w_0, y10);
                FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * LINE]);
                y11 = x_11.fma(w_0, y11);
                FloatVector x_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + 12 * LINE]);
                y12 = x_12.fma(w_0, y12);
                FloatVector x_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + 13 * LINE]);
                y13 = x_13.fma(w_0, y13);
                FloatVector x_14 = FloatVector.broadcast(Lanes.FLOATS, x[at + 14 * LINE]);
                y14 = x_14.fma(w_0, y14);
                FloatVector x_15 = FloatVector.broadcast(Lanes.FLOATS, x[at + 15 * LINE]);
                y15 = x_15.fma(w_0, y15);
                weights += wStride;
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
            to += outStride;
            y10.intoArray(out, to);
            to += outStride;
            y11.intoArray(out, to);
            to += outStride;
            y12.intoArray(out, to);
            to += outStride;
            y13.intoArray(out, to);
            to += outStride;
            y14.intoArray(out, to);
            to += outStride;
            y15.intoArray(out, to);
        }
    }

    /** 8 positions × 2 vectors: 16 accumulators + 2 of w + 1 of x = 19 of 32 registers. */
    static void eight(
            int n,
            int taps,
            int[] offsets,
            int firstTap,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            int startStride,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 8) {
            int first = Math.min(i, n - 8);
            int from = startOffset + first * startStride;
            FloatVector y0_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y0_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y1_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y1_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y2_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y2_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y3_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y3_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y4_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y4_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y5_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y5_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y6_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y6_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            from += startStride;
            FloatVector y7_0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            FloatVector y7_1 = FloatVector.fromArray(Lanes.FLOATS, start, from + Lanes.COUNT);
            int pixel = xOffset + first * LINE;
            int weights = wOffset;
            for (int t = firstTap; t < firstTap + taps; t++) {
                int at = pixel + offsets[t];
                FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, weights);
                FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, weights + Lanes.COUNT);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0_0 = x_0.fma(w_0, y0_0);
                y0_1 = x_0.fma(w_1, y0_1);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE]);
                y1_0 = x_1.fma(w_0, y1_0);
                y1_1 = x_1.fma(w_1, y1_1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE]);
                y2_0 = x_2.fma(w_0, y2_0);
                y2_1 = x_2.fma(w_1, y2_1);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE]);
                y3_0 = x_3.fma(w_0, y3_0);
                y3_1 = x_3.fma(w_1, y3_1);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE]);
                y4_0 = x_4.fma(w_0, y4_0);
                y4_1 = x_4.fma(w_1, y4_1);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE]);
                y5_0 = x_5.fma(w_0, y5_0);
                y5_1 = x_5.fma(w_1, y5_1);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE]);
                y6_0 = x_6.fma(w_0, y6_0);
                y6_1 = x_6.fma(w_1, y6_1);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE]);
                y7_0 = x_7.fma(w_0, y7_0);
                y7_1 = x_7.fma(w_1, y7_1);
                weights += wStride;
            }
            int to = outOffset + first * outStride;
            y0_0.intoArray(out, to);
            y0_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y1_0.intoArray(out, to);
            y1_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y2_0.intoArray(out, to);
            y2_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y3_0.intoArray(out, to);
            y3_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y4_0.intoArray(out, to);
            y4_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y5_0.intoArray(out, to);
            y5_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y6_0.intoArray(out, to);
            y6_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y7_0.intoArray(out, to);
            y7_1.intoArray(out, to + Lanes.COUNT);
        }
    }

    /** 8 positions × 1 vector: 8 accumulators + 1 of w + 1 of x = 10 of 16 registers. */
    static void narrow(
            int n,
            int taps,
            int[] offsets,
            int firstTap,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            int startStride,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 8) {
            int first = Math.min(i, n - 8);
            int from = startOffset + first * startStride;
            FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y1 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y2 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y3 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y4 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y5 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y6 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            from += startStride;
            FloatVector y7 = FloatVector.fromArray(Lanes.FLOATS, start, from);
            int pixel = xOffset + first * LINE;
            int weights = wOffset;
            for (int t = firstTap; t < firstTap + taps; t++) {
                int at = pixel + offsets[t];
                FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, weights);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0 = x_0.fma(w_0, y0);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE]);
                y1 = x_1.fma(w_0, y1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE]);
                y2 = x_2.fma(w_0, y2);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE]);
                y3 = x_3.fma(w_0, y3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE]);
                y4 = x_4.fma(w_0, y4);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE]);
                y5 = x_5.fma(w_0, y5);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE]);
                y6 = x_6.fma(w_0, y6);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE]);
                y7 = x_7.fma(w_0, y7);
                weights += wStride;
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
        }
    }
}
