// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The two halves of {@code TapBackwardData} with vectors. {@link TapSumScalar} has the twins. */
public final class TapSumVector {
    /** Positions of a tile. */
    public static final int TEN = 10;

    /** Beside {@link #products}. */
    public static final EmptyCalls EMPTY_PRODUCTS =
            new EmptyCalls(() -> products(0, 0, null, 0, 0, null, 0, 0, null, 0, 0));

    private TapSumVector() {}

    /**
     * {@code out[p][j] ← Σ_k d[k][p] · w[k][j]} for two vectors of j: tiles of 10 positions × 2 vectors, 20 accumulators + 2 of w + 1 of d = 23
     * of 32 registers. The last tile lies over the one before where positions are left.
     */
    public static void products(
            int positions,
            int depth,
            float[] d,
            int dOffset,
            int dStride,
            float[] w,
            int wOffset,
            int wStride,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < positions; i += TEN) {
            int first = Math.min(i, positions - TEN);
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
            FloatVector y8_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y8_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y9_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y9_1 = FloatVector.zero(Lanes.FLOATS);
            int from = dOffset + first;
            int k = wOffset;
            for (int p = 0; p < depth; p++) {
                FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
                FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
                FloatVector d_0 = FloatVector.broadcast(Lanes.FLOATS, d[from]);
                y0_0 = d_0.fma(w_0, y0_0);
                y0_1 = d_0.fma(w_1, y0_1);
                FloatVector d_1 = FloatVector.broadcast(Lanes.FLOATS, d[from + 1]);
                y1_0 = d_1.fma(w_0, y1_0);
                y1_1 = d_1.fma(w_1, y1_1);
                FloatVector d_2 = FloatVector.broadcast(Lanes.FLOATS, d[from + 2]);
                y2_0 = d_2.fma(w_0, y2_0);
                y2_1 = d_2.fma(w_1, y2_1);
                FloatVector d_3 = FloatVector.broadcast(Lanes.FLOATS, d[from + 3]);
                y3_0 = d_3.fma(w_0, y3_0);
                y3_1 = d_3.fma(w_1, y3_1);
                FloatVector d_4 = FloatVector.broadcast(Lanes.FLOATS, d[from + 4]);
                y4_0 = d_4.fma(w_0, y4_0);
                y4_1 = d_4.fma(w_1, y4_1);
                FloatVector d_5 = FloatVector.broadcast(Lanes.FLOATS, d[from + 5]);
                y5_0 = d_5.fma(w_0, y5_0);
                y5_1 = d_5.fma(w_1, y5_1);
                FloatVector d_6 = FloatVector.broadcast(Lanes.FLOATS, d[from + 6]);
                y6_0 = d_6.fma(w_0, y6_0);
                y6_1 = d_6.fma(w_1, y6_1);
                FloatVector d_7 = FloatVector.broadcast(Lanes.FLOATS, d[from + 7]);
                y7_0 = d_7.fma(w_0, y7_0);
                y7_1 = d_7.fma(w_1, y7_1);
                FloatVector d_8 = FloatVector.broadcast(Lanes.FLOATS, d[from + 8]);
                y8_0 = d_8.fma(w_0, y8_0);
                y8_1 = d_8.fma(w_1, y8_1);
                FloatVector d_9 = FloatVector.broadcast(Lanes.FLOATS, d[from + 9]);
                y9_0 = d_9.fma(w_0, y9_0);
                y9_1 = d_9.fma(w_1, y9_1);
                from += dStride;
                k += wStride;
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
            to += outStride;
            y8_0.intoArray(out, to);
            y8_1.intoArray(out, to + Lanes.COUNT);
            to += outStride;
            y9_0.intoArray(out, to);
            y9_1.intoArray(out, to + Lanes.COUNT);
        }
    }

    /**
     * One vector of channels of each of some neighbouring pixels: the sum over {@code runs} runs of {@code taps} taps, from +0. The last
     * pixel's channels are to be followed by room for a vector.
     */
    public static void sums(
            int pixels,
            int channels,
            int runs,
            int taps,
            float[] x,
            int offset,
            int pixelStep,
            int runStep,
            int tapStep,
            float[] to,
            int toOffset) {
        for (int i = 0; i < pixels; i++) {
            FloatVector sum = FloatVector.zero(Lanes.FLOATS);
            int from = offset + i * pixelStep;
            for (int r = 0; r < runs; r++) {
                int at = from + r * runStep;
                for (int t = 0; t < taps; t++) {
                    sum = FloatVector.fromArray(Lanes.FLOATS, x, at).add(sum);
                    at += tapStep;
                }
            }
            sum.intoArray(to, toOffset + i * channels);
        }
    }
}
