// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

/** The element-wise loops of the losses in plain Java. */
final class LossScalar {
    private LossScalar() {}

    /** x = (x - shift)·factor. */
    static void shiftAndScale(int n, float shift, float factor, float[] x, int offset) {
        for (int i = 0; i < n; i++) {
            x[offset + i] = (x[offset + i] - shift) * factor;
        }
    }

    /** p = fma(p, weight, -q)·factor. */
    static void pull(int n, float weight, float factor, float[] q, int qOffset, float[] p, int pOffset) {
        for (int i = 0; i < n; i++) {
            p[pOffset + i] = Math.fma(p[pOffset + i], weight, -q[qOffset + i]) * factor;
        }
    }

    /** out = (a - b)·(a - b). */
    static void squares(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float difference = a[aOffset + i] - b[bOffset + i];
            out[outOffset + i] = difference * difference;
        }
    }

    /** out = (a - b)·factor. */
    static void scaledDifference(
            int n, float factor, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = (a[aOffset + i] - b[bOffset + i]) * factor;
        }
    }

    /** out = |a - b|. */
    static void distances(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = Math.abs(a[aOffset + i] - b[bOffset + i]);
        }
    }

    /** out = sign(a - b)·factor; a difference of ±0 or NaN stays itself before the factor. */
    static void scaledSigns(
            int n, float factor, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float d = a[aOffset + i] - b[bOffset + i];
            out[outOffset + i] = (d > 0f ? 1f : d < 0f ? -1f : d) * factor;
        }
    }

    /** out = c·fma(-½, c, |a - b|) with c = |a - b|, but at most delta. */
    static void huber(int n, float delta, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float d = Math.abs(a[aOffset + i] - b[bOffset + i]);
            float c = d > delta ? delta : d;
            out[outOffset + i] = c * Math.fma(-0.5f, c, d);
        }
    }

    /** out = (a - b, but from -delta to delta)·factor. */
    static void scaledLimited(
            int n,
            float delta,
            float factor,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] out,
            int outOffset) {
        for (int i = 0; i < n; i++) {
            float d = a[aOffset + i] - b[bOffset + i];
            out[outOffset + i] = (d > delta ? delta : d < -delta ? -delta : d) * factor;
        }
    }

    /** out = -|x|. */
    static void negativeMagnitudes(int n, float[] x, int xOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = -Math.abs(x[xOffset + i]);
        }
    }

    /** out = fma(-x, t, max(x, 0)) + out. */
    static void addHinge(int n, float[] x, int xOffset, float[] t, int tOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float value = x[xOffset + i];
            out[outOffset + i] = Math.fma(-value, t[tOffset + i], value > 0f ? value : 0f) + out[outOffset + i];
        }
    }

    /** g = g + fma(2·l2, w, l1·sign(w)) and out = fma(l2·w, w, l1·|w|). */
    static void penalize(
            int n, float l1, float l2, float[] w, int wOffset, float[] g, int gOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float value = w[wOffset + i];
            float slope = value > 0f ? l1 : value < 0f ? -l1 : 0f;
            g[gOffset + i] += Math.fma(2f * l2, value, slope);
            out[outOffset + i] = Math.fma(l2 * value, value, l1 * Math.abs(value));
        }
    }
}
