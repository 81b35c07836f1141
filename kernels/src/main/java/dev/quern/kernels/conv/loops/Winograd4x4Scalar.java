// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/**
 * The transforms of F(4×4, 3×3), points 0, ±p, ±q, ∞ with p = 11/16 and q = 3/2, a channel at a time. In one dimension, first
 * applied down the columns, then along the rows; each line is one FMA but for the sums s, t:
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

    /** Channels {@code [from, channels)} of a tile of 6 × 6 pixels to its place in 36 planes. */
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
            for (int j = 0; j < 6; j++) {
                forward(x, xOffset + c + j * pixelStep, rowStep, temp, tempOffset + j, 6);
            }
            for (int i = 0; i < 6; i++) {
                forward(temp, tempOffset + 6 * i, 1, v, vOffset + c + 6 * i * planeStep, planeStep);
            }
        }
    }

    /** Channels {@code [from, channels)} of a tile's place in 36 planes to 4 × 4 pixels. */
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
            for (int j = 0; j < 6; j++) {
                int at = offset + c + j * planeStep;
                back(products, at, 6 * planeStep, zeros, 0, temp, tempOffset + j, 6);
            }
            for (int i = 0; i < 4; i++) {
                int start = biasOffset + c * biasStep;
                back(temp, tempOffset + 6 * i, 1, bias, start, y, yOffset + c + i * rowStep, pixelStep);
            }
        }
    }

    private static void forward(float[] d, int at, int step, float[] v, int to, int toStep) {
        float d0 = d[at];
        float d1 = d[at + step];
        float d2 = d[at + 2 * step];
        float d3 = d[at + 3 * step];
        float d4 = d[at + 4 * step];
        float d5 = d[at + 5 * step];
        float evenP = Math.fma(-Q2, d2, d4);
        float oddP = Math.fma(-Q2, d1, d3);
        float evenQ = Math.fma(-P2, d2, d4);
        float oddQ = Math.fma(-P2, d1, d3);
        v[to] = Math.fma(PRODUCT, d0, Math.fma(-SUM, d2, d4));
        v[to + toStep] = Math.fma(P, oddP, evenP);
        v[to + 2 * toStep] = Math.fma(-P, oddP, evenP);
        v[to + 3 * toStep] = Math.fma(Q, oddQ, evenQ);
        v[to + 4 * toStep] = Math.fma(-Q, oddQ, evenQ);
        v[to + 5 * toStep] = Math.fma(PRODUCT, d1, Math.fma(-SUM, d3, d5));
    }

    private static void back(float[] m, int at, int step, float[] start, int first, float[] y, int to, int toStep) {
        float m1 = m[at + step];
        float m2 = m[at + 2 * step];
        float m3 = m[at + 3 * step];
        float m4 = m[at + 4 * step];
        float sumP = m1 + m2;
        float differenceP = m1 - m2;
        float sumQ = m3 + m4;
        float differenceQ = m3 - m4;
        float s = start[first];
        float s5 = s + m[at + 5 * step];
        y[to] = s + m[at] + sumP + sumQ;
        y[to + toStep] = Math.fma(Q, differenceQ, Math.fma(P, differenceP, s));
        y[to + 2 * toStep] = Math.fma(Q2, sumQ, Math.fma(P2, sumP, s));
        y[to + 3 * toStep] = Math.fma(Q3, differenceQ, Math.fma(P3, differenceP, s5));
    }
}
