// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution of lines of channels ({@code ChannelLines}) with output channels in lanes: {@code out[i][k] ← start[k] + Σ_t
 * x[i lines + offsets[t]] · w[t][k]}, one chain over ascending t for each element; neighbouring channels share an offset. The last tile of a row lies over the one before where positions
 * are left: what both compute is the same. The twin is {@link LineScalar}.
 */
public final class LineVector {
    private static final int LINE = LineScalar.LINE;

    private LineVector() {}

    /** 16 positions × 1 vector: 16 accumulators + 1 of w + 1 of x = 18 of 32 registers. */
    public static void sixteen(
            int n,
            int steps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 16) {
            int position = Math.min(i, n - 16);
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
            FloatVector y10 = y0;
            FloatVector y11 = y0;
            FloatVector y12 = y0;
            FloatVector y13 = y0;
            FloatVector y14 = y0;
            FloatVector y15 = y0;
            int pixel = xOffset + position * LINE;
            for (int t = 0; t < steps; t++) {
                int at = pixel + offsets[t];
                int k = wOffset + t * 4 * Lanes.COUNT;
                FloatVector w0_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
                FloatVector x0_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0 = x0_0.fma(w0_0, y0);
                FloatVector x0_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE]);
                y1 = x0_1.fma(w0_0, y1);
                FloatVector x0_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE]);
                y2 = x0_2.fma(w0_0, y2);
                FloatVector x0_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE]);
                y3 = x0_3.fma(w0_0, y3);
                FloatVector x0_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE]);
                y4 = x0_4.fma(w0_0, y4);
                FloatVector x0_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE]);
                y5 = x0_5.fma(w0_0, y5);
                FloatVector x0_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE]);
                y6 = x0_6.fma(w0_0, y6);
                FloatVector x0_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE]);
                y7 = x0_7.fma(w0_0, y7);
                FloatVector x0_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * LINE]);
                y8 = x0_8.fma(w0_0, y8);
                FloatVector x0_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * LINE]);
                y9 = x0_9.fma(w0_0, y9);
                FloatVector x0_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * LINE]);
                y10 = x0_10.fma(w0_0, y10);
                FloatVector x0_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * LINE]);
                y11 = x0_11.fma(w0_0, y11);
                FloatVector x0_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + 12 * LINE]);
                y12 = x0_12.fma(w0_0, y12);
                FloatVector x0_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + 13 * LINE]);
                y13 = x0_13.fma(w0_0, y13);
                FloatVector x0_14 = FloatVector.broadcast(Lanes.FLOATS, x[at + 14 * LINE]);
                y14 = x0_14.fma(w0_0, y14);
                FloatVector x0_15 = FloatVector.broadcast(Lanes.FLOATS, x[at + 15 * LINE]);
                y15 = x0_15.fma(w0_0, y15);
                FloatVector w1_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
                FloatVector x1_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
                y0 = x1_0.fma(w1_0, y0);
                FloatVector x1_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 1]);
                y1 = x1_1.fma(w1_0, y1);
                FloatVector x1_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 1]);
                y2 = x1_2.fma(w1_0, y2);
                FloatVector x1_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 1]);
                y3 = x1_3.fma(w1_0, y3);
                FloatVector x1_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 1]);
                y4 = x1_4.fma(w1_0, y4);
                FloatVector x1_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 1]);
                y5 = x1_5.fma(w1_0, y5);
                FloatVector x1_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 1]);
                y6 = x1_6.fma(w1_0, y6);
                FloatVector x1_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 1]);
                y7 = x1_7.fma(w1_0, y7);
                FloatVector x1_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * LINE + 1]);
                y8 = x1_8.fma(w1_0, y8);
                FloatVector x1_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * LINE + 1]);
                y9 = x1_9.fma(w1_0, y9);
                FloatVector x1_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * LINE + 1]);
                y10 = x1_10.fma(w1_0, y10);
                FloatVector x1_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * LINE + 1]);
                y11 = x1_11.fma(w1_0, y11);
                FloatVector x1_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + 12 * LINE + 1]);
                y12 = x1_12.fma(w1_0, y12);
                FloatVector x1_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + 13 * LINE + 1]);
                y13 = x1_13.fma(w1_0, y13);
                FloatVector x1_14 = FloatVector.broadcast(Lanes.FLOATS, x[at + 14 * LINE + 1]);
                y14 = x1_14.fma(w1_0, y14);
                FloatVector x1_15 = FloatVector.broadcast(Lanes.FLOATS, x[at + 15 * LINE + 1]);
                y15 = x1_15.fma(w1_0, y15);
                FloatVector w2_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 2 * Lanes.COUNT);
                FloatVector x2_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
                y0 = x2_0.fma(w2_0, y0);
                FloatVector x2_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 2]);
                y1 = x2_1.fma(w2_0, y1);
                FloatVector x2_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 2]);
                y2 = x2_2.fma(w2_0, y2);
                FloatVector x2_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 2]);
                y3 = x2_3.fma(w2_0, y3);
                FloatVector x2_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 2]);
                y4 = x2_4.fma(w2_0, y4);
                FloatVector x2_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 2]);
                y5 = x2_5.fma(w2_0, y5);
                FloatVector x2_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 2]);
                y6 = x2_6.fma(w2_0, y6);
                FloatVector x2_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 2]);
                y7 = x2_7.fma(w2_0, y7);
                FloatVector x2_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * LINE + 2]);
                y8 = x2_8.fma(w2_0, y8);
                FloatVector x2_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * LINE + 2]);
                y9 = x2_9.fma(w2_0, y9);
                FloatVector x2_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * LINE + 2]);
                y10 = x2_10.fma(w2_0, y10);
                FloatVector x2_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * LINE + 2]);
                y11 = x2_11.fma(w2_0, y11);
                FloatVector x2_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + 12 * LINE + 2]);
                y12 = x2_12.fma(w2_0, y12);
                FloatVector x2_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + 13 * LINE + 2]);
                y13 = x2_13.fma(w2_0, y13);
                FloatVector x2_14 = FloatVector.broadcast(Lanes.FLOATS, x[at + 14 * LINE + 2]);
                y14 = x2_14.fma(w2_0, y14);
                FloatVector x2_15 = FloatVector.broadcast(Lanes.FLOATS, x[at + 15 * LINE + 2]);
                y15 = x2_15.fma(w2_0, y15);
                FloatVector w3_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 3 * Lanes.COUNT);
                FloatVector x3_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
                y0 = x3_0.fma(w3_0, y0);
                FloatVector x3_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 3]);
                y1 = x3_1.fma(w3_0, y1);
                FloatVector x3_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 3]);
                y2 = x3_2.fma(w3_0, y2);
                FloatVector x3_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 3]);
                y3 = x3_3.fma(w3_0, y3);
                FloatVector x3_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 3]);
                y4 = x3_4.fma(w3_0, y4);
                FloatVector x3_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 3]);
                y5 = x3_5.fma(w3_0, y5);
                FloatVector x3_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 3]);
                y6 = x3_6.fma(w3_0, y6);
                FloatVector x3_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 3]);
                y7 = x3_7.fma(w3_0, y7);
                FloatVector x3_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * LINE + 3]);
                y8 = x3_8.fma(w3_0, y8);
                FloatVector x3_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * LINE + 3]);
                y9 = x3_9.fma(w3_0, y9);
                FloatVector x3_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * LINE + 3]);
                y10 = x3_10.fma(w3_0, y10);
                FloatVector x3_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * LINE + 3]);
                y11 = x3_11.fma(w3_0, y11);
                FloatVector x3_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + 12 * LINE + 3]);
                y12 = x3_12.fma(w3_0, y12);
                FloatVector x3_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + 13 * LINE + 3]);
                y13 = x3_13.fma(w3_0, y13);
                FloatVector x3_14 = FloatVector.broadcast(Lanes.FLOATS, x[at + 14 * LINE + 3]);
                y14 = x3_14.fma(w3_0, y14);
                FloatVector x3_15 = FloatVector.broadcast(Lanes.FLOATS, x[at + 15 * LINE + 3]);
                y15 = x3_15.fma(w3_0, y15);
            }
            int to = outOffset + position * outStride;
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
    public static void eight(
            int n,
            int steps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 8) {
            int position = Math.min(i, n - 8);
            FloatVector y0_0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
            FloatVector y0_1 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset + Lanes.COUNT);
            FloatVector y1_0 = y0_0;
            FloatVector y1_1 = y0_1;
            FloatVector y2_0 = y0_0;
            FloatVector y2_1 = y0_1;
            FloatVector y3_0 = y0_0;
            FloatVector y3_1 = y0_1;
            FloatVector y4_0 = y0_0;
            FloatVector y4_1 = y0_1;
            FloatVector y5_0 = y0_0;
            FloatVector y5_1 = y0_1;
            FloatVector y6_0 = y0_0;
            FloatVector y6_1 = y0_1;
            FloatVector y7_0 = y0_0;
            FloatVector y7_1 = y0_1;
            int pixel = xOffset + position * LINE;
            for (int t = 0; t < steps; t++) {
                int at = pixel + offsets[t];
                int k = wOffset + t * 8 * Lanes.COUNT;
                FloatVector w0_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
                FloatVector w0_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
                FloatVector x0_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0_0 = x0_0.fma(w0_0, y0_0);
                y0_1 = x0_0.fma(w0_1, y0_1);
                FloatVector x0_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE]);
                y1_0 = x0_1.fma(w0_0, y1_0);
                y1_1 = x0_1.fma(w0_1, y1_1);
                FloatVector x0_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE]);
                y2_0 = x0_2.fma(w0_0, y2_0);
                y2_1 = x0_2.fma(w0_1, y2_1);
                FloatVector x0_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE]);
                y3_0 = x0_3.fma(w0_0, y3_0);
                y3_1 = x0_3.fma(w0_1, y3_1);
                FloatVector x0_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE]);
                y4_0 = x0_4.fma(w0_0, y4_0);
                y4_1 = x0_4.fma(w0_1, y4_1);
                FloatVector x0_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE]);
                y5_0 = x0_5.fma(w0_0, y5_0);
                y5_1 = x0_5.fma(w0_1, y5_1);
                FloatVector x0_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE]);
                y6_0 = x0_6.fma(w0_0, y6_0);
                y6_1 = x0_6.fma(w0_1, y6_1);
                FloatVector x0_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE]);
                y7_0 = x0_7.fma(w0_0, y7_0);
                y7_1 = x0_7.fma(w0_1, y7_1);
                FloatVector w1_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 2 * Lanes.COUNT);
                FloatVector w1_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + 3 * Lanes.COUNT);
                FloatVector x1_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
                y0_0 = x1_0.fma(w1_0, y0_0);
                y0_1 = x1_0.fma(w1_1, y0_1);
                FloatVector x1_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 1]);
                y1_0 = x1_1.fma(w1_0, y1_0);
                y1_1 = x1_1.fma(w1_1, y1_1);
                FloatVector x1_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 1]);
                y2_0 = x1_2.fma(w1_0, y2_0);
                y2_1 = x1_2.fma(w1_1, y2_1);
                FloatVector x1_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 1]);
                y3_0 = x1_3.fma(w1_0, y3_0);
                y3_1 = x1_3.fma(w1_1, y3_1);
                FloatVector x1_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 1]);
                y4_0 = x1_4.fma(w1_0, y4_0);
                y4_1 = x1_4.fma(w1_1, y4_1);
                FloatVector x1_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 1]);
                y5_0 = x1_5.fma(w1_0, y5_0);
                y5_1 = x1_5.fma(w1_1, y5_1);
                FloatVector x1_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 1]);
                y6_0 = x1_6.fma(w1_0, y6_0);
                y6_1 = x1_6.fma(w1_1, y6_1);
                FloatVector x1_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 1]);
                y7_0 = x1_7.fma(w1_0, y7_0);
                y7_1 = x1_7.fma(w1_1, y7_1);
                FloatVector w2_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 4 * Lanes.COUNT);
                FloatVector w2_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + 5 * Lanes.COUNT);
                FloatVector x2_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
                y0_0 = x2_0.fma(w2_0, y0_0);
                y0_1 = x2_0.fma(w2_1, y0_1);
                FloatVector x2_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 2]);
                y1_0 = x2_1.fma(w2_0, y1_0);
                y1_1 = x2_1.fma(w2_1, y1_1);
                FloatVector x2_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 2]);
                y2_0 = x2_2.fma(w2_0, y2_0);
                y2_1 = x2_2.fma(w2_1, y2_1);
                FloatVector x2_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 2]);
                y3_0 = x2_3.fma(w2_0, y3_0);
                y3_1 = x2_3.fma(w2_1, y3_1);
                FloatVector x2_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 2]);
                y4_0 = x2_4.fma(w2_0, y4_0);
                y4_1 = x2_4.fma(w2_1, y4_1);
                FloatVector x2_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 2]);
                y5_0 = x2_5.fma(w2_0, y5_0);
                y5_1 = x2_5.fma(w2_1, y5_1);
                FloatVector x2_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 2]);
                y6_0 = x2_6.fma(w2_0, y6_0);
                y6_1 = x2_6.fma(w2_1, y6_1);
                FloatVector x2_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 2]);
                y7_0 = x2_7.fma(w2_0, y7_0);
                y7_1 = x2_7.fma(w2_1, y7_1);
                FloatVector w3_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 6 * Lanes.COUNT);
                FloatVector w3_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + 7 * Lanes.COUNT);
                FloatVector x3_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
                y0_0 = x3_0.fma(w3_0, y0_0);
                y0_1 = x3_0.fma(w3_1, y0_1);
                FloatVector x3_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 3]);
                y1_0 = x3_1.fma(w3_0, y1_0);
                y1_1 = x3_1.fma(w3_1, y1_1);
                FloatVector x3_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 3]);
                y2_0 = x3_2.fma(w3_0, y2_0);
                y2_1 = x3_2.fma(w3_1, y2_1);
                FloatVector x3_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 3]);
                y3_0 = x3_3.fma(w3_0, y3_0);
                y3_1 = x3_3.fma(w3_1, y3_1);
                FloatVector x3_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 3]);
                y4_0 = x3_4.fma(w3_0, y4_0);
                y4_1 = x3_4.fma(w3_1, y4_1);
                FloatVector x3_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 3]);
                y5_0 = x3_5.fma(w3_0, y5_0);
                y5_1 = x3_5.fma(w3_1, y5_1);
                FloatVector x3_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 3]);
                y6_0 = x3_6.fma(w3_0, y6_0);
                y6_1 = x3_6.fma(w3_1, y6_1);
                FloatVector x3_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 3]);
                y7_0 = x3_7.fma(w3_0, y7_0);
                y7_1 = x3_7.fma(w3_1, y7_1);
            }
            int to = outOffset + position * outStride;
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
    public static void narrow(
            int n,
            int steps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 8) {
            int position = Math.min(i, n - 8);
            FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
            FloatVector y1 = y0;
            FloatVector y2 = y0;
            FloatVector y3 = y0;
            FloatVector y4 = y0;
            FloatVector y5 = y0;
            FloatVector y6 = y0;
            FloatVector y7 = y0;
            int pixel = xOffset + position * LINE;
            for (int t = 0; t < steps; t++) {
                int at = pixel + offsets[t];
                int k = wOffset + t * 4 * Lanes.COUNT;
                FloatVector w0_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
                FloatVector x0_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                y0 = x0_0.fma(w0_0, y0);
                FloatVector x0_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE]);
                y1 = x0_1.fma(w0_0, y1);
                FloatVector x0_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE]);
                y2 = x0_2.fma(w0_0, y2);
                FloatVector x0_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE]);
                y3 = x0_3.fma(w0_0, y3);
                FloatVector x0_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE]);
                y4 = x0_4.fma(w0_0, y4);
                FloatVector x0_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE]);
                y5 = x0_5.fma(w0_0, y5);
                FloatVector x0_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE]);
                y6 = x0_6.fma(w0_0, y6);
                FloatVector x0_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE]);
                y7 = x0_7.fma(w0_0, y7);
                FloatVector w1_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
                FloatVector x1_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
                y0 = x1_0.fma(w1_0, y0);
                FloatVector x1_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 1]);
                y1 = x1_1.fma(w1_0, y1);
                FloatVector x1_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 1]);
                y2 = x1_2.fma(w1_0, y2);
                FloatVector x1_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 1]);
                y3 = x1_3.fma(w1_0, y3);
                FloatVector x1_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 1]);
                y4 = x1_4.fma(w1_0, y4);
                FloatVector x1_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 1]);
                y5 = x1_5.fma(w1_0, y5);
                FloatVector x1_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 1]);
                y6 = x1_6.fma(w1_0, y6);
                FloatVector x1_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 1]);
                y7 = x1_7.fma(w1_0, y7);
                FloatVector w2_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 2 * Lanes.COUNT);
                FloatVector x2_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
                y0 = x2_0.fma(w2_0, y0);
                FloatVector x2_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 2]);
                y1 = x2_1.fma(w2_0, y1);
                FloatVector x2_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 2]);
                y2 = x2_2.fma(w2_0, y2);
                FloatVector x2_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 2]);
                y3 = x2_3.fma(w2_0, y3);
                FloatVector x2_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 2]);
                y4 = x2_4.fma(w2_0, y4);
                FloatVector x2_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 2]);
                y5 = x2_5.fma(w2_0, y5);
                FloatVector x2_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 2]);
                y6 = x2_6.fma(w2_0, y6);
                FloatVector x2_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 2]);
                y7 = x2_7.fma(w2_0, y7);
                FloatVector w3_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + 3 * Lanes.COUNT);
                FloatVector x3_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
                y0 = x3_0.fma(w3_0, y0);
                FloatVector x3_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + LINE + 3]);
                y1 = x3_1.fma(w3_0, y1);
                FloatVector x3_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * LINE + 3]);
                y2 = x3_2.fma(w3_0, y2);
                FloatVector x3_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * LINE + 3]);
                y3 = x3_3.fma(w3_0, y3);
                FloatVector x3_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * LINE + 3]);
                y4 = x3_4.fma(w3_0, y4);
                FloatVector x3_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * LINE + 3]);
                y5 = x3_5.fma(w3_0, y5);
                FloatVector x3_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * LINE + 3]);
                y6 = x3_6.fma(w3_0, y6);
                FloatVector x3_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * LINE + 3]);
                y7 = x3_7.fma(w3_0, y7);
            }
            int to = outOffset + position * outStride;
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
