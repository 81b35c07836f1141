// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The transforms of F(4×4, 3×3) as far as vectors are full; its twin is {@link Winograd4x4Scalar}, which says what they are. */
public final class Winograd4x4Vector {
    private Winograd4x4Vector() {}

    /**
     * As many floats of pixels side by side as fill vectors, down the columns of 6 rows; pixels go to 4 places by turns,
     * {@code placeStep} floats apart.
     */
    public static void sourceDown(
            int length,
            int channels,
            int place,
            float[] x,
            int xOffset,
            int xRow,
            float[] u,
            int uOffset,
            int placeStep,
            int uRow) {
        FloatVector minusQ2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q2);
        FloatVector minusP2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P2);
        FloatVector product = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.PRODUCT);
        FloatVector minusSum = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.SUM);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector minusP = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P);
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector minusQ = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q);
        int next = channels;
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            if (i == next) {
                next += channels;
                place++;
                if (place == 4) {
                    place = 0;
                    uOffset -= 3 * placeStep;
                } else {
                    uOffset += placeStep - channels;
                }
            }
            int at = xOffset + i;
            int to = uOffset + i;
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, x, at);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, x, at + xRow);
            FloatVector d2 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * xRow);
            FloatVector d3 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * xRow);
            FloatVector d4 = FloatVector.fromArray(Lanes.FLOATS, x, at + 4 * xRow);
            FloatVector d5 = FloatVector.fromArray(Lanes.FLOATS, x, at + 5 * xRow);
            FloatVector evenP = d2.fma(minusQ2, d4);
            FloatVector oddP = d1.fma(minusQ2, d3);
            FloatVector evenQ = d2.fma(minusP2, d4);
            FloatVector oddQ = d1.fma(minusP2, d3);
            d0.fma(product, d2.fma(minusSum, d4)).intoArray(u, to);
            oddP.fma(p, evenP).intoArray(u, to + uRow);
            oddP.fma(minusP, evenP).intoArray(u, to + 2 * uRow);
            oddQ.fma(q, evenQ).intoArray(u, to + 3 * uRow);
            oddQ.fma(minusQ, evenQ).intoArray(u, to + 4 * uRow);
            d1.fma(product, d3.fma(minusSum, d5)).intoArray(u, to + 5 * uRow);
        }
    }

    /** As many floats of a row as fill vectors to 6 planes. */
    public static void sourceAlong(
            int length, int pixel, float[] u, int uOffset, int step, float[] v, int vOffset, int planeStep) {
        FloatVector minusQ2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q2);
        FloatVector minusP2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P2);
        FloatVector product = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.PRODUCT);
        FloatVector minusSum = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.SUM);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector minusP = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P);
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector minusQ = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q);
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            int at = uOffset + i;
            int to = vOffset + i;
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, u, at);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, u, at + step);
            FloatVector d2 = FloatVector.fromArray(Lanes.FLOATS, u, at + 2 * step);
            FloatVector d3 = FloatVector.fromArray(Lanes.FLOATS, u, at + 3 * step);
            FloatVector d4 = FloatVector.fromArray(Lanes.FLOATS, u, at + pixel);
            FloatVector d5 = FloatVector.fromArray(Lanes.FLOATS, u, at + step + pixel);
            FloatVector evenP = d2.fma(minusQ2, d4);
            FloatVector oddP = d1.fma(minusQ2, d3);
            FloatVector evenQ = d2.fma(minusP2, d4);
            FloatVector oddQ = d1.fma(minusP2, d3);
            d0.fma(product, d2.fma(minusSum, d4)).intoArray(v, to);
            oddP.fma(p, evenP).intoArray(v, to + planeStep);
            oddP.fma(minusP, evenP).intoArray(v, to + 2 * planeStep);
            oddQ.fma(q, evenQ).intoArray(v, to + 3 * planeStep);
            oddQ.fma(minusQ, evenQ).intoArray(v, to + 4 * planeStep);
            d1.fma(product, d3.fma(minusSum, d5)).intoArray(v, to + 5 * planeStep);
        }
    }

    /**
     * As many floats of tiles side by side as fill vectors, to rows 0 and 2 of their pixels. Two rows at a time, which need the same
     * sums: registers hold them between the steps. One loop over all tiles, as entering one with so many arrays' bounds to compare
     * takes as long as three of its rounds.
     */
    public static void destinationEven(
            int length,
            int channels,
            float[] m,
            int mOffset,
            int planeStep,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] y,
            int yOffset,
            int yRow) {
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector q2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q2);
        FloatVector p2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P2);
        FloatVector q3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q3);
        FloatVector p3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P3);
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        int next = channels;
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            if (i == next) {
                next += channels;
                yOffset += 3 * channels;
                biasOffset -= biasStep * channels;
            }
            int at = mOffset + i;
            int to = yOffset + i;
            FloatVector m0_0 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector sumP_0 = m1_0.add(m2_0);
            FloatVector sumQ_0 = m3_0.add(m4_0);
            FloatVector z0_0 = zero.add(m0_0).add(sumP_0).add(sumQ_0);
            FloatVector z2_0 = sumQ_0.fma(q2, sumP_0.fma(p2, zero));
            at += planeStep;
            FloatVector m0_1 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector sumP_1 = m1_1.add(m2_1);
            FloatVector sumQ_1 = m3_1.add(m4_1);
            FloatVector z0_1 = zero.add(m0_1).add(sumP_1).add(sumQ_1);
            FloatVector z2_1 = sumQ_1.fma(q2, sumP_1.fma(p2, zero));
            at += planeStep;
            FloatVector m0_2 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector sumP_2 = m1_2.add(m2_2);
            FloatVector sumQ_2 = m3_2.add(m4_2);
            FloatVector z0_2 = zero.add(m0_2).add(sumP_2).add(sumQ_2);
            FloatVector z2_2 = sumQ_2.fma(q2, sumP_2.fma(p2, zero));
            at += planeStep;
            FloatVector m0_3 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector sumP_3 = m1_3.add(m2_3);
            FloatVector sumQ_3 = m3_3.add(m4_3);
            FloatVector z0_3 = zero.add(m0_3).add(sumP_3).add(sumQ_3);
            FloatVector z2_3 = sumQ_3.fma(q2, sumP_3.fma(p2, zero));
            at += planeStep;
            FloatVector m0_4 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector sumP_4 = m1_4.add(m2_4);
            FloatVector sumQ_4 = m3_4.add(m4_4);
            FloatVector z0_4 = zero.add(m0_4).add(sumP_4).add(sumQ_4);
            FloatVector z2_4 = sumQ_4.fma(q2, sumP_4.fma(p2, zero));
            at += planeStep;
            FloatVector m0_5 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector sumP_5 = m1_5.add(m2_5);
            FloatVector sumQ_5 = m3_5.add(m4_5);
            FloatVector z0_5 = zero.add(m0_5).add(sumP_5).add(sumQ_5);
            FloatVector z2_5 = sumQ_5.fma(q2, sumP_5.fma(p2, zero));
            FloatVector start = FloatVector.fromArray(Lanes.FLOATS, bias, biasOffset + i * biasStep);
            FloatVector sumP0 = z0_1.add(z0_2);
            FloatVector differenceP0 = z0_1.sub(z0_2);
            FloatVector sumQ0 = z0_3.add(z0_4);
            FloatVector differenceQ0 = z0_3.sub(z0_4);
            start.add(z0_0).add(sumP0).add(sumQ0).intoArray(y, to);
            differenceQ0.fma(q, differenceP0.fma(p, start)).intoArray(y, to + channels);
            sumQ0.fma(q2, sumP0.fma(p2, start)).intoArray(y, to + 2 * channels);
            differenceQ0.fma(q3, differenceP0.fma(p3, start.add(z0_5))).intoArray(y, to + 3 * channels);
            to += 2 * yRow;
            FloatVector sumP2 = z2_1.add(z2_2);
            FloatVector differenceP2 = z2_1.sub(z2_2);
            FloatVector sumQ2 = z2_3.add(z2_4);
            FloatVector differenceQ2 = z2_3.sub(z2_4);
            start.add(z2_0).add(sumP2).add(sumQ2).intoArray(y, to);
            differenceQ2.fma(q, differenceP2.fma(p, start)).intoArray(y, to + channels);
            sumQ2.fma(q2, sumP2.fma(p2, start)).intoArray(y, to + 2 * channels);
            differenceQ2.fma(q3, differenceP2.fma(p3, start.add(z2_5))).intoArray(y, to + 3 * channels);
        }
    }

    /** The same for rows 1 and 3. */
    public static void destinationOdd(
            int length,
            int channels,
            float[] m,
            int mOffset,
            int planeStep,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] y,
            int yOffset,
            int yRow) {
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector q2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q2);
        FloatVector p2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P2);
        FloatVector q3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q3);
        FloatVector p3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P3);
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        int next = channels;
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            if (i == next) {
                next += channels;
                yOffset += 3 * channels;
                biasOffset -= biasStep * channels;
            }
            int at = mOffset + i;
            int to = yOffset + i;
            FloatVector m1_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector m5_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 30 * planeStep);
            FloatVector differenceP_0 = m1_0.sub(m2_0);
            FloatVector differenceQ_0 = m3_0.sub(m4_0);
            FloatVector z1_0 = differenceQ_0.fma(q, differenceP_0.fma(p, zero));
            FloatVector z3_0 = differenceQ_0.fma(q3, differenceP_0.fma(p3, zero.add(m5_0)));
            at += planeStep;
            FloatVector m1_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector m5_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 30 * planeStep);
            FloatVector differenceP_1 = m1_1.sub(m2_1);
            FloatVector differenceQ_1 = m3_1.sub(m4_1);
            FloatVector z1_1 = differenceQ_1.fma(q, differenceP_1.fma(p, zero));
            FloatVector z3_1 = differenceQ_1.fma(q3, differenceP_1.fma(p3, zero.add(m5_1)));
            at += planeStep;
            FloatVector m1_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector m5_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 30 * planeStep);
            FloatVector differenceP_2 = m1_2.sub(m2_2);
            FloatVector differenceQ_2 = m3_2.sub(m4_2);
            FloatVector z1_2 = differenceQ_2.fma(q, differenceP_2.fma(p, zero));
            FloatVector z3_2 = differenceQ_2.fma(q3, differenceP_2.fma(p3, zero.add(m5_2)));
            at += planeStep;
            FloatVector m1_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector m5_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 30 * planeStep);
            FloatVector differenceP_3 = m1_3.sub(m2_3);
            FloatVector differenceQ_3 = m3_3.sub(m4_3);
            FloatVector z1_3 = differenceQ_3.fma(q, differenceP_3.fma(p, zero));
            FloatVector z3_3 = differenceQ_3.fma(q3, differenceP_3.fma(p3, zero.add(m5_3)));
            at += planeStep;
            FloatVector m1_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector m5_4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 30 * planeStep);
            FloatVector differenceP_4 = m1_4.sub(m2_4);
            FloatVector differenceQ_4 = m3_4.sub(m4_4);
            FloatVector z1_4 = differenceQ_4.fma(q, differenceP_4.fma(p, zero));
            FloatVector z3_4 = differenceQ_4.fma(q3, differenceP_4.fma(p3, zero.add(m5_4)));
            at += planeStep;
            FloatVector m1_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 6 * planeStep);
            FloatVector m2_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector m3_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 18 * planeStep);
            FloatVector m4_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 24 * planeStep);
            FloatVector m5_5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 30 * planeStep);
            FloatVector differenceP_5 = m1_5.sub(m2_5);
            FloatVector differenceQ_5 = m3_5.sub(m4_5);
            FloatVector z1_5 = differenceQ_5.fma(q, differenceP_5.fma(p, zero));
            FloatVector z3_5 = differenceQ_5.fma(q3, differenceP_5.fma(p3, zero.add(m5_5)));
            FloatVector start = FloatVector.fromArray(Lanes.FLOATS, bias, biasOffset + i * biasStep);
            to += yRow;
            FloatVector sumP1 = z1_1.add(z1_2);
            FloatVector differenceP1 = z1_1.sub(z1_2);
            FloatVector sumQ1 = z1_3.add(z1_4);
            FloatVector differenceQ1 = z1_3.sub(z1_4);
            start.add(z1_0).add(sumP1).add(sumQ1).intoArray(y, to);
            differenceQ1.fma(q, differenceP1.fma(p, start)).intoArray(y, to + channels);
            sumQ1.fma(q2, sumP1.fma(p2, start)).intoArray(y, to + 2 * channels);
            differenceQ1.fma(q3, differenceP1.fma(p3, start.add(z1_5))).intoArray(y, to + 3 * channels);
            to += 2 * yRow;
            FloatVector sumP3 = z3_1.add(z3_2);
            FloatVector differenceP3 = z3_1.sub(z3_2);
            FloatVector sumQ3 = z3_3.add(z3_4);
            FloatVector differenceQ3 = z3_3.sub(z3_4);
            start.add(z3_0).add(sumP3).add(sumQ3).intoArray(y, to);
            differenceQ3.fma(q, differenceP3.fma(p, start)).intoArray(y, to + channels);
            sumQ3.fma(q2, sumP3.fma(p2, start)).intoArray(y, to + 2 * channels);
            differenceQ3.fma(q3, differenceP3.fma(p3, start.add(z3_5))).intoArray(y, to + 3 * channels);
        }
    }
}
