// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The transforms of F(2×2, 3×3) as far as vectors are full; its twin is {@link Winograd2x2Scalar}, which says what they are. */
public final class Winograd2x2Vector {
    private Winograd2x2Vector() {}

    /** As many channels of every other pixel of 4 rows as fill vectors, down the columns. */
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
        for (int p = 0; p < pixels; p++) {
            int at = xOffset + p * pixelStep;
            int to = uOffset + p * channels;
            for (int c = 0; c <= channels - Lanes.COUNT; c += Lanes.COUNT) {
                FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, x, at + c);
                FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, x, at + xRow + c);
                FloatVector d2 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * xRow + c);
                FloatVector d3 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * xRow + c);
                d0.sub(d2).intoArray(u, to + c);
                d1.add(d2).intoArray(u, to + uRow + c);
                d2.sub(d1).intoArray(u, to + 2 * uRow + c);
                d1.sub(d3).intoArray(u, to + 3 * uRow + c);
            }
        }
    }

    /** As many floats of a row as fill vectors to 4 planes. */
    public static void sourceAlong(
            int length, int pixel, float[] u, int uOffset, int step, float[] v, int vOffset, int planeStep) {
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector d0 = FloatVector.fromArray(Lanes.FLOATS, u, uOffset + i);
            FloatVector d1 = FloatVector.fromArray(Lanes.FLOATS, u, uOffset + step + i);
            FloatVector d2 = FloatVector.fromArray(Lanes.FLOATS, u, uOffset + pixel + i);
            FloatVector d3 = FloatVector.fromArray(Lanes.FLOATS, u, uOffset + step + pixel + i);
            d0.sub(d2).intoArray(v, vOffset + i);
            d1.add(d2).intoArray(v, vOffset + planeStep + i);
            d2.sub(d1).intoArray(v, vOffset + 2 * planeStep + i);
            d1.sub(d3).intoArray(v, vOffset + 3 * planeStep + i);
        }
    }

    /** As many floats of 4 planes as fill vectors, down the columns, to 2 rows. */
    public static void destinationDown(
            int length, float[] m, int mOffset, int planeStep, float[] z, int zOffset, int zRow) {
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            FloatVector m0 = FloatVector.fromArray(Lanes.FLOATS, m, mOffset + i);
            FloatVector m1 = FloatVector.fromArray(Lanes.FLOATS, m, mOffset + planeStep + i);
            FloatVector m2 = FloatVector.fromArray(Lanes.FLOATS, m, mOffset + 2 * planeStep + i);
            FloatVector m3 = FloatVector.fromArray(Lanes.FLOATS, m, mOffset + 3 * planeStep + i);
            zero.add(m0).add(m1).add(m2).intoArray(z, zOffset + i);
            zero.add(m1).sub(m2).sub(m3).intoArray(z, zOffset + zRow + i);
        }
    }

    /** As many channels of a row of tiles as fill vectors to two pixels each. */
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
        for (int t = 0; t < tiles; t++) {
            int at = zOffset + t * channels;
            int to = yOffset + 2 * t * channels;
            for (int c = 0; c <= channels - Lanes.COUNT; c += Lanes.COUNT) {
                FloatVector start = FloatVector.fromArray(Lanes.FLOATS, bias, biasOffset + c * biasStep);
                FloatVector m0 = FloatVector.fromArray(Lanes.FLOATS, z, at + c);
                FloatVector m1 = FloatVector.fromArray(Lanes.FLOATS, z, at + step + c);
                FloatVector m2 = FloatVector.fromArray(Lanes.FLOATS, z, at + 2 * step + c);
                FloatVector m3 = FloatVector.fromArray(Lanes.FLOATS, z, at + 3 * step + c);
                start.add(m0).add(m1).add(m2).intoArray(y, to + c);
                start.add(m1).sub(m2).sub(m3).intoArray(y, to + channels + c);
            }
        }
    }
}
