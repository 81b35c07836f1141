// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

/**
 * The loops of {@link BatchNorm} in plain Java. A row holds one element of each channel, a run many elements of one;
 * parameters of a row lie one after the other, {@code stride} apart.
 */
final class NormScalar {
    private NormScalar() {}

    /** y = fma(x - mean, factor, shift); parameters mean, factor, shift. */
    static void normalizeRow(
            int n, float[] x, int xOffset, float[] p, int pOffset, int stride, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            float mean = p[pOffset + i];
            y[yOffset + i] = Math.fma(x[xOffset + i] - mean, p[pOffset + stride + i], p[pOffset + 2 * stride + i]);
        }
    }

    static void normalizeRun(
            int n, float[] x, int xOffset, float mean, float factor, float shift, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = Math.fma(x[xOffset + i] - mean, factor, shift);
        }
    }

    /** t = (x - mean)². */
    static void squaresRow(int n, float[] x, int xOffset, float[] p, int pOffset, float[] t, int tOffset) {
        for (int i = 0; i < n; i++) {
            float deviation = x[xOffset + i] - p[pOffset + i];
            t[tOffset + i] = deviation * deviation;
        }
    }

    static void squaresRun(int n, float[] x, int xOffset, float mean, float[] t, int tOffset) {
        for (int i = 0; i < n; i++) {
            float deviation = x[xOffset + i] - mean;
            t[tOffset + i] = deviation * deviation;
        }
    }

    /** t = (x - mean)·g. */
    static void productsRow(
            int n, float[] x, int xOffset, float[] g, int gOffset, float[] p, int pOffset, float[] t, int tOffset) {
        for (int i = 0; i < n; i++) {
            t[tOffset + i] = (x[xOffset + i] - p[pOffset + i]) * g[gOffset + i];
        }
    }

    static void productsRun(int n, float[] x, int xOffset, float[] g, int gOffset, float mean, float[] t, int tOffset) {
        for (int i = 0; i < n; i++) {
            t[tOffset + i] = (x[xOffset + i] - mean) * g[gOffset + i];
        }
    }

    /** dx = factor·fma(mean - x, slope, g - level); parameters mean, factor, slope, level. */
    static void gradientRow(
            int n,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int pOffset,
            int stride,
            float[] dx,
            int dxOffset) {
        for (int i = 0; i < n; i++) {
            float mean = p[pOffset + i];
            float factor = p[pOffset + stride + i];
            float slope = p[pOffset + 2 * stride + i];
            float level = p[pOffset + 3 * stride + i];
            dx[dxOffset + i] = factor * Math.fma(mean - x[xOffset + i], slope, g[gOffset + i] - level);
        }
    }

    static void gradientRun(
            int n,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float mean,
            float factor,
            float slope,
            float level,
            float[] dx,
            int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = factor * Math.fma(mean - x[xOffset + i], slope, g[gOffset + i] - level);
        }
    }
}
