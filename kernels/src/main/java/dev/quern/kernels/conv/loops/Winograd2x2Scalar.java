// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/**
 * The transforms of F(2×2, 3×3), points 0, 1, -1, ∞, a channel at a time. In one dimension, first applied down the columns, then
 * along the rows:
 *
 * <pre>
 * v0 = d0 - d2      y0 = ((start + m0) + m1) + m2
 * v1 = d1 + d2      y1 = ((start + m1) - m2) - m3
 * v2 = d2 - d1
 * v3 = d1 - d3      start: +0 down the columns, then the bias
 * </pre>
 */
public final class Winograd2x2Scalar {
    private Winograd2x2Scalar() {}

    /** Channels {@code [from, channels)} of a tile of 4 × 4 pixels to its place in 16 planes. */
    public static void input(
            int from,
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
        for (int c = from; c < channels; c++) {
            for (int j = 0; j < 4; j++) {
                forward(x, xOffset + c + j * pixelStep, rowStep, temp, tempOffset + j, 4);
            }
            for (int i = 0; i < 4; i++) {
                forward(temp, tempOffset + 4 * i, 1, v, vOffset + c + 4 * i * planeStep, planeStep);
            }
        }
    }

    /** Channels {@code [from, channels)} of a tile's place in 16 planes to 2 × 2 pixels. */
    public static void output(
            int from,
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
        for (int c = from; c < channels; c++) {
            for (int j = 0; j < 4; j++) {
                int at = offset + c + j * planeStep;
                back(products, at, 4 * planeStep, zeros, 0, temp, tempOffset + j, 4);
            }
            for (int i = 0; i < 2; i++) {
                int start = biasOffset + c * biasStep;
                back(temp, tempOffset + 4 * i, 1, bias, start, y, yOffset + c + i * rowStep, pixelStep);
            }
        }
    }

    private static void forward(float[] d, int at, int step, float[] v, int to, int toStep) {
        float d0 = d[at];
        float d1 = d[at + step];
        float d2 = d[at + 2 * step];
        float d3 = d[at + 3 * step];
        v[to] = d0 - d2;
        v[to + toStep] = d1 + d2;
        v[to + 2 * toStep] = d2 - d1;
        v[to + 3 * toStep] = d1 - d3;
    }

    private static void back(float[] m, int at, int step, float[] start, int first, float[] y, int to, int toStep) {
        float m0 = m[at];
        float m1 = m[at + step];
        float m2 = m[at + 2 * step];
        float m3 = m[at + 3 * step];
        float s = start[first];
        y[to] = s + m0 + m1 + m2;
        y[to + toStep] = s + m1 - m2 - m3;
    }
}
