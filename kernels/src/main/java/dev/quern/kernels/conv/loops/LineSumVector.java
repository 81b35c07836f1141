// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a source from lines of channels ({@code ChannelLines}) of diffDst, with input channels in lanes: for each tap one
 * chain over the depth from +0, {@code Σ_j x[i lines + offsets[t][j]] · w[t][j][c]}; the taps are added as they come, from +0. Sums lie
 * in out meanwhile. The twin is {@link LineScalar}.
 */
public final class LineSumVector {
    private static final int LINE = LineScalar.LINE;

    private LineSumVector() {}

    /** 16 positions × 1 vector: 16 accumulators + 1 of w + 1 of x = 18 of 32 registers. */
    public static void sixteen(
            int n,
            int taps,
            int depth,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 16) {
            int position = Math.min(i, n - 16);
            int pixel = xOffset + position * LINE;
            int first = outOffset + position * outStride;
            for (int p = 0; p < 16; p++) {
                FloatVector.zero(Lanes.FLOATS).intoArray(out, first + p * outStride);
            }
            for (int t = 0; t < taps * depth; t += depth) {
                FloatVector y0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y4 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y5 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y6 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y7 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y8 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y9 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y10 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y11 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y12 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y13 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y14 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y15 = FloatVector.zero(Lanes.FLOATS);
                for (int j = t; j < t + depth; j++) {
                    int at = pixel + offsets[j];
                    int k = wOffset + j * 2 * Lanes.COUNT;
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
                }
                int to = first;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y0).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y1).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y2).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y3).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y4).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y5).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y6).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y7).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y8).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y9).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y10).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y11).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y12).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y13).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y14).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y15).intoArray(out, to);
            }
        }
    }

    /** 8 positions × 2 vectors: 16 accumulators + 2 of w + 1 of x = 19 of 32 registers. */
    public static void eight(
            int n,
            int taps,
            int depth,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 8) {
            int position = Math.min(i, n - 8);
            int pixel = xOffset + position * LINE;
            int first = outOffset + position * outStride;
            for (int p = 0; p < 8; p++) {
                FloatVector.zero(Lanes.FLOATS).intoArray(out, first + p * outStride);
                FloatVector.zero(Lanes.FLOATS).intoArray(out, first + p * outStride + Lanes.COUNT);
            }
            for (int t = 0; t < taps * depth; t += depth) {
                FloatVector y0_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y0_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y4_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y4_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y5_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y5_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y6_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y6_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y7_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y7_1 = FloatVector.zero(Lanes.FLOATS);
                for (int j = t; j < t + depth; j++) {
                    int at = pixel + offsets[j];
                    int k = wOffset + j * 4 * Lanes.COUNT;
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
                }
                int to = first;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y0_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y0_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y1_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y1_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y2_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y2_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y3_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y3_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y4_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y4_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y5_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y5_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y6_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y6_1)
                        .intoArray(out, to + Lanes.COUNT);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y7_0).intoArray(out, to);
                FloatVector.fromArray(Lanes.FLOATS, out, to + Lanes.COUNT)
                        .add(y7_1)
                        .intoArray(out, to + Lanes.COUNT);
            }
        }
    }

    /** 8 positions × 1 vector: 8 accumulators + 1 of w + 1 of x = 10 of 16 registers. */
    public static void narrow(
            int n,
            int taps,
            int depth,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i += 8) {
            int position = Math.min(i, n - 8);
            int pixel = xOffset + position * LINE;
            int first = outOffset + position * outStride;
            for (int p = 0; p < 8; p++) {
                FloatVector.zero(Lanes.FLOATS).intoArray(out, first + p * outStride);
            }
            for (int t = 0; t < taps * depth; t += depth) {
                FloatVector y0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y4 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y5 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y6 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y7 = FloatVector.zero(Lanes.FLOATS);
                for (int j = t; j < t + depth; j++) {
                    int at = pixel + offsets[j];
                    int k = wOffset + j * 2 * Lanes.COUNT;
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
                }
                int to = first;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y0).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y1).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y2).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y3).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y4).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y5).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y6).intoArray(out, to);
                to += outStride;
                FloatVector.fromArray(Lanes.FLOATS, out, to).add(y7).intoArray(out, to);
            }
        }
    }
}
