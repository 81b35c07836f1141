// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

/** The loops of {@link LayerNorm} over one row in plain Java. */
final class LayerNormScalar {
    private LayerNormScalar() {}

    /** y = fma((x - mean)·inverse, gamma, beta). */
    static void normalize(
            int n,
            float[] x,
            int xOffset,
            float mean,
            float inverse,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] y,
            int yOffset) {
        for (int i = 0; i < n; i++) {
            float normal = (x[xOffset + i] - mean) * inverse;
            y[yOffset + i] = Math.fma(normal, gamma[gammaOffset + i], beta[betaOffset + i]);
        }
    }

    /** h = g·gamma. */
    static void scale(int n, float[] g, int gOffset, float[] gamma, int gammaOffset, float[] h, int hOffset) {
        for (int i = 0; i < n; i++) {
            h[hOffset + i] = g[gOffset + i] * gamma[gammaOffset + i];
        }
    }

    /** t = g·((x - mean)·inverse); t may be g. */
    static void products(
            int n, float[] g, int gOffset, float[] x, int xOffset, float mean, float inverse, float[] t, int tOffset) {
        for (int i = 0; i < n; i++) {
            t[tOffset + i] = g[gOffset + i] * ((x[xOffset + i] - mean) * inverse);
        }
    }

    /** dx = inverse·fma((mean - x)·inverse, slope, g·gamma - level). */
    static void gradient(
            int n,
            float[] x,
            int xOffset,
            float mean,
            float inverse,
            float[] g,
            int gOffset,
            float[] gamma,
            int gammaOffset,
            float slope,
            float level,
            float[] dx,
            int dxOffset) {
        for (int i = 0; i < n; i++) {
            float rest = g[gOffset + i] * gamma[gammaOffset + i] - level;
            dx[dxOffset + i] = inverse * Math.fma((mean - x[xOffset + i]) * inverse, slope, rest);
        }
    }
}
