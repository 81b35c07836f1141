// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/**
 * The transforms of F(4×4, 3×3), points 0, ±p, ±q, ∞ with p = 11/16 and q = 3/2, for tiles side by side. In one dimension,
 * first applied down the columns, then along the rows; each line is one FMA but for the sums s, t:
 *
 * <pre>
 * v0   = p²q²·d0 + (d4 - (p² + q²)·d2)             s = m1 + m2   t = m1 - m2
 * v1,2 = (d4 - q²·d2) ± p·(d3 - q²·d1)             u = m3 + m4   w = m3 - m4
 * v3,4 = (d4 - p²·d2) ± q·(d3 - p²·d1)             y0 = ((start + m0) + s) + u
 * v5   = p²q²·d1 + (d5 - (p² + q²)·d3)             y1 = q·w + (p·t + start)
 *                                                  y2 = q²·u + (p²·s + start)
 * start: +0 down the columns, then the bias        y3 = q³·w + (p³·t + (start + m5))
 * </pre>
 *
 * All of these constants are exact in a float, so that only sums are rounded. These points give the sums about equal weights; with
 * 0, ±1, ±2 errors are several times larger.
 *
 * <p>Down the columns, a source has its pixels apart by their places modulo 4 afterwards, 6 rows of each: then what stands along
 * the rows goes over all channels of all tiles in one run. A destination's tile takes both steps at once.
 */
public final class Winograd4x4Scalar {
    public static final float P = 11 / 16f;
    public static final float Q = 3 / 2f;
    public static final float P2 = P * P;
    public static final float Q2 = Q * Q;
    public static final float P3 = P2 * P;
    public static final float Q3 = Q2 * Q;
    public static final float PRODUCT = P2 * Q2;
    public static final float SUM = P2 + Q2;

    private Winograd4x4Scalar() {}

    /** Channels {@code [from, channels)} of a pixel, down the columns of 6 rows. */
    public static void sourceDown(
            int from, int channels, float[] x, int xOffset, int xRow, float[] u, int uOffset, int uRow) {
        for (int c = from; c < channels; c++) {
            int at = xOffset + c;
            int to = uOffset + c;
            float d0 = x[at];
            float d1 = x[at + xRow];
            float d2 = x[at + 2 * xRow];
            float d3 = x[at + 3 * xRow];
            float d4 = x[at + 4 * xRow];
            float d5 = x[at + 5 * xRow];
            float evenP = Math.fma(-Q2, d2, d4);
            float oddP = Math.fma(-Q2, d1, d3);
            float evenQ = Math.fma(-P2, d2, d4);
            float oddQ = Math.fma(-P2, d1, d3);
            u[to] = Math.fma(PRODUCT, d0, Math.fma(-SUM, d2, d4));
            u[to + uRow] = Math.fma(P, oddP, evenP);
            u[to + 2 * uRow] = Math.fma(-P, oddP, evenP);
            u[to + 3 * uRow] = Math.fma(Q, oddQ, evenQ);
            u[to + 4 * uRow] = Math.fma(-Q, oddQ, evenQ);
            u[to + 5 * uRow] = Math.fma(PRODUCT, d1, Math.fma(-SUM, d3, d5));
        }
    }

    /** Floats {@code [from, length)} of a row, its pixels by their places {@code step} floats apart, to 6 planes. */
    public static void sourceAlong(
            int from, int length, int pixel, float[] u, int uOffset, int step, float[] v, int vOffset, int planeStep) {
        for (int i = from; i < length; i++) {
            int at = uOffset + i;
            int to = vOffset + i;
            float d0 = u[at];
            float d1 = u[at + step];
            float d2 = u[at + 2 * step];
            float d3 = u[at + 3 * step];
            float d4 = u[at + pixel];
            float d5 = u[at + step + pixel];
            float evenP = Math.fma(-Q2, d2, d4);
            float oddP = Math.fma(-Q2, d1, d3);
            float evenQ = Math.fma(-P2, d2, d4);
            float oddQ = Math.fma(-P2, d1, d3);
            v[to] = Math.fma(PRODUCT, d0, Math.fma(-SUM, d2, d4));
            v[to + planeStep] = Math.fma(P, oddP, evenP);
            v[to + 2 * planeStep] = Math.fma(-P, oddP, evenP);
            v[to + 3 * planeStep] = Math.fma(Q, oddQ, evenQ);
            v[to + 4 * planeStep] = Math.fma(-Q, oddQ, evenQ);
            v[to + 5 * planeStep] = Math.fma(PRODUCT, d1, Math.fma(-SUM, d3, d5));
        }
    }

    /** Channels {@code [from, channels)} of tiles side by side, to 4 × 4 pixels each. */
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
                int to = yOffset + 4 * t * channels + c;
                for (int row = 0; row < 4; row++) {
                    float z0 = down(row, m, at, 6 * planeStep);
                    float z1 = down(row, m, at + planeStep, 6 * planeStep);
                    float z2 = down(row, m, at + 2 * planeStep, 6 * planeStep);
                    float z3 = down(row, m, at + 3 * planeStep, 6 * planeStep);
                    float z4 = down(row, m, at + 4 * planeStep, 6 * planeStep);
                    float z5 = down(row, m, at + 5 * planeStep, 6 * planeStep);
                    for (int pixel = 0; pixel < 4; pixel++) {
                        y[to + row * yRow + pixel * channels] = element(pixel, start, z0, z1, z2, z3, z4, z5);
                    }
                }
            }
        }
    }

    private static float down(int row, float[] m, int at, int step) {
        float m1 = m[at + step];
        float m2 = m[at + 2 * step];
        float m3 = m[at + 3 * step];
        float m4 = m[at + 4 * step];
        return element(row, 0f, m[at], m1, m2, m3, m4, m[at + 5 * step]);
    }

    private static float element(int i, float start, float m0, float m1, float m2, float m3, float m4, float m5) {
        return switch (i) {
            case 0 -> start + m0 + (m1 + m2) + (m3 + m4);
            case 1 -> Math.fma(Q, m3 - m4, Math.fma(P, m1 - m2, start));
            case 2 -> Math.fma(Q2, m3 + m4, Math.fma(P2, m1 + m2, start));
            default -> Math.fma(Q3, m3 - m4, Math.fma(P3, m1 - m2, start + m5));
        };
    }
}
