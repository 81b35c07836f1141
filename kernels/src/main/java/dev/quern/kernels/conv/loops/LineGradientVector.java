// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of weights from lines of channels ({@code ChannelLines}) with output channels in lanes: {@code s[e][k] ← s[e][k] + Σ_p
 * x[p][e] · d[p][k]}, one chain over the positions p of some output rows for each element. The twin is {@link LineScalar}.
 */
public final class LineGradientVector {
    private LineGradientVector() {}

    /** 24 elements × 1 vector: 24 accumulators + 1 of d + 1 of x = 26 of 32 registers. */
    public static void twentyFour(
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
            int sumsOffset,
            int sumsStride) {
        int at = sumsOffset;
        FloatVector s0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s1 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s2 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s3 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s4 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s5 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s6 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s7 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s8 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s9 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s10 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s11 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s12 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s13 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s14 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s15 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s16 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s17 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s18 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s19 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s20 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s21 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s22 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s23 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        int k = dOffset;
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            for (int i = 0; i < width; i++) {
                FloatVector d_0 = FloatVector.fromArray(Lanes.FLOATS, d, k);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[from]);
                s0 = x_0.fma(d_0, s0);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[from + 1]);
                s1 = x_1.fma(d_0, s1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[from + 2]);
                s2 = x_2.fma(d_0, s2);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[from + 3]);
                s3 = x_3.fma(d_0, s3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[from + 4]);
                s4 = x_4.fma(d_0, s4);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[from + 5]);
                s5 = x_5.fma(d_0, s5);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[from + 6]);
                s6 = x_6.fma(d_0, s6);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[from + 7]);
                s7 = x_7.fma(d_0, s7);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[from + 8]);
                s8 = x_8.fma(d_0, s8);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[from + 9]);
                s9 = x_9.fma(d_0, s9);
                FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[from + 10]);
                s10 = x_10.fma(d_0, s10);
                FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[from + 11]);
                s11 = x_11.fma(d_0, s11);
                FloatVector x_12 = FloatVector.broadcast(Lanes.FLOATS, x[from + 12]);
                s12 = x_12.fma(d_0, s12);
                FloatVector x_13 = FloatVector.broadcast(Lanes.FLOATS, x[from + 13]);
                s13 = x_13.fma(d_0, s13);
                FloatVector x_14 = FloatVector.broadcast(Lanes.FLOATS, x[from + 14]);
                s14 = x_14.fma(d_0, s14);
                FloatVector x_15 = FloatVector.broadcast(Lanes.FLOATS, x[from + 15]);
                s15 = x_15.fma(d_0, s15);
                FloatVector x_16 = FloatVector.broadcast(Lanes.FLOATS, x[from + 16]);
                s16 = x_16.fma(d_0, s16);
                FloatVector x_17 = FloatVector.broadcast(Lanes.FLOATS, x[from + 17]);
                s17 = x_17.fma(d_0, s17);
                FloatVector x_18 = FloatVector.broadcast(Lanes.FLOATS, x[from + 18]);
                s18 = x_18.fma(d_0, s18);
                FloatVector x_19 = FloatVector.broadcast(Lanes.FLOATS, x[from + 19]);
                s19 = x_19.fma(d_0, s19);
                FloatVector x_20 = FloatVector.broadcast(Lanes.FLOATS, x[from + 20]);
                s20 = x_20.fma(d_0, s20);
                FloatVector x_21 = FloatVector.broadcast(Lanes.FLOATS, x[from + 21]);
                s21 = x_21.fma(d_0, s21);
                FloatVector x_22 = FloatVector.broadcast(Lanes.FLOATS, x[from + 22]);
                s22 = x_22.fma(d_0, s22);
                FloatVector x_23 = FloatVector.broadcast(Lanes.FLOATS, x[from + 23]);
                s23 = x_23.fma(d_0, s23);
                from += xStep;
                k += dStep;
            }
        }
        at = sumsOffset;
        s0.intoArray(sums, at);
        at += sumsStride;
        s1.intoArray(sums, at);
        at += sumsStride;
        s2.intoArray(sums, at);
        at += sumsStride;
        s3.intoArray(sums, at);
        at += sumsStride;
        s4.intoArray(sums, at);
        at += sumsStride;
        s5.intoArray(sums, at);
        at += sumsStride;
        s6.intoArray(sums, at);
        at += sumsStride;
        s7.intoArray(sums, at);
        at += sumsStride;
        s8.intoArray(sums, at);
        at += sumsStride;
        s9.intoArray(sums, at);
        at += sumsStride;
        s10.intoArray(sums, at);
        at += sumsStride;
        s11.intoArray(sums, at);
        at += sumsStride;
        s12.intoArray(sums, at);
        at += sumsStride;
        s13.intoArray(sums, at);
        at += sumsStride;
        s14.intoArray(sums, at);
        at += sumsStride;
        s15.intoArray(sums, at);
        at += sumsStride;
        s16.intoArray(sums, at);
        at += sumsStride;
        s17.intoArray(sums, at);
        at += sumsStride;
        s18.intoArray(sums, at);
        at += sumsStride;
        s19.intoArray(sums, at);
        at += sumsStride;
        s20.intoArray(sums, at);
        at += sumsStride;
        s21.intoArray(sums, at);
        at += sumsStride;
        s22.intoArray(sums, at);
        at += sumsStride;
        s23.intoArray(sums, at);
    }

    /** 12 elements × 2 vectors: 24 accumulators + 2 of d + 1 of x = 27 of 32 registers. */
    public static void twelve(
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
            int sumsOffset,
            int sumsStride) {
        int at = sumsOffset;
        FloatVector s0_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s0_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s1_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s1_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s2_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s2_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s3_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s3_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s4_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s4_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s5_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s5_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s6_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s6_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s7_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s7_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s8_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s8_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s9_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s9_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s10_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s10_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        at += sumsStride;
        FloatVector s11_0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        FloatVector s11_1 = FloatVector.fromArray(Lanes.FLOATS, sums, at + Lanes.COUNT);
        int k = dOffset;
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            for (int i = 0; i < width; i++) {
                FloatVector d_0 = FloatVector.fromArray(Lanes.FLOATS, d, k);
                FloatVector d_1 = FloatVector.fromArray(Lanes.FLOATS, d, k + Lanes.COUNT);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[from]);
                s0_0 = x_0.fma(d_0, s0_0);
                s0_1 = x_0.fma(d_1, s0_1);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[from + 1]);
                s1_0 = x_1.fma(d_0, s1_0);
                s1_1 = x_1.fma(d_1, s1_1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[from + 2]);
                s2_0 = x_2.fma(d_0, s2_0);
                s2_1 = x_2.fma(d_1, s2_1);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[from + 3]);
                s3_0 = x_3.fma(d_0, s3_0);
                s3_1 = x_3.fma(d_1, s3_1);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[from + 4]);
                s4_0 = x_4.fma(d_0, s4_0);
                s4_1 = x_4.fma(d_1, s4_1);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[from + 5]);
                s5_0 = x_5.fma(d_0, s5_0);
                s5_1 = x_5.fma(d_1, s5_1);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[from + 6]);
                s6_0 = x_6.fma(d_0, s6_0);
                s6_1 = x_6.fma(d_1, s6_1);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[from + 7]);
                s7_0 = x_7.fma(d_0, s7_0);
                s7_1 = x_7.fma(d_1, s7_1);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[from + 8]);
                s8_0 = x_8.fma(d_0, s8_0);
                s8_1 = x_8.fma(d_1, s8_1);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[from + 9]);
                s9_0 = x_9.fma(d_0, s9_0);
                s9_1 = x_9.fma(d_1, s9_1);
                FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[from + 10]);
                s10_0 = x_10.fma(d_0, s10_0);
                s10_1 = x_10.fma(d_1, s10_1);
                FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[from + 11]);
                s11_0 = x_11.fma(d_0, s11_0);
                s11_1 = x_11.fma(d_1, s11_1);
                from += xStep;
                k += dStep;
            }
        }
        at = sumsOffset;
        s0_0.intoArray(sums, at);
        s0_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s1_0.intoArray(sums, at);
        s1_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s2_0.intoArray(sums, at);
        s2_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s3_0.intoArray(sums, at);
        s3_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s4_0.intoArray(sums, at);
        s4_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s5_0.intoArray(sums, at);
        s5_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s6_0.intoArray(sums, at);
        s6_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s7_0.intoArray(sums, at);
        s7_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s8_0.intoArray(sums, at);
        s8_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s9_0.intoArray(sums, at);
        s9_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s10_0.intoArray(sums, at);
        s10_1.intoArray(sums, at + Lanes.COUNT);
        at += sumsStride;
        s11_0.intoArray(sums, at);
        s11_1.intoArray(sums, at + Lanes.COUNT);
    }

    /** 12 elements × 1 vector: 12 accumulators + 1 of d + 1 of x = 14 of 16 registers. */
    public static void narrow(
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
            int sumsOffset,
            int sumsStride) {
        int at = sumsOffset;
        FloatVector s0 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s1 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s2 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s3 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s4 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s5 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s6 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s7 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s8 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s9 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s10 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        at += sumsStride;
        FloatVector s11 = FloatVector.fromArray(Lanes.FLOATS, sums, at);
        int k = dOffset;
        for (int r = 0; r < rows; r++) {
            int from = xOffset + r * xRow;
            for (int i = 0; i < width; i++) {
                FloatVector d_0 = FloatVector.fromArray(Lanes.FLOATS, d, k);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[from]);
                s0 = x_0.fma(d_0, s0);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[from + 1]);
                s1 = x_1.fma(d_0, s1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[from + 2]);
                s2 = x_2.fma(d_0, s2);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[from + 3]);
                s3 = x_3.fma(d_0, s3);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[from + 4]);
                s4 = x_4.fma(d_0, s4);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[from + 5]);
                s5 = x_5.fma(d_0, s5);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[from + 6]);
                s6 = x_6.fma(d_0, s6);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[from + 7]);
                s7 = x_7.fma(d_0, s7);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[from + 8]);
                s8 = x_8.fma(d_0, s8);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[from + 9]);
                s9 = x_9.fma(d_0, s9);
                FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[from + 10]);
                s10 = x_10.fma(d_0, s10);
                FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[from + 11]);
                s11 = x_11.fma(d_0, s11);
                from += xStep;
                k += dStep;
            }
        }
        at = sumsOffset;
        s0.intoArray(sums, at);
        at += sumsStride;
        s1.intoArray(sums, at);
        at += sumsStride;
        s2.intoArray(sums, at);
        at += sumsStride;
        s3.intoArray(sums, at);
        at += sumsStride;
        s4.intoArray(sums, at);
        at += sumsStride;
        s5.intoArray(sums, at);
        at += sumsStride;
        s6.intoArray(sums, at);
        at += sumsStride;
        s7.intoArray(sums, at);
        at += sumsStride;
        s8.intoArray(sums, at);
        at += sumsStride;
        s9.intoArray(sums, at);
        at += sumsStride;
        s10.intoArray(sums, at);
        at += sumsStride;
        s11.intoArray(sums, at);
    }
}
