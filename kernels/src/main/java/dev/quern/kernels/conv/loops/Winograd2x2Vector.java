// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** The transforms of F(2×2, 3×3) as far as vectors are full; its twin is {@link Winograd2x2Scalar}, which says what they are. */
public final class Winograd2x2Vector {
    private Winograd2x2Vector() {}

    /**
     * As many floats of pixels side by side as fill vectors, down the columns of 4 rows; pixels go to 2 places by turns,
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
        int next = channels;
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            if (i == next) {
                next += channels;
                place++;
                if (place == 2) {
                    place = 0;
                    uOffset -= placeStep;
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
            d0.sub(d2).intoArray(u, to);
            d1.add(d2).intoArray(u, to + uRow);
            d2.sub(d1).intoArray(u, to + 2 * uRow);
            d1.sub(d3).intoArray(u, to + 3 * uRow);
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

    /** As many floats of tiles side by side as fill vectors, to 2 × 2 pixels each, in one loop over all tiles. */
    public static void destination(
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
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        int next = channels;
        for (int i = 0; i <= length - Lanes.COUNT; i += Lanes.COUNT) {
            if (i == next) {
                next += channels;
                yOffset += channels;
                biasOffset -= biasStep * channels;
            }
            int at = mOffset + i;
            int to = yOffset + i;
            FloatVector m0_0 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 4 * planeStep);
            FloatVector m2_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 8 * planeStep);
            FloatVector m3_0 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector z0_0 = zero.add(m0_0).add(m1_0).add(m2_0);
            FloatVector z1_0 = zero.add(m1_0).sub(m2_0).sub(m3_0);
            at += planeStep;
            FloatVector m0_1 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 4 * planeStep);
            FloatVector m2_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 8 * planeStep);
            FloatVector m3_1 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector z0_1 = zero.add(m0_1).add(m1_1).add(m2_1);
            FloatVector z1_1 = zero.add(m1_1).sub(m2_1).sub(m3_1);
            at += planeStep;
            FloatVector m0_2 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 4 * planeStep);
            FloatVector m2_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 8 * planeStep);
            FloatVector m3_2 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector z0_2 = zero.add(m0_2).add(m1_2).add(m2_2);
            FloatVector z1_2 = zero.add(m1_2).sub(m2_2).sub(m3_2);
            at += planeStep;
            FloatVector m0_3 = FloatVector.fromArray(Lanes.FLOATS, m, at);
            FloatVector m1_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 4 * planeStep);
            FloatVector m2_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 8 * planeStep);
            FloatVector m3_3 = FloatVector.fromArray(Lanes.FLOATS, m, at + 12 * planeStep);
            FloatVector z0_3 = zero.add(m0_3).add(m1_3).add(m2_3);
            FloatVector z1_3 = zero.add(m1_3).sub(m2_3).sub(m3_3);
            FloatVector start = FloatVector.fromArray(Lanes.FLOATS, bias, biasOffset + i * biasStep);
            start.add(z0_0).add(z0_1).add(z0_2).intoArray(y, to);
            start.add(z0_1).sub(z0_2).sub(z0_3).intoArray(y, to + channels);
            to += yRow;
            start.add(z1_0).add(z1_1).add(z1_2).intoArray(y, to);
            start.add(z1_1).sub(z1_2).sub(z1_3).intoArray(y, to + channels);
        }
    }
}
