// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Convolution of windows that lie at a distance the compiler knows, output channels in lanes:
 * {@code out[i][k] ← start[k] + Σ_t x[i · distance + offsets[t]] · w[t][k]}, one chain over ascending t for each element, and 0 in place of what
 * is not above {@code limit}; NaN stays, and a limit of NaN changes nothing. Rows of w follow each other. A tile a call: with a loop round it general
 * registers run out in the inner one. The twin is {@link WindowRowScalar}.
 */
public final class WindowRowVector {
    /** Whether there are registers for 24 sums. */
    public static final boolean SUITS =
            Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");

    /** Positions of {@link #six}. */
    public static final int SIX = 6;

    /** Positions of {@link #twelve}. */
    public static final int TWELVE = 12;

    /** Positions of {@link #twentyFour}. */
    public static final int TWENTY_FOUR = 24;

    private static final int NEAR = WindowRowScalar.NEAR;
    private static final int FAR = WindowRowScalar.FAR;

    private WindowRowVector() {}

    /** 6 positions × 4 vectors: 24 accumulators + 4 of w + 1 of x = 29 of 32 registers. */
    public static void six(
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride,
            float limit) {
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
        for (int t = 0; t < taps; t++) {
            int at = xOffset + offsets[t];
            int k = wOffset + t * 4 * Lanes.COUNT;
            FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
            FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
            FloatVector w_2 = FloatVector.fromArray(Lanes.FLOATS, w, k + 2 * Lanes.COUNT);
            FloatVector w_3 = FloatVector.fromArray(Lanes.FLOATS, w, k + 3 * Lanes.COUNT);
            FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
            y0_0 = x_0.fma(w_0, y0_0);
            y0_1 = x_0.fma(w_1, y0_1);
            y0_2 = x_0.fma(w_2, y0_2);
            y0_3 = x_0.fma(w_3, y0_3);
            FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + NEAR]);
            y1_0 = x_1.fma(w_0, y1_0);
            y1_1 = x_1.fma(w_1, y1_1);
            y1_2 = x_1.fma(w_2, y1_2);
            y1_3 = x_1.fma(w_3, y1_3);
            FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * NEAR]);
            y2_0 = x_2.fma(w_0, y2_0);
            y2_1 = x_2.fma(w_1, y2_1);
            y2_2 = x_2.fma(w_2, y2_2);
            y2_3 = x_2.fma(w_3, y2_3);
            FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * NEAR]);
            y3_0 = x_3.fma(w_0, y3_0);
            y3_1 = x_3.fma(w_1, y3_1);
            y3_2 = x_3.fma(w_2, y3_2);
            y3_3 = x_3.fma(w_3, y3_3);
            FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * NEAR]);
            y4_0 = x_4.fma(w_0, y4_0);
            y4_1 = x_4.fma(w_1, y4_1);
            y4_2 = x_4.fma(w_2, y4_2);
            y4_3 = x_4.fma(w_3, y4_3);
            FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * NEAR]);
            y5_0 = x_5.fma(w_0, y5_0);
            y5_1 = x_5.fma(w_1, y5_1);
            y5_2 = x_5.fma(w_2, y5_2);
            y5_3 = x_5.fma(w_3, y5_3);
        }
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        int to = outOffset;
        y0_0.blend(0f, y0_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y0_1.blend(0f, y0_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        y0_2.blend(0f, y0_2.compare(VectorOperators.LE, least)).intoArray(out, to + 2 * Lanes.COUNT);
        y0_3.blend(0f, y0_3.compare(VectorOperators.LE, least)).intoArray(out, to + 3 * Lanes.COUNT);
        to += outStride;
        y1_0.blend(0f, y1_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y1_1.blend(0f, y1_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        y1_2.blend(0f, y1_2.compare(VectorOperators.LE, least)).intoArray(out, to + 2 * Lanes.COUNT);
        y1_3.blend(0f, y1_3.compare(VectorOperators.LE, least)).intoArray(out, to + 3 * Lanes.COUNT);
        to += outStride;
        y2_0.blend(0f, y2_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y2_1.blend(0f, y2_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        y2_2.blend(0f, y2_2.compare(VectorOperators.LE, least)).intoArray(out, to + 2 * Lanes.COUNT);
        y2_3.blend(0f, y2_3.compare(VectorOperators.LE, least)).intoArray(out, to + 3 * Lanes.COUNT);
        to += outStride;
        y3_0.blend(0f, y3_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y3_1.blend(0f, y3_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        y3_2.blend(0f, y3_2.compare(VectorOperators.LE, least)).intoArray(out, to + 2 * Lanes.COUNT);
        y3_3.blend(0f, y3_3.compare(VectorOperators.LE, least)).intoArray(out, to + 3 * Lanes.COUNT);
        to += outStride;
        y4_0.blend(0f, y4_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y4_1.blend(0f, y4_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        y4_2.blend(0f, y4_2.compare(VectorOperators.LE, least)).intoArray(out, to + 2 * Lanes.COUNT);
        y4_3.blend(0f, y4_3.compare(VectorOperators.LE, least)).intoArray(out, to + 3 * Lanes.COUNT);
        to += outStride;
        y5_0.blend(0f, y5_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y5_1.blend(0f, y5_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        y5_2.blend(0f, y5_2.compare(VectorOperators.LE, least)).intoArray(out, to + 2 * Lanes.COUNT);
        y5_3.blend(0f, y5_3.compare(VectorOperators.LE, least)).intoArray(out, to + 3 * Lanes.COUNT);
    }

    /** 12 positions × 2 vectors: 24 accumulators + 2 of w + 1 of x = 27 of 32 registers. */
    public static void twelve(
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride,
            float limit) {
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
        FloatVector y8_0 = y0_0;
        FloatVector y8_1 = y0_1;
        FloatVector y9_0 = y0_0;
        FloatVector y9_1 = y0_1;
        FloatVector y10_0 = y0_0;
        FloatVector y10_1 = y0_1;
        FloatVector y11_0 = y0_0;
        FloatVector y11_1 = y0_1;
        for (int t = 0; t < taps; t++) {
            int at = xOffset + offsets[t];
            int k = wOffset + t * 2 * Lanes.COUNT;
            FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
            FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + Lanes.COUNT);
            FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
            y0_0 = x_0.fma(w_0, y0_0);
            y0_1 = x_0.fma(w_1, y0_1);
            FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + NEAR]);
            y1_0 = x_1.fma(w_0, y1_0);
            y1_1 = x_1.fma(w_1, y1_1);
            FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * NEAR]);
            y2_0 = x_2.fma(w_0, y2_0);
            y2_1 = x_2.fma(w_1, y2_1);
            FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * NEAR]);
            y3_0 = x_3.fma(w_0, y3_0);
            y3_1 = x_3.fma(w_1, y3_1);
            FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * NEAR]);
            y4_0 = x_4.fma(w_0, y4_0);
            y4_1 = x_4.fma(w_1, y4_1);
            FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * NEAR]);
            y5_0 = x_5.fma(w_0, y5_0);
            y5_1 = x_5.fma(w_1, y5_1);
            FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * NEAR]);
            y6_0 = x_6.fma(w_0, y6_0);
            y6_1 = x_6.fma(w_1, y6_1);
            FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * NEAR]);
            y7_0 = x_7.fma(w_0, y7_0);
            y7_1 = x_7.fma(w_1, y7_1);
            FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * NEAR]);
            y8_0 = x_8.fma(w_0, y8_0);
            y8_1 = x_8.fma(w_1, y8_1);
            FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * NEAR]);
            y9_0 = x_9.fma(w_0, y9_0);
            y9_1 = x_9.fma(w_1, y9_1);
            FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * NEAR]);
            y10_0 = x_10.fma(w_0, y10_0);
            y10_1 = x_10.fma(w_1, y10_1);
            FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * NEAR]);
            y11_0 = x_11.fma(w_0, y11_0);
            y11_1 = x_11.fma(w_1, y11_1);
        }
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        int to = outOffset;
        y0_0.blend(0f, y0_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y0_1.blend(0f, y0_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y1_0.blend(0f, y1_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y1_1.blend(0f, y1_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y2_0.blend(0f, y2_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y2_1.blend(0f, y2_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y3_0.blend(0f, y3_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y3_1.blend(0f, y3_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y4_0.blend(0f, y4_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y4_1.blend(0f, y4_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y5_0.blend(0f, y5_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y5_1.blend(0f, y5_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y6_0.blend(0f, y6_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y6_1.blend(0f, y6_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y7_0.blend(0f, y7_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y7_1.blend(0f, y7_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y8_0.blend(0f, y8_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y8_1.blend(0f, y8_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y9_0.blend(0f, y9_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y9_1.blend(0f, y9_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y10_0.blend(0f, y10_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y10_1.blend(0f, y10_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
        to += outStride;
        y11_0.blend(0f, y11_0.compare(VectorOperators.LE, least)).intoArray(out, to);
        y11_1.blend(0f, y11_1.compare(VectorOperators.LE, least)).intoArray(out, to + Lanes.COUNT);
    }

    /** 24 positions × 1 vector: 24 accumulators + 1 of w + 1 of x = 26 of 32 registers. */
    public static void twentyFour(
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride,
            float limit) {
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
        FloatVector y16 = y0;
        FloatVector y17 = y0;
        FloatVector y18 = y0;
        FloatVector y19 = y0;
        FloatVector y20 = y0;
        FloatVector y21 = y0;
        FloatVector y22 = y0;
        FloatVector y23 = y0;
        for (int t = 0; t < taps; t++) {
            int at = xOffset + offsets[t];
            int k = wOffset + t * Lanes.COUNT;
            FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, k);
            FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at]);
            y0 = x_0.fma(w_0, y0);
            FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + FAR]);
            y1 = x_1.fma(w_0, y1);
            FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + 2 * FAR]);
            y2 = x_2.fma(w_0, y2);
            FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + 3 * FAR]);
            y3 = x_3.fma(w_0, y3);
            FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + 4 * FAR]);
            y4 = x_4.fma(w_0, y4);
            FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + 5 * FAR]);
            y5 = x_5.fma(w_0, y5);
            FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + 6 * FAR]);
            y6 = x_6.fma(w_0, y6);
            FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + 7 * FAR]);
            y7 = x_7.fma(w_0, y7);
            FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + 8 * FAR]);
            y8 = x_8.fma(w_0, y8);
            FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + 9 * FAR]);
            y9 = x_9.fma(w_0, y9);
            FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + 10 * FAR]);
            y10 = x_10.fma(w_0, y10);
            FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + 11 * FAR]);
            y11 = x_11.fma(w_0, y11);
            FloatVector x_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + 12 * FAR]);
            y12 = x_12.fma(w_0, y12);
            FloatVector x_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + 13 * FAR]);
            y13 = x_13.fma(w_0, y13);
            FloatVector x_14 = FloatVector.broadcast(Lanes.FLOATS, x[at + 14 * FAR]);
            y14 = x_14.fma(w_0, y14);
            FloatVector x_15 = FloatVector.broadcast(Lanes.FLOATS, x[at + 15 * FAR]);
            y15 = x_15.fma(w_0, y15);
            FloatVector x_16 = FloatVector.broadcast(Lanes.FLOATS, x[at + 16 * FAR]);
            y16 = x_16.fma(w_0, y16);
            FloatVector x_17 = FloatVector.broadcast(Lanes.FLOATS, x[at + 17 * FAR]);
            y17 = x_17.fma(w_0, y17);
            FloatVector x_18 = FloatVector.broadcast(Lanes.FLOATS, x[at + 18 * FAR]);
            y18 = x_18.fma(w_0, y18);
            FloatVector x_19 = FloatVector.broadcast(Lanes.FLOATS, x[at + 19 * FAR]);
            y19 = x_19.fma(w_0, y19);
            FloatVector x_20 = FloatVector.broadcast(Lanes.FLOATS, x[at + 20 * FAR]);
            y20 = x_20.fma(w_0, y20);
            FloatVector x_21 = FloatVector.broadcast(Lanes.FLOATS, x[at + 21 * FAR]);
            y21 = x_21.fma(w_0, y21);
            FloatVector x_22 = FloatVector.broadcast(Lanes.FLOATS, x[at + 22 * FAR]);
            y22 = x_22.fma(w_0, y22);
            FloatVector x_23 = FloatVector.broadcast(Lanes.FLOATS, x[at + 23 * FAR]);
            y23 = x_23.fma(w_0, y23);
        }
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        int to = outOffset;
        y0.blend(0f, y0.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y1.blend(0f, y1.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y2.blend(0f, y2.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y3.blend(0f, y3.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y4.blend(0f, y4.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y5.blend(0f, y5.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y6.blend(0f, y6.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y7.blend(0f, y7.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y8.blend(0f, y8.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y9.blend(0f, y9.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y10.blend(0f, y10.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y11.blend(0f, y11.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y12.blend(0f, y12.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y13.blend(0f, y13.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y14.blend(0f, y14.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y15.blend(0f, y15.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y16.blend(0f, y16.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y17.blend(0f, y17.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y18.blend(0f, y18.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y19.blend(0f, y19.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y20.blend(0f, y20.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y21.blend(0f, y21.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y22.blend(0f, y22.compare(VectorOperators.LE, least)).intoArray(out, to);
        to += outStride;
        y23.blend(0f, y23.compare(VectorOperators.LE, least)).intoArray(out, to);
    }
}
