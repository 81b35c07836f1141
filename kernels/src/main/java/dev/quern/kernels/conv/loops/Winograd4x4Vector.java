// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The transforms of F(4×4, 3×3) with channels in lanes; its twin is {@link Winograd4x4Scalar}, which says what they are. */
public final class Winograd4x4Vector {
    private Winograd4x4Vector() {}

    /** As many channels of a tile of 6 × 6 pixels as fill vectors, to its place in 36 planes. */
    public static void input(
            int channels,
            float[] x,
            int xOffset,
            int rowStep,
            int pixelStep,
            float[] temp,
            int tempOffset,
            float[] v,
            int vOffset,
            int planeStep) {
        for (int c = 0; c <= channels - Lanes.COUNT; c += Lanes.COUNT) {
            for (int j = 0; j < 6; j++) {
                forward(x, xOffset + c + j * pixelStep, rowStep, temp, tempOffset + j * Lanes.COUNT, 6 * Lanes.COUNT);
            }
            for (int i = 0; i < 6; i++) {
                forward(
                        temp,
                        tempOffset + 6 * i * Lanes.COUNT,
                        Lanes.COUNT,
                        v,
                        vOffset + c + 6 * i * planeStep,
                        planeStep);
            }
        }
    }

    /** As many channels of a tile's place in 36 planes as fill vectors, to 4 × 4 pixels. */
    public static void output(
            int channels,
            float[] products,
            int offset,
            int planeStep,
            float[] zeros,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] temp,
            int tempOffset,
            float[] y,
            int yOffset,
            int rowStep,
            int pixelStep) {
        for (int c = 0; c <= channels - Lanes.COUNT; c += Lanes.COUNT) {
            for (int j = 0; j < 6; j++) {
                int at = offset + c + j * planeStep;
                back(products, at, 6 * planeStep, zeros, 0, temp, tempOffset + j * Lanes.COUNT, 6 * Lanes.COUNT);
            }
            for (int i = 0; i < 4; i++) {
                int start = biasOffset + c * biasStep;
                back(
                        temp,
                        tempOffset + 6 * i * Lanes.COUNT,
                        Lanes.COUNT,
                        bias,
                        start,
                        y,
                        yOffset + c + i * rowStep,
                        pixelStep);
            }
        }
    }

    private static void forward(float[] d, int at, int step, float[] v, int to, int toStep) {
        FloatVector minusQ2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q2);
        FloatVector minusP2 = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P2);
        FloatVector product = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.PRODUCT);
        FloatVector minusSum = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.SUM);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector minusP = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.P);
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector minusQ = FloatVector.broadcast(Lanes.FLOATS, -Winograd4x4Scalar.Q);
        FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, d, at);
        FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, d, at + step);
        FloatVector d2 = FloatVector.fromArray(Lanes.FLOATS, d, at + 2 * step);
        FloatVector d3 = FloatVector.fromArray(Lanes.FLOATS, d, at + 3 * step);
        FloatVector d4 = FloatVector.fromArray(Lanes.FLOATS, d, at + 4 * step);
        FloatVector d5 = FloatVector.fromArray(Lanes.FLOATS, d, at + 5 * step);
        FloatVector evenP = d2.fma(minusQ2, d4);
        FloatVector oddP = d1.fma(minusQ2, d3);
        FloatVector evenQ = d2.fma(minusP2, d4);
        FloatVector oddQ = d1.fma(minusP2, d3);
        d0.fma(product, d2.fma(minusSum, d4)).intoArray(v, to);
        oddP.fma(p, evenP).intoArray(v, to + toStep);
        oddP.fma(minusP, evenP).intoArray(v, to + 2 * toStep);
        oddQ.fma(q, evenQ).intoArray(v, to + 3 * toStep);
        oddQ.fma(minusQ, evenQ).intoArray(v, to + 4 * toStep);
        d1.fma(product, d3.fma(minusSum, d5)).intoArray(v, to + 5 * toStep);
    }

    private static void back(float[] m, int at, int step, float[] start, int first, float[] y, int to, int toStep) {
        FloatVector q = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q);
        FloatVector p = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P);
        FloatVector q2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q2);
        FloatVector p2 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P2);
        FloatVector q3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.Q3);
        FloatVector p3 = FloatVector.broadcast(Lanes.FLOATS, Winograd4x4Scalar.P3);
        FloatVector m1 = FloatVector.fromArray(Lanes.FLOATS, m, at + step);
        FloatVector m2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 2 * step);
        FloatVector m3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 3 * step);
        FloatVector m4 = FloatVector.fromArray(Lanes.FLOATS, m, at + 4 * step);
        FloatVector sumP = m1.add(m2);
        FloatVector differenceP = m1.sub(m2);
        FloatVector sumQ = m3.add(m4);
        FloatVector differenceQ = m3.sub(m4);
        FloatVector s = FloatVector.fromArray(Lanes.FLOATS, start, first);
        FloatVector s5 = s.add(FloatVector.fromArray(Lanes.FLOATS, m, at + 5 * step));
        s.add(FloatVector.fromArray(Lanes.FLOATS, m, at)).add(sumP).add(sumQ).intoArray(y, to);
        differenceQ.fma(q, differenceP.fma(p, s)).intoArray(y, to + toStep);
        sumQ.fma(q2, sumP.fma(p2, s)).intoArray(y, to + 2 * toStep);
        differenceQ.fma(q3, differenceP.fma(p3, s5)).intoArray(y, to + 3 * toStep);
    }
}
