// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.ConvShape;

/**
 * Winograd's F(2×2, 3×3) and F(4×4, 3×3) with points 0, ±11/16, ±3/2, ∞ in the order that the library documents: a tile, an
 * output channel and an input channel at a time. The transforms of one dimension are public: a test holds them to the matrices
 * that follow from the points.
 */
public final class ReferenceWinograd {
    private static final double P = 11 / 16.0;
    private static final double Q = 3 / 2.0;

    private ReferenceWinograd() {}

    /** One dimension of the transform of a tile: m + 2 pixels. */
    public static float[] source(float... d) {
        if (d.length == 4) {
            return new float[] {d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]};
        }
        float p = (float) P;
        float q = (float) Q;
        float product = (float) (P * P * Q * Q);
        float sum = (float) (P * P + Q * Q);
        float[] v = new float[6];
        for (int end = 0; end < 2; end++) {
            v[5 * end] = Math.fma(product, d[end], Math.fma(-sum, d[2 + end], d[4 + end]));
        }
        float oddP = Math.fma(-q * q, d[1], d[3]);
        float evenP = Math.fma(-q * q, d[2], d[4]);
        float oddQ = Math.fma(-p * p, d[1], d[3]);
        float evenQ = Math.fma(-p * p, d[2], d[4]);
        v[1] = Math.fma(p, oddP, evenP);
        v[2] = Math.fma(-p, oddP, evenP);
        v[3] = Math.fma(q, oddQ, evenQ);
        v[4] = Math.fma(-q, oddQ, evenQ);
        return v;
    }

    /** One dimension of the transform of a kernel to m + 2 places. */
    public static double[] kernel(int m, double... g) {
        double[] u = new double[m + 2];
        double[] points = m == 2 ? new double[] {1} : new double[] {P, Q};
        u[0] = m == 2 ? g[0] : g[0] * (1 / (P * P * Q * Q));
        for (int i = 0; i < points.length; i++) {
            double a = points[i];
            double other = m == 2 ? 0 : points[1 - i];
            double r = 1 / (2 * a * a * (a * a - other * other));
            double even = (g[0] + a * a * g[2]) * r;
            double odd = g[1] * (a * r);
            u[1 + 2 * i] = even + odd;
            u[2 + 2 * i] = even - odd;
        }
        u[m + 1] = g[2];
        return u;
    }

    /** One dimension of the transform back, to m = 2 or 4 pixels. */
    public static float[] destination(float start, float... v) {
        if (v.length == 4) {
            return new float[] {((start + v[0]) + v[1]) + v[2], ((start + v[1]) - v[2]) - v[3]};
        }
        float[] y = new float[4];
        y[0] = ((start + v[0]) + (v[1] + v[2])) + (v[3] + v[4]);
        for (int i = 1; i < 4; i++) {
            float p = (float) Math.pow(P, i);
            float q = (float) Math.pow(Q, i);
            boolean odd = i % 2 == 1;
            float first = odd ? v[1] - v[2] : v[1] + v[2];
            float second = odd ? v[3] - v[4] : v[3] + v[4];
            y[i] = Math.fma(q, second, Math.fma(p, first, i == 3 ? start + v[5] : start));
        }
        return y;
    }

    /** The convolution; m is 2 or 4, {@code bias} may be null. */
    public static void forward(int m, ConvShape s, float[] x, float[] w, float[] bias, float[] y) {
        float[][][] kernels = new float[s.outChannels()][s.channels()][];
        for (int k = 0; k < s.outChannels(); k++) {
            for (int c = 0; c < s.channels(); c++) {
                kernels[k][c] = kernel(m, s, w, c, k);
            }
        }
        for (int n = 0; n < s.batch(); n++) {
            for (int top = 0; top < Plane.outHeight(s); top += m) {
                for (int left = 0; left < Plane.outWidth(s); left += m) {
                    tile(m, s, n, top, left, x, kernels, bias, y);
                }
            }
        }
    }

    private static void tile(
            int m, ConvShape s, int n, int top, int left, float[] x, float[][][] kernels, float[] bias, float[] y) {
        float[][] sources = new float[s.channels()][];
        for (int c = 0; c < s.channels(); c++) {
            sources[c] = source(m, s, n, top, left, c, x);
        }
        for (int k = 0; k < s.outChannels(); k++) {
            float[] sums = new float[(m + 2) * (m + 2)];
            for (int c = 0; c < s.channels(); c++) {
                for (int place = 0; place < sums.length; place++) {
                    sums[place] = Math.fma(sources[c][place], kernels[k][c][place], sums[place]);
                }
            }
            float[] out = destination(m, sums, bias == null ? 0f : bias[k]);
            for (int i = 0; i < m && top + i < Plane.outHeight(s); i++) {
                for (int j = 0; j < m && left + j < Plane.outWidth(s); j++) {
                    y[Plane.destination(s, n, top + i, left + j, k)] = out[i * m + j];
                }
            }
        }
    }

    private static float[] kernel(int m, ConvShape s, float[] w, int c, int k) {
        double[][] down = new double[3][];
        for (int kw = 0; kw < 3; kw++) {
            down[kw] = kernel(
                    m,
                    w[Plane.weight(s, 0, kw, c, k)],
                    w[Plane.weight(s, 1, kw, c, k)],
                    w[Plane.weight(s, 2, kw, c, k)]);
        }
        float[] u = new float[(m + 2) * (m + 2)];
        for (int i = 0; i < m + 2; i++) {
            double[] along = kernel(m, down[0][i], down[1][i], down[2][i]);
            for (int j = 0; j < m + 2; j++) {
                u[i * (m + 2) + j] = (float) along[j];
            }
        }
        return u;
    }

    private static float[] source(int m, ConvShape s, int n, int top, int left, int c, float[] x) {
        int size = m + 2;
        float[][] tile = new float[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                int at = Plane.source(s, n, top - s.paddingTop() + i, left - s.paddingLeft() + j, c);
                tile[i][j] = at < 0 ? 0f : x[at];
            }
        }
        float[][] down = new float[size][size];
        for (int j = 0; j < size; j++) {
            float[] column = new float[size];
            for (int i = 0; i < size; i++) {
                column[i] = tile[i][j];
            }
            float[] v = source(column);
            for (int i = 0; i < size; i++) {
                down[i][j] = v[i];
            }
        }
        float[] v = new float[size * size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(source(down[i]), 0, v, i * size, size);
        }
        return v;
    }

    private static float[] destination(int m, float[] sums, float start) {
        int size = m + 2;
        float[][] down = new float[m][size];
        for (int j = 0; j < size; j++) {
            float[] column = new float[size];
            for (int i = 0; i < size; i++) {
                column[i] = sums[i * size + j];
            }
            float[] y = destination(0f, column);
            for (int i = 0; i < m; i++) {
                down[i][j] = y[i];
            }
        }
        float[] out = new float[m * m];
        for (int i = 0; i < m; i++) {
            System.arraycopy(destination(start, down[i]), 0, out, i * m, m);
        }
        return out;
    }
}
