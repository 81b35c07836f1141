// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The transforms of F(4×4, 3×3) as far as vectors are full; its twin is {@link Winograd4x4Scalar}, which says what they are. */
public final class Winograd4x4Vector {
    private Winograd4x4Vector() {}

    /** As many channels of every fourth pixel of 6 rows as fill vectors, down the columns. */
    public static void sourceDown(
            int channels,
            int pixels,
            float[] x,
            int xOffset,
            int xRow,
            int pixelStep,
            float[] u,
            int uOffset,
            int uRow) {
        FloatVector minusQ2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q2);
        FloatVector minusP2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P2);
        FloatVector product = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.PRODUCT);
        FloatVector minusSum = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.SUM);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector minusP = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P);
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector minusQ = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q);
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int c = 0; c <= channels - Lanes.COUNT; c += Lanes.COUNT) {
                int at = xOffset + pixel * pixelStep + c;
                int to = uOffset + pixel * channels + c;
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

    /** As many floats of 6 planes as fill vectors, down the columns, to 4 rows. */
    public static void destinationDown(
            int length, float[] m, int mOffset, int planeStep, float[] z, int zOffset, int zRow) {
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector q2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q2);
        FloatVector p2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P2);
        FloatVector q3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q3);
        FloatVector p3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P3);
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            int at = mOffset + i;
            int to = zOffset + i;
            FloatVector m0 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1 = FloatVector.fromArray(Lanes.FLOATS, m, at + planeStep);
            FloatVector m2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 2 * planeStep);
            FloatVector m3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 3 * planeStep);
            FloatVector m4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 4 * planeStep);
            FloatVector m5 = FloatVector.fromArray(Lanes.FLOATS, m, at + 5 * planeStep);
            FloatVector sumP = m1.add(m2);
            FloatVector differenceP = m1.sub(m2);
            FloatVector sumQ = m3.add(m4);
            FloatVector differenceQ = m3.sub(m4);
            zero.add(m0).add(sumP).add(sumQ).intoArray(z, to);
            differenceQ.fma(q, differenceP.fma(p, zero)).intoArray(z, to + zRow);
            sumQ.fma(q2, sumP.fma(p2, zero)).intoArray(z, to + 2 * zRow);
            differenceQ.fma(q3, differenceP.fma(p3, zero.add(m5))).intoArray(z, to + 3 * zRow);
        }
    }

    /** As many channels of a row of tiles as fill vectors to four pixels each. */
    public static void destinationAlong(
            int channels,
            int tiles,
            float[] z,
            int zOffset,
            int step,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] y,
            int yOffset) {
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector q2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q2);
        FloatVector p2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P2);
        FloatVector q3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q3);
        FloatVector p3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P3);
        for (int t = 0; t < tiles; t++) {
            for (int c = 0; c <= channels - Lanes.COUNT; c += Lanes.COUNT) {
                int at = zOffset + t * channels + c;
                int to = yOffset + 4 * t * channels + c;
                FloatVector start = FloatVector.fromArray(Lanes.FLOATS, bias, biasOffset + c * biasStep);
                FloatVector m0 = FloatVector.fromArray(Lanes.FLOATS, z, at);
                FloatVector m1 = FloatVector.fromArray(Lanes.FLOATS, z, at + step);
                FloatVector m2 = FloatVector.fromArray(Lanes.FLOATS, z, at + 2 * step);
                FloatVector m3 = FloatVector.fromArray(Lanes.FLOATS, z, at + 3 * step);
                FloatVector m4 = FloatVector.fromArray(Lanes.FLOATS, z, at + 4 * step);
                FloatVector m5 = FloatVector.fromArray(Lanes.FLOATS, z, at + 5 * step);
                FloatVector sumP = m1.add(m2);
                FloatVector differenceP = m1.sub(m2);
                FloatVector sumQ = m3.add(m4);
                FloatVector differenceQ = m3.sub(m4);
                start.add(m0).add(sumP).add(sumQ).intoArray(y, to);
                differenceQ.fma(q, differenceP.fma(p, start)).intoArray(y, to + channels);
                sumQ.fma(q2, sumP.fma(p2, start)).intoArray(y, to + 2 * channels);
                differenceQ.fma(q3, differenceP.fma(p3, start.add(m5))).intoArray(y, to + 3 * channels);
            }
        }
    }
}
