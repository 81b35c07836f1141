// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a source from lines of channels ({@link ChannelLines}) of diffDst, with input channels in lanes: for each tap one
 * chain over the depth from +0, {@code Σ_j x[i lines + offsets[t][j]] · w[t][j][c]}; the taps are added as they come, from +0. The twin is
 * {@link LineScalar}.
 */
final class LineSumVector {
    private static final int LINE = ChannelLines.LINE;

    private LineSumVector() {}

    /** 11 positions × 1 vector: 11 sums + 11 accumulators + 1 of w + 1 of x = 24 of 32 registers. */
    static void eleven(
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
        for (int i = 0; i < n; i += 11) {
            int position = Math.min(i, n - 11);
            FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s2 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s3 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s4 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s5 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s6 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s7 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s8 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s9 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s10 = FloatVector.zero(Lanes.FLOATS);
            int pixel = xOffset + position * LINE;
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
                }
                s0 = s0.add(y0);
                s1 = s1.add(y1);
                s2 = s2.add(y2);
                s3 = s3.add(y3);
                s4 = s4.add(y4);
                s5 = s5.add(y5);
                s6 = s6.add(y6);
                s7 = s7.add(y7);
                s8 = s8.add(y8);
                s9 = s9.add(y9);
                s10 = s10.add(y10);
            }
            int to = outOffset + position * outStride;
            s0.intoArray(out, to);
            to += outStride;
            s1.intoArray(out, to);
            to += outStride;
            s2.intoArray(out, to);
            to += outStride;
            s3.intoArray(out, to);
            to += outStride;
            s4.intoArray(out, to);
            to += outStride;
            s5.intoArray(out, to);
            to += outStride;
            s6.intoArray(out, to);
            to += outStride;
            s7.intoArray(out, to);
            to += outStride;
            s8.intoArray(out, to);
            to += outStride;
            s9.intoArray(out, to);
            to += outStride;
            s10.intoArray(out, to);
        }
    }

    /** 4 positions × 2 vectors: 8 sums + 8 accumulators + 2 of w + 1 of x = 19 of 32 registers. */
    static void four(
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
        for (int i = 0; i < n; i += 4) {
            int position = Math.min(i, n - 4);
            FloatVector s0_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s0_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s1_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s1_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s2_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s2_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s3_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s3_1 = FloatVector.zero(Lanes.FLOATS);
            int pixel = xOffset + position * LINE;
            for (int t = 0; t < taps * depth; t += depth) {
                FloatVector y0_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y0_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2_1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3_0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3_1 = FloatVector.zero(Lanes.FLOATS);
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
                }
                s0_0 = s0_0.add(y0_0);
                s0_1 = s0_1.add(y0_1);
                s1_0 = s1_0.add(y1_0);
                s1_1 = s1_1.add(y1_1);
                s2_0 = s2_0.add(y2_0);
                s2_1 = s2_1.add(y2_1);
                s3_0 = s3_0.add(y3_0);
                s3_1 = s3_1.add(y3_1);
            }
            int to = outOffset + position * outStride;
            s0_0.intoArray(out, to);
            s0_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            s1_0.intoArray(out, to);
            s1_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            s2_0.intoArray(out, to);
            s2_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            s3_0.intoArray(out, to);
            s3_1.intoArray(out, to + Lanes.COUNT);
        }
    }

    /** 6 positions × 1 vector: 6 sums + 6 accumulators + 1 of w + 1 of x = 14 of 16 registers. */
    static void narrow(
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
        for (int i = 0; i < n; i += 6) {
            int position = Math.min(i, n - 6);
            FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s2 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s3 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s4 = FloatVector.zero(Lanes.FLOATS);
            FloatVector s5 = FloatVector.zero(Lanes.FLOATS);
            int pixel = xOffset + position * LINE;
            for (int t = 0; t < taps * depth; t += depth) {
                FloatVector y0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y4 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y5 = FloatVector.zero(Lanes.FLOATS);
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
                }
                s0 = s0.add(y0);
                s1 = s1.add(y1);
                s2 = s2.add(y2);
                s3 = s3.add(y3);
                s4 = s4.add(y4);
                s5 = s5.add(y5);
            }
            int to = outOffset + position * outStride;
            s0.intoArray(out, to);
            to += outStride;
            s1.intoArray(out, to);
            to += outStride;
            s2.intoArray(out, to);
            to += outStride;
            s3.intoArray(out, to);
            to += outStride;
            s4.intoArray(out, to);
            to += outStride;
            s5.intoArray(out, to);
        }
    }
}
