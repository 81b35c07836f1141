// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/**
 * The transforms of F(2×2, 3×3), points 0, 1, -1, ∞, for tiles side by side. In one dimension, first applied down the columns, then
 * along the rows:
 *
 * <pre>
 * v0 = d0 - d2      y0 = ((start + m0) + m1) + m2
 * v1 = d1 + d2      y1 = ((start + m1) - m2) - m3
 * v2 = d2 - d1
 * v3 = d1 - d3      start: +0 down the columns, then the bias
 * </pre>
 *
 * <p>Down the columns, a source has its even pixels apart from the odd ones afterwards, 4 rows of each: then what stands along the
 * rows goes over all channels of all tiles in one run. A destination's tile takes both steps at once.
 */
public final class Winograd2x2Scalar {
    private Winograd2x2Scalar() {}

    /** Channels {@code [from, channels)} of a pixel, down the columns of 4 rows. */
    public static void sourceDown(
            int from, int channels, float[] x, int xOffset, int xRow, float[] u, int uOffset, int uRow) {
        for (int c = from; c < channels; c++) {
            int at = xOffset + c;
            int to = uOffset + c;
            float d0 = x[at];
            float d1 = x[at + xRow];
            float d2 = x[at + 2 * xRow];
            float d3 = x[at + 3 * xRow];
            u[to] = d0 - d2;
            u[to + uRow] = d1 + d2;
            u[to + 2 * uRow] = d2 - d1;
            u[to + 3 * uRow] = d1 - d3;
        }
    }

    /** Floats {@code [from, length)} of a row, even pixels and, {@code step} floats on, odd ones, to 4 planes. */
    public static void sourceAlong(
            int from, int length, int pixel, float[] u, int uOffset, int step, float[] v, int vOffset, int planeStep) {
        for (int i = from; i < length; i++) {
            float d0 = u[uOffset + i];
            float d1 = u[uOffset + step + i];
            float d2 = u[uOffset + pixel + i];
            float d3 = u[uOffset + step + pixel + i];
            int to = vOffset + i;
            v[to] = d0 - d2;
            v[to + planeStep] = d1 + d2;
            v[to + 2 * planeStep] = d2 - d1;
            v[to + 3 * planeStep] = d1 - d3;
        }
    }

    /** Channels {@code [from, channels)} of tiles side by side, to 2 × 2 pixels each. */
    public static void destination(
            int from,
            int channels,
            int tiles,
            float[] m,
            int mOffset,
            int planeStep,
            float[] bias,
            int biasOffset,
            int biasStep,
            float[] y,
            int yOffset,
            int yRow) {
        for (int t = 0; t < tiles; t++) {
            for (int c = from; c < channels; c++) {
                float start = bias[biasOffset + c * biasStep];
                int at = mOffset + t * channels + c;
                int to = yOffset + 2 * t * channels + c;
                for (int row = 0; row < 2; row++) {
                    float z0 = down(row, m, at, 4 * planeStep);
                    float z1 = down(row, m, at + planeStep, 4 * planeStep);
                    float z2 = down(row, m, at + 2 * planeStep, 4 * planeStep);
                    float z3 = down(row, m, at + 3 * planeStep, 4 * planeStep);
                    y[to + row * yRow] = start + z0 + z1 + z2;
                    y[to + row * yRow + channels] = start + z1 - z2 - z3;
                }
            }
        }
    }

    private static float down(int row, float[] m, int at, int step) {
        float m1 = m[at + step];
        float m2 = m[at + 2 * step];
        return row == 0 ? 0f + m[at] + m1 + m2 : 0f + m1 - m2 - m[at + 3 * step];
    }
}
