// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Some output channels of the gradient of weights, with elements of the windows in lanes: {@code s[k][i] ← s[k][i] + Σ d[p][k] · x[p][i]}, one
 * chain over the positions p of some output rows for each element. Windows lie {@code xStep} floats apart, rows of them {@code xRow}; those
 * of d follow each other. The twin is {@link WindowGradientScalar}.
 */
public final class WindowGradientVector {
    /** Beside {@link #eight}. */
    public static final EmptyCalls EMPTY_EIGHT = new EmptyCalls(() -> eight(-1, 0, null, 0, 0, 0, null, 0, 0, null, 0));

    /** Beside {@link #six}. */
    public static final EmptyCalls EMPTY_SIX = new EmptyCalls(() -> six(-1, 0, null, 0, 0, 0, null, 0, 0, null, 0));

    private WindowGradientVector() {}

    /** 6 × 2 vectors: 12 accumulators + 2 of x + 1 of d = 15 registers. */
    public static void six(
            int rows,
            int width,
            float[] x,
            int xOffset,
            int xRow,
            int xStep,
            float[] d,
            int dOffset,
            int dStep,
            float[] sums,
            int at) {
        if (rows < 0) {
            return; // One of the EmptyCalls.
        }
        FloatVector s0_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s0_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        FloatVector s1_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 2 * Lanes.COUNT);
        FloatVector s1_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 3 * Lanes.COUNT);
        FloatVector s2_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 4 * Lanes.COUNT);
        FloatVector s2_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 5 * Lanes.COUNT);
        FloatVector s3_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 6 * Lanes.COUNT);
        FloatVector s3_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 7 * Lanes.COUNT);
        FloatVector s4_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 8 * Lanes.COUNT);
        FloatVector s4_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 9 * Lanes.COUNT);
        FloatVector s5_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 10 * Lanes.COUNT);
        FloatVector s5_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 11 * Lanes.COUNT);
        int k = dOffset;
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            for (int i = 0; i < width; i++) {
                FloatVector x_0 = FloatVector.fromArray(Lanes.FLOATS, x, from);
                FloatVector x_1 = FloatVector.fromArray(Lanes.FLOATS, x, from + Lanes.COUNT);
                FloatVector d_0 = FloatVector.broadcast(Lanes.FLOATS, d[k]);
                s0_0 = d_0.fma(x_0, s0_0);
                s0_1 = d_0.fma(x_1, s0_1);
                FloatVector d_1 = FloatVector.broadcast(Lanes.FLOATS, d[k + 1]);
                s1_0 = d_1.fma(x_0, s1_0);
                s1_1 = d_1.fma(x_1, s1_1);
                FloatVector d_2 = FloatVector.broadcast(Lanes.FLOATS, d[k + 2]);
                s2_0 = d_2.fma(x_0, s2_0);
                s2_1 = d_2.fma(x_1, s2_1);
                FloatVector d_3 = FloatVector.broadcast(Lanes.FLOATS, d[k + 3]);
                s3_0 = d_3.fma(x_0, s3_0);
                s3_1 = d_3.fma(x_1, s3_1);
                FloatVector d_4 = FloatVector.broadcast(Lanes.FLOATS, d[k + 4]);
                s4_0 = d_4.fma(x_0, s4_0);
                s4_1 = d_4.fma(x_1, s4_1);
                FloatVector d_5 = FloatVector.broadcast(Lanes.FLOATS, d[k + 5]);
                s5_0 = d_5.fma(x_0, s5_0);
                s5_1 = d_5.fma(x_1, s5_1);
                from += xStep;
                k += dStep;
            }
        }
        s0_0.intoArray(sums, at);
        s0_1.intoArray(sums, at + Lanes.COUNT);
        s1_0.intoArray(sums, at + 2 * Lanes.COUNT);
        s1_1.intoArray(sums, at + 3 * Lanes.COUNT);
        s2_0.intoArray(sums, at + 4 * Lanes.COUNT);
        s2_1.intoArray(sums, at + 5 * Lanes.COUNT);
        s3_0.intoArray(sums, at + 6 * Lanes.COUNT);
        s3_1.intoArray(sums, at + 7 * Lanes.COUNT);
        s4_0.intoArray(sums, at + 8 * Lanes.COUNT);
        s4_1.intoArray(sums, at + 9 * Lanes.COUNT);
        s5_0.intoArray(sums, at + 10 * Lanes.COUNT);
        s5_1.intoArray(sums, at + 11 * Lanes.COUNT);
    }

    /** 8 × 2 vectors: 16 accumulators + 2 of x + 1 of d = 19 registers. */
    public static void eight(
            int rows,
            int width,
            float[] x,
            int xOffset,
            int xRow,
            int xStep,
            float[] d,
            int dOffset,
            int dStep,
            float[] sums,
            int at) {
        if (rows < 0) {
            return; // One of the EmptyCalls.
        }
        FloatVector s0_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s0_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        FloatVector s1_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 2 * Lanes.COUNT);
        FloatVector s1_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 3 * Lanes.COUNT);
        FloatVector s2_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 4 * Lanes.COUNT);
        FloatVector s2_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 5 * Lanes.COUNT);
        FloatVector s3_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 6 * Lanes.COUNT);
        FloatVector s3_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 7 * Lanes.COUNT);
        FloatVector s4_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 8 * Lanes.COUNT);
        FloatVector s4_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 9 * Lanes.COUNT);
        FloatVector s5_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 10 * Lanes.COUNT);
        FloatVector s5_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 11 * Lanes.COUNT);
        FloatVector s6_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 12 * Lanes.COUNT);
        FloatVector s6_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 13 * Lanes.COUNT);
        FloatVector s7_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 14 * Lanes.COUNT);
        FloatVector s7_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + 15 * Lanes.COUNT);
        int k = dOffset;
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            for (int i = 0; i < width; i++) {
                FloatVector x_0 = FloatVector.fromArray(Lanes.FLOATS, x, from);
                FloatVector x_1 = FloatVector.fromArray(Lanes.FLOATS, x, from + Lanes.COUNT);
                FloatVector d_0 = FloatVector.broadcast(Lanes.FLOATS, d[k]);
                s0_0 = d_0.fma(x_0, s0_0);
                s0_1 = d_0.fma(x_1, s0_1);
                FloatVector d_1 = FloatVector.broadcast(Lanes.FLOATS, d[k + 1]);
                s1_0 = d_1.fma(x_0, s1_0);
                s1_1 = d_1.fma(x_1, s1_1);
                FloatVector d_2 = FloatVector.broadcast(Lanes.FLOATS, d[k + 2]);
                s2_0 = d_2.fma(x_0, s2_0);
                s2_1 = d_2.fma(x_1, s2_1);
                FloatVector d_3 = FloatVector.broadcast(Lanes.FLOATS, d[k + 3]);
                s3_0 = d_3.fma(x_0, s3_0);
                s3_1 = d_3.fma(x_1, s3_1);
                FloatVector d_4 = FloatVector.broadcast(Lanes.FLOATS, d[k + 4]);
                s4_0 = d_4.fma(x_0, s4_0);
                s4_1 = d_4.fma(x_1, s4_1);
                FloatVector d_5 = FloatVector.broadcast(Lanes.FLOATS, d[k + 5]);
                s5_0 = d_5.fma(x_0, s5_0);
                s5_1 = d_5.fma(x_1, s5_1);
                FloatVector d_6 = FloatVector.broadcast(Lanes.FLOATS, d[k + 6]);
                s6_0 = d_6.fma(x_0, s6_0);
                s6_1 = d_6.fma(x_1, s6_1);
                FloatVector d_7 = FloatVector.broadcast(Lanes.FLOATS, d[k + 7]);
                s7_0 = d_7.fma(x_0, s7_0);
                s7_1 = d_7.fma(x_1, s7_1);
                from += xStep;
                k += dStep;
            }
        }
        s0_0.intoArray(sums, at);
        s0_1.intoArray(sums, at + Lanes.COUNT);
        s1_0.intoArray(sums, at + 2 * Lanes.COUNT);
        s1_1.intoArray(sums, at + 3 * Lanes.COUNT);
        s2_0.intoArray(sums, at + 4 * Lanes.COUNT);
        s2_1.intoArray(sums, at + 5 * Lanes.COUNT);
        s3_0.intoArray(sums, at + 6 * Lanes.COUNT);
        s3_1.intoArray(sums, at + 7 * Lanes.COUNT);
        s4_0.intoArray(sums, at + 8 * Lanes.COUNT);
        s4_1.intoArray(sums, at + 9 * Lanes.COUNT);
        s5_0.intoArray(sums, at + 10 * Lanes.COUNT);
        s5_1.intoArray(sums, at + 11 * Lanes.COUNT);
        s6_0.intoArray(sums, at + 12 * Lanes.COUNT);
        s6_1.intoArray(sums, at + 13 * Lanes.COUNT);
        s7_0.intoArray(sums, at + 14 * Lanes.COUNT);
        s7_1.intoArray(sums, at + 15 * Lanes.COUNT);
    }
}
