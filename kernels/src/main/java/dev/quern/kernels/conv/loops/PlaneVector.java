// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution of planes with output positions in lanes: {@code out[k][i] ← w[k] start + Σ_t x[i + offsets[t]] · w[k][t]}, one chain
 * over ascending t for each element. Four vectors of positions at a time; what is computed beyond the last position is room that
 * the caller leaves. The twin is {@link PlaneScalar}.
 */
public final class PlaneVector {
    /** Beside {@link #six}. */
    public static final EmptyCalls EMPTY_SIX = new EmptyCalls(() -> six(0, 0, null, null, 0, null, 0, null, 0, 0));

    private PlaneVector() {}

    /**
     * Six output channels, whose starts and then whose weights, tap by tap, lie side by side: 24 accumulators + 4 of x + 1 weight
     * = 29 of 32 registers.
     */
    public static void six(
            int positions,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < positions; i += 4 * Lanes.COUNT) {
            FloatVector y0_0 = FloatVector.broadcast(Lanes.FLOATS, w[wOffset]);
            FloatVector y0_1 = y0_0;
            FloatVector y0_2 = y0_0;
            FloatVector y0_3 = y0_0;
            FloatVector y1_0 = FloatVector.broadcast(Lanes.FLOATS, w[wOffset + 1]);
            FloatVector y1_1 = y1_0;
            FloatVector y1_2 = y1_0;
            FloatVector y1_3 = y1_0;
            FloatVector y2_0 = FloatVector.broadcast(Lanes.FLOATS, w[wOffset + 2]);
            FloatVector y2_1 = y2_0;
            FloatVector y2_2 = y2_0;
            FloatVector y2_3 = y2_0;
            FloatVector y3_0 = FloatVector.broadcast(Lanes.FLOATS, w[wOffset + 3]);
            FloatVector y3_1 = y3_0;
            FloatVector y3_2 = y3_0;
            FloatVector y3_3 = y3_0;
            FloatVector y4_0 = FloatVector.broadcast(Lanes.FLOATS, w[wOffset + 4]);
            FloatVector y4_1 = y4_0;
            FloatVector y4_2 = y4_0;
            FloatVector y4_3 = y4_0;
            FloatVector y5_0 = FloatVector.broadcast(Lanes.FLOATS, w[wOffset + 5]);
            FloatVector y5_1 = y5_0;
            FloatVector y5_2 = y5_0;
            FloatVector y5_3 = y5_0;
            int from = xOffset + i;
            int k = wOffset + 6;
            for (int t = 0; t < taps; t++) {
                int at = from + offsets[t];
                FloatVector x_0 = FloatVector.fromArray(Lanes.FLOATS, x, at);
                FloatVector x_1 = FloatVector.fromArray(Lanes.FLOATS, x, at + Lanes.COUNT);
                FloatVector x_2 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * Lanes.COUNT);
                FloatVector x_3 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * Lanes.COUNT);
                FloatVector w_0 = FloatVector.broadcast(Lanes.FLOATS, w[k]);
                y0_0 = x_0.fma(w_0, y0_0);
                y0_1 = x_1.fma(w_0, y0_1);
                y0_2 = x_2.fma(w_0, y0_2);
                y0_3 = x_3.fma(w_0, y0_3);
                FloatVector w_1 = FloatVector.broadcast(Lanes.FLOATS, w[k + 1]);
                y1_0 = x_0.fma(w_1, y1_0);
                y1_1 = x_1.fma(w_1, y1_1);
                y1_2 = x_2.fma(w_1, y1_2);
                y1_3 = x_3.fma(w_1, y1_3);
                FloatVector w_2 = FloatVector.broadcast(Lanes.FLOATS, w[k + 2]);
                y2_0 = x_0.fma(w_2, y2_0);
                y2_1 = x_1.fma(w_2, y2_1);
                y2_2 = x_2.fma(w_2, y2_2);
                y2_3 = x_3.fma(w_2, y2_3);
                FloatVector w_3 = FloatVector.broadcast(Lanes.FLOATS, w[k + 3]);
                y3_0 = x_0.fma(w_3, y3_0);
                y3_1 = x_1.fma(w_3, y3_1);
                y3_2 = x_2.fma(w_3, y3_2);
                y3_3 = x_3.fma(w_3, y3_3);
                FloatVector w_4 = FloatVector.broadcast(Lanes.FLOATS, w[k + 4]);
                y4_0 = x_0.fma(w_4, y4_0);
                y4_1 = x_1.fma(w_4, y4_1);
                y4_2 = x_2.fma(w_4, y4_2);
                y4_3 = x_3.fma(w_4, y4_3);
                FloatVector w_5 = FloatVector.broadcast(Lanes.FLOATS, w[k + 5]);
                y5_0 = x_0.fma(w_5, y5_0);
                y5_1 = x_1.fma(w_5, y5_1);
                y5_2 = x_2.fma(w_5, y5_2);
                y5_3 = x_3.fma(w_5, y5_3);
                k += 6;
            }
            int to = outOffset + i;
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

    /** One output channel, whose weights are {@code wStep} apart. */
    public static void one(
            int positions,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float start,
            float[] w,
            int wOffset,
            int wStep,
            float[] out,
            int outOffset) {
        for (int i = 0; i < positions; i += 4 * Lanes.COUNT) {
            FloatVector y0 = FloatVector.broadcast(Lanes.FLOATS, start);
            FloatVector y1 = y0;
            FloatVector y2 = y0;
            FloatVector y3 = y0;
            int from = xOffset + i;
            int k = wOffset;
            for (int t = 0; t < taps; t++) {
                int at = from + offsets[t];
                FloatVector weight = FloatVector.broadcast(Lanes.FLOATS, w[k]);
                y0 = FloatVector.fromArray(Lanes.FLOATS, x, at).fma(weight, y0);
                y1 = FloatVector.fromArray(Lanes.FLOATS, x, at + Lanes.COUNT).fma(weight, y1);
                y2 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * Lanes.COUNT)
                        .fma(weight, y2);
                y3 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * Lanes.COUNT)
                        .fma(weight, y3);
                k += wStep;
            }
            y0.intoArray(out, outOffset + i);
            y1.intoArray(out, outOffset + i + Lanes.COUNT);
            y2.intoArray(out, outOffset + i + 2 * Lanes.COUNT);
            y3.intoArray(out, outOffset + i + 3 * Lanes.COUNT);
        }
    }

    /**
     * Sums of taps: {@code out[i] ← Σ_t (Σ_k x[i + offsets[t·depth + k]] · w[t·depth + k])}, each tap a chain from +0 over ascending k, added in
     * ascending order from +0.
     */
    public static void taps(
            int positions,
            int taps,
            int depth,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset) {
        for (int i = 0; i < positions; i += 4 * Lanes.COUNT) {
            FloatVector sum0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector sum1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector sum2 = FloatVector.zero(Lanes.FLOATS);
            FloatVector sum3 = FloatVector.zero(Lanes.FLOATS);
            int from = xOffset + i;
            for (int t = 0; t < taps; t++) {
                FloatVector y0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector y3 = FloatVector.zero(Lanes.FLOATS);
                int end = (t + 1) * depth;
                for (int k = t * depth; k < end; k++) {
                    int at = from + offsets[k];
                    FloatVector weight = FloatVector.broadcast(Lanes.FLOATS, w[wOffset + k]);
                    y0 = FloatVector.fromArray(Lanes.FLOATS, x, at).fma(weight, y0);
                    y1 = FloatVector.fromArray(Lanes.FLOATS, x, at + Lanes.COUNT)
                            .fma(weight, y1);
                    y2 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * Lanes.COUNT)
                            .fma(weight, y2);
                    y3 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * Lanes.COUNT)
                            .fma(weight, y3);
                }
                sum0 = y0.add(sum0);
                sum1 = y1.add(sum1);
                sum2 = y2.add(sum2);
                sum3 = y3.add(sum3);
            }
            sum0.intoArray(out, outOffset + i);
            sum1.intoArray(out, outOffset + i + Lanes.COUNT);
            sum2.intoArray(out, outOffset + i + 2 * Lanes.COUNT);
            sum3.intoArray(out, outOffset + i + 3 * Lanes.COUNT);
        }
    }
}
