// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The transforms of F(2×2, 3×3) with channels in lanes; its twin is {@link Winograd2x2Scalar}, which says what they are. */
public final class Winograd2x2Vector {
    private Winograd2x2Vector() {}

    /** As many channels of a tile of 4 × 4 pixels as fill vectors, to its place in 16 planes. */
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
            for (int j = 0; j < 4; j++) {
                forward(x, xOffset + c + j * pixelStep, rowStep, temp, tempOffset + j * Lanes.COUNT, 4 * Lanes.COUNT);
            }
            for (int i = 0; i < 4; i++) {
                forward(
                        temp,
                        tempOffset + 4 * i * Lanes.COUNT,
                        Lanes.COUNT,
                        v,
                        vOffset + c + 4 * i * planeStep,
                        planeStep);
            }
        }
    }

    /** As many channels of a tile's place in 16 planes as fill vectors, to 2 × 2 pixels. */
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
            for (int j = 0; j < 4; j++) {
                int at = offset + c + j * planeStep;
                back(products, at, 4 * planeStep, zeros, 0, temp, tempOffset + j * Lanes.COUNT, 4 * Lanes.COUNT);
            }
            for (int i = 0; i < 2; i++) {
                int start = biasOffset + c * biasStep;
                back(
                        temp,
                        tempOffset + 4 * i * Lanes.COUNT,
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
        FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, d, at);
        FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, d, at + step);
        FloatVector d2 = FloatVector.fromArray(Lanes.FLOATS, d, at + 2 * step);
        FloatVector d3 = FloatVector.fromArray(Lanes.FLOATS, d, at + 3 * step);
        d0.sub(d2).intoArray(v, to);
        d1.add(d2).intoArray(v, to + toStep);
        d2.sub(d1).intoArray(v, to + 2 * toStep);
        d1.sub(d3).intoArray(v, to + 3 * toStep);
    }

    private static void back(float[] m, int at, int step, float[] start, int first, float[] y, int to, int toStep) {
        FloatVector m0 = FloatVector.fromArray(Lanes.FLOATS, m, at);
        FloatVector m1 = FloatVector.fromArray(Lanes.FLOATS, m, at + step);
        FloatVector m2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 2 * step);
        FloatVector m3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 3 * step);
        FloatVector s = FloatVector.fromArray(Lanes.FLOATS, start, first);
        s.add(m0).add(m1).add(m2).intoArray(y, to);
        s.add(m1).sub(m2).sub(m3).intoArray(y, to + toStep);
    }
}
