// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * As {@link LineGradientVector}, where neighbouring positions lie at distances the compiler knows, of x a line and of d one or two: then no
 * index is checked in the loop. The twin is {@link LineScalar}.
 */
public final class UnitGradientVector {
    private static final int LINE = LineScalar.LINE;

    private UnitGradientVector() {}

    /**
     * Of three taps side by side: {@code s[t·LINE + e][k] ← s[t·LINE + e][k] + Σ_i x[i + t][e] · d[i][k]}. A column of x is read once for all
     * taps that see it. 8 elements × 3 taps × 1 vector: 24 accumulators + 3 of d + 1 of x = 28 of 32 registers.
     *
     * @param width positions of a row, 2 or more
     */
    public static void eight(
            int rows,
            int width,
            float[] x,
            int xOffset,
            int xRow,
            float[] d,
            int dOffset,
            int dRow,
            float[] sums,
            int sumsOffset,
            int sumsStride) {
        int s0 = sumsOffset;
        int s1 = sumsOffset + LINE * sumsStride;
        int s2 = sumsOffset + 2 * LINE * sumsStride;
        FloatVector s0_0 = FloatVector.fromArray(Lanes.FLOATS, sums, s0);
        FloatVector s0_1 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + sumsStride);
        FloatVector s0_2 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + 2 * sumsStride);
        FloatVector s0_3 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + 3 * sumsStride);
        FloatVector s0_4 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + 4 * sumsStride);
        FloatVector s0_5 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + 5 * sumsStride);
        FloatVector s0_6 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + 6 * sumsStride);
        FloatVector s0_7 = FloatVector.fromArray(Lanes.FLOATS, sums, s0 + 7 * sumsStride);
        FloatVector s1_0 = FloatVector.fromArray(Lanes.FLOATS, sums, s1);
        FloatVector s1_1 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + sumsStride);
        FloatVector s1_2 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + 2 * sumsStride);
        FloatVector s1_3 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + 3 * sumsStride);
        FloatVector s1_4 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + 4 * sumsStride);
        FloatVector s1_5 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + 5 * sumsStride);
        FloatVector s1_6 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + 6 * sumsStride);
        FloatVector s1_7 = FloatVector.fromArray(Lanes.FLOATS, sums, s1 + 7 * sumsStride);
        FloatVector s2_0 = FloatVector.fromArray(Lanes.FLOATS, sums, s2);
        FloatVector s2_1 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + sumsStride);
        FloatVector s2_2 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + 2 * sumsStride);
        FloatVector s2_3 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + 3 * sumsStride);
        FloatVector s2_4 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + 4 * sumsStride);
        FloatVector s2_5 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + 5 * sumsStride);
        FloatVector s2_6 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + 6 * sumsStride);
        FloatVector s2_7 = FloatVector.fromArray(Lanes.FLOATS, sums, s2 + 7 * sumsStride);
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            int k = dOffset + r * dRow;
            // The first two columns, which not all taps see.
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, d, k);
            FloatVector a0 = FloatVector.broadcast(Lanes.FLOATS, x[from]);
            s0_0 = a0.fma(d0, s0_0);
            FloatVector a1 = FloatVector.broadcast(Lanes.FLOATS, x[from + 1]);
            s0_1 = a1.fma(d0, s0_1);
            FloatVector a2 = FloatVector.broadcast(Lanes.FLOATS, x[from + 2]);
            s0_2 = a2.fma(d0, s0_2);
            FloatVector a3 = FloatVector.broadcast(Lanes.FLOATS, x[from + 3]);
            s0_3 = a3.fma(d0, s0_3);
            FloatVector a4 = FloatVector.broadcast(Lanes.FLOATS, x[from + 4]);
            s0_4 = a4.fma(d0, s0_4);
            FloatVector a5 = FloatVector.broadcast(Lanes.FLOATS, x[from + 5]);
            s0_5 = a5.fma(d0, s0_5);
            FloatVector a6 = FloatVector.broadcast(Lanes.FLOATS, x[from + 6]);
            s0_6 = a6.fma(d0, s0_6);
            FloatVector a7 = FloatVector.broadcast(Lanes.FLOATS, x[from + 7]);
            s0_7 = a7.fma(d0, s0_7);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, d, k + LINE);
            FloatVector b0 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE]);
            s0_0 = b0.fma(d1, s0_0);
            s1_0 = b0.fma(d0, s1_0);
            FloatVector b1 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 1]);
            s0_1 = b1.fma(d1, s0_1);
            s1_1 = b1.fma(d0, s1_1);
            FloatVector b2 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 2]);
            s0_2 = b2.fma(d1, s0_2);
            s1_2 = b2.fma(d0, s1_2);
            FloatVector b3 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 3]);
            s0_3 = b3.fma(d1, s0_3);
            s1_3 = b3.fma(d0, s1_3);
            FloatVector b4 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 4]);
            s0_4 = b4.fma(d1, s0_4);
            s1_4 = b4.fma(d0, s1_4);
            FloatVector b5 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 5]);
            s0_5 = b5.fma(d1, s0_5);
            s1_5 = b5.fma(d0, s1_5);
            FloatVector b6 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 6]);
            s0_6 = b6.fma(d1, s0_6);
            s1_6 = b6.fma(d0, s1_6);
            FloatVector b7 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 7]);
            s0_7 = b7.fma(d1, s0_7);
            s1_7 = b7.fma(d0, s1_7);
            for (int i = 2; i < width; i++) {
                int at = from + i * LINE;
                int to = k + i * LINE;
                FloatVector e0 = FloatVector.fromArray(Lanes.FLOATS, d, to);
                FloatVector e1 = FloatVector.fromArray(Lanes.FLOATS, d, to - LINE);
                FloatVector e2 = FloatVector.fromArray(Lanes.FLOATS, d, to - 2 * LINE);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
                s0_0 = x_0.fma(e0, s0_0);
                s1_0 = x_0.fma(e1, s1_0);
                s2_0 = x_0.fma(e2, s2_0);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + 1]);
                s0_1 = x_1.fma(e0, s0_1);
                s1_1 = x_1.fma(e1, s1_1);
                s2_1 = x_1.fma(e2, s2_1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2]);
                s0_2 = x_2.fma(e0, s0_2);
                s1_2 = x_2.fma(e1, s1_2);
                s2_2 = x_2.fma(e2, s2_2);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3]);
                s0_3 = x_3.fma(e0, s0_3);
                s1_3 = x_3.fma(e1, s1_3);
                s2_3 = x_3.fma(e2, s2_3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4]);
                s0_4 = x_4.fma(e0, s0_4);
                s1_4 = x_4.fma(e1, s1_4);
                s2_4 = x_4.fma(e2, s2_4);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5]);
                s0_5 = x_5.fma(e0, s0_5);
                s1_5 = x_5.fma(e1, s1_5);
                s2_5 = x_5.fma(e2, s2_5);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6]);
                s0_6 = x_6.fma(e0, s0_6);
                s1_6 = x_6.fma(e1, s1_6);
                s2_6 = x_6.fma(e2, s2_6);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7]);
                s0_7 = x_7.fma(e0, s0_7);
                s1_7 = x_7.fma(e1, s1_7);
                s2_7 = x_7.fma(e2, s2_7);
            }
            // And the last two.
            from += width * LINE;
            k += width * LINE;
            FloatVector f1 = FloatVector.fromArray(Lanes.FLOATS, d, k - LINE);
            FloatVector f2 = FloatVector.fromArray(Lanes.FLOATS, d, k - 2 * LINE);
            FloatVector y0 = FloatVector.broadcast(Lanes.FLOATS, x[from]);
            s1_0 = y0.fma(f1, s1_0);
            s2_0 = y0.fma(f2, s2_0);
            FloatVector y1 = FloatVector.broadcast(Lanes.FLOATS, x[from + 1]);
            s1_1 = y1.fma(f1, s1_1);
            s2_1 = y1.fma(f2, s2_1);
            FloatVector y2 = FloatVector.broadcast(Lanes.FLOATS, x[from + 2]);
            s1_2 = y2.fma(f1, s1_2);
            s2_2 = y2.fma(f2, s2_2);
            FloatVector y3 = FloatVector.broadcast(Lanes.FLOATS, x[from + 3]);
            s1_3 = y3.fma(f1, s1_3);
            s2_3 = y3.fma(f2, s2_3);
            FloatVector y4 = FloatVector.broadcast(Lanes.FLOATS, x[from + 4]);
            s1_4 = y4.fma(f1, s1_4);
            s2_4 = y4.fma(f2, s2_4);
            FloatVector y5 = FloatVector.broadcast(Lanes.FLOATS, x[from + 5]);
            s1_5 = y5.fma(f1, s1_5);
            s2_5 = y5.fma(f2, s2_5);
            FloatVector y6 = FloatVector.broadcast(Lanes.FLOATS, x[from + 6]);
            s1_6 = y6.fma(f1, s1_6);
            s2_6 = y6.fma(f2, s2_6);
            FloatVector y7 = FloatVector.broadcast(Lanes.FLOATS, x[from + 7]);
            s1_7 = y7.fma(f1, s1_7);
            s2_7 = y7.fma(f2, s2_7);
            FloatVector z0 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE]);
            s2_0 = z0.fma(f1, s2_0);
            FloatVector z1 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 1]);
            s2_1 = z1.fma(f1, s2_1);
            FloatVector z2 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 2]);
            s2_2 = z2.fma(f1, s2_2);
            FloatVector z3 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 3]);
            s2_3 = z3.fma(f1, s2_3);
            FloatVector z4 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 4]);
            s2_4 = z4.fma(f1, s2_4);
            FloatVector z5 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 5]);
            s2_5 = z5.fma(f1, s2_5);
            FloatVector z6 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 6]);
            s2_6 = z6.fma(f1, s2_6);
            FloatVector z7 = FloatVector.broadcast(Lanes.FLOATS, x[from + LINE + 7]);
            s2_7 = z7.fma(f1, s2_7);
        }
        s0_0.intoArray(sums, s0);
        s0_1.intoArray(sums, s0 + sumsStride);
        s0_2.intoArray(sums, s0 + 2 * sumsStride);
        s0_3.intoArray(sums, s0 + 3 * sumsStride);
        s0_4.intoArray(sums, s0 + 4 * sumsStride);
        s0_5.intoArray(sums, s0 + 5 * sumsStride);
        s0_6.intoArray(sums, s0 + 6 * sumsStride);
        s0_7.intoArray(sums, s0 + 7 * sumsStride);
        s1_0.intoArray(sums, s1);
        s1_1.intoArray(sums, s1 + sumsStride);
        s1_2.intoArray(sums, s1 + 2 * sumsStride);
        s1_3.intoArray(sums, s1 + 3 * sumsStride);
        s1_4.intoArray(sums, s1 + 4 * sumsStride);
        s1_5.intoArray(sums, s1 + 5 * sumsStride);
        s1_6.intoArray(sums, s1 + 6 * sumsStride);
        s1_7.intoArray(sums, s1 + 7 * sumsStride);
        s2_0.intoArray(sums, s2);
        s2_1.intoArray(sums, s2 + sumsStride);
        s2_2.intoArray(sums, s2 + 2 * sumsStride);
        s2_3.intoArray(sums, s2 + 3 * sumsStride);
        s2_4.intoArray(sums, s2 + 4 * sumsStride);
        s2_5.intoArray(sums, s2 + 5 * sumsStride);
        s2_6.intoArray(sums, s2 + 6 * sumsStride);
        s2_7.intoArray(sums, s2 + 7 * sumsStride);
    }

    /** 12 elements × 2 vectors: 24 accumulators + 2 of d + 1 of x = 27 of 32 registers. */
    public static void twelve(
            int rows,
            int width,
            float[] x,
            int xOffset,
            int xRow,
            float[] d,
            int dOffset,
            float[] sums,
            int sumsOffset,
            int sumsStride) {
        int at = sumsOffset;
        FloatVector s0_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s0_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s1_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s1_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s2_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s2_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s3_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s3_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s4_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s4_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s5_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s5_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s6_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s6_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s7_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s7_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s8_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s8_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s9_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s9_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s10_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s10_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        at += sumsStride;
        FloatVector s11_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s11_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + LINE);
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            int k = dOffset + r * width * 2 * LINE;
            for (int i = 0; i < width; i++) {
                int pixel = from + i * LINE;
                int to = k + i * 2 * LINE;
                FloatVector d_0 = FloatVector.fromArray(Lanes.FLOATS, d, to);
                FloatVector d_1 = FloatVector.fromArray(Lanes.FLOATS, d, to + LINE);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[pixel]);
                s0_0 = x_0.fma(d_0, s0_0);
                s0_1 = x_0.fma(d_1, s0_1);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 1]);
                s1_0 = x_1.fma(d_0, s1_0);
                s1_1 = x_1.fma(d_1, s1_1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 2]);
                s2_0 = x_2.fma(d_0, s2_0);
                s2_1 = x_2.fma(d_1, s2_1);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 3]);
                s3_0 = x_3.fma(d_0, s3_0);
                s3_1 = x_3.fma(d_1, s3_1);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 4]);
                s4_0 = x_4.fma(d_0, s4_0);
                s4_1 = x_4.fma(d_1, s4_1);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 5]);
                s5_0 = x_5.fma(d_0, s5_0);
                s5_1 = x_5.fma(d_1, s5_1);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 6]);
                s6_0 = x_6.fma(d_0, s6_0);
                s6_1 = x_6.fma(d_1, s6_1);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 7]);
                s7_0 = x_7.fma(d_0, s7_0);
                s7_1 = x_7.fma(d_1, s7_1);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 8]);
                s8_0 = x_8.fma(d_0, s8_0);
                s8_1 = x_8.fma(d_1, s8_1);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 9]);
                s9_0 = x_9.fma(d_0, s9_0);
                s9_1 = x_9.fma(d_1, s9_1);
                FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 10]);
                s10_0 = x_10.fma(d_0, s10_0);
                s10_1 = x_10.fma(d_1, s10_1);
                FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[pixel + 11]);
                s11_0 = x_11.fma(d_0, s11_0);
                s11_1 = x_11.fma(d_1, s11_1);
            }
        }
        at = sumsOffset;
        s0_0.intoArray(sums, at);
        s0_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s1_0.intoArray(sums, at);
        s1_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s2_0.intoArray(sums, at);
        s2_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s3_0.intoArray(sums, at);
        s3_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s4_0.intoArray(sums, at);
        s4_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s5_0.intoArray(sums, at);
        s5_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s6_0.intoArray(sums, at);
        s6_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s7_0.intoArray(sums, at);
        s7_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s8_0.intoArray(sums, at);
        s8_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s9_0.intoArray(sums, at);
        s9_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s10_0.intoArray(sums, at);
        s10_1.intoArray(sums, at + LINE);
        at += sumsStride;
        s11_0.intoArray(sums, at);
        s11_1.intoArray(sums, at + LINE);
    }
}
