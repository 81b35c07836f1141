// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.Winograd4x4Scalar;

/**
 * The transform of the weights, in double precision and rounded once, to a C × K matrix for each of the (m + 2)² places of a
 * tile. In one dimension, first applied over kh, then over kw, with {@code r(a) = 1/N(a)}, N(a) the product of a's differences from
 * the other finite points:
 *
 * <pre>
 * F(2×2)  u0 = g0    u1,2 = ½·(g0 + g2) ± ½·g1                                 u3 = g2
 * F(4×4)  u0 = g0·r(0)    u = (g0 + a²·g2)·r(a) ± g1·(a·r(a)) for a = p, q     u5 = g2
 * </pre>
 *
 * Plain loops: the JIT puts them in vectors by itself.
 */
final class WinogradFilter {
    /** Output channels at a time: their sums in between stay in the first-level cache. */
    private static final int BLOCK = 64;

    private static final double P = Winograd4x4Scalar.P;
    private static final double Q = Winograd4x4Scalar.Q;
    private static final double R_ZERO = 1 / (P * P * Q * Q);
    private static final double R_P = 1 / (2 * P * P * (P * P - Q * Q));
    private static final double R_Q = 1 / (2 * Q * Q * (Q * Q - P * P));

    /** Over kh: at {@code (i·3 + kw)·BLOCK + k}. */
    private static final ThreadLocal<double[]> BETWEEN = ThreadLocal.withInitial(() -> new double[6 * 3 * BLOCK]);

    private WinogradFilter() {}

    /** Input channel {@code c}: to {@code to[toOffset + place·planeStep + c·K + k]}. */
    static void transform(
            int m, ConvShape s, int c, float[] weights, int weightsOffset, float[] to, int toOffset, int planeStep) {
        double[] between = BETWEEN.get();
        int outputs = s.outChannels();
        int tap = s.channels() * outputs;
        for (int k = 0; k < outputs; k += BLOCK) {
            int count = Math.min(BLOCK, outputs - k);
            int from = weightsOffset + c * outputs + k;
            int first = toOffset + c * outputs + k;
            for (int kw = 0; kw < 3; kw++) {
                if (m == 2) {
                    down2(count, weights, from + kw * tap, 3 * tap, between, kw * BLOCK);
                } else {
                    down4(count, weights, from + kw * tap, 3 * tap, between, kw * BLOCK);
                }
            }
            for (int i = 0; i < m + 2; i++) {
                int row = first + i * (m + 2) * planeStep;
                if (m == 2) {
                    along2(count, between, i * 3 * BLOCK, to, row, planeStep);
                } else {
                    along4(count, between, i * 3 * BLOCK, to, row, planeStep);
                }
            }
        }
    }

    private static void down2(int count, float[] g, int at, int step, double[] u, int to) {
        for (int k = 0; k < count; k++) {
            double g0 = g[at + k];
            double g1 = g[at + step + k];
            double g2 = g[at + 2 * step + k];
            double even = 0.5 * (g0 + g2);
            double odd = 0.5 * g1;
            u[to + k] = g0;
            u[to + 3 * BLOCK + k] = even + odd;
            u[to + 6 * BLOCK + k] = even - odd;
            u[to + 9 * BLOCK + k] = g2;
        }
    }

    private static void along2(int count, double[] g, int at, float[] u, int to, int step) {
        for (int k = 0; k < count; k++) {
            double g0 = g[at + k];
            double g1 = g[at + BLOCK + k];
            double g2 = g[at + 2 * BLOCK + k];
            double even = 0.5 * (g0 + g2);
            double odd = 0.5 * g1;
            u[to + k] = (float) g0;
            u[to + step + k] = (float) (even + odd);
            u[to + 2 * step + k] = (float) (even - odd);
            u[to + 3 * step + k] = (float) g2;
        }
    }

    private static void down4(int count, float[] g, int at, int step, double[] u, int to) {
        for (int k = 0; k < count; k++) {
            double g0 = g[at + k];
            double g1 = g[at + step + k];
            double g2 = g[at + 2 * step + k];
            double evenP = (g0 + P * P * g2) * R_P;
            double oddP = g1 * (P * R_P);
            double evenQ = (g0 + Q * Q * g2) * R_Q;
            double oddQ = g1 * (Q * R_Q);
            u[to + k] = g0 * R_ZERO;
            u[to + 3 * BLOCK + k] = evenP + oddP;
            u[to + 6 * BLOCK + k] = evenP - oddP;
            u[to + 9 * BLOCK + k] = evenQ + oddQ;
            u[to + 12 * BLOCK + k] = evenQ - oddQ;
            u[to + 15 * BLOCK + k] = g2;
        }
    }

    private static void along4(int count, double[] g, int at, float[] u, int to, int step) {
        for (int k = 0; k < count; k++) {
            double g0 = g[at + k];
            double g1 = g[at + BLOCK + k];
            double g2 = g[at + 2 * BLOCK + k];
            double evenP = (g0 + P * P * g2) * R_P;
            double oddP = g1 * (P * R_P);
            double evenQ = (g0 + Q * Q * g2) * R_Q;
            double oddQ = g1 * (Q * R_Q);
            u[to + k] = (float) (g0 * R_ZERO);
            u[to + step + k] = (float) (evenP + oddP);
            u[to + 2 * step + k] = (float) (evenP - oddP);
            u[to + 3 * step + k] = (float) (evenQ + oddQ);
            u[to + 4 * step + k] = (float) (evenQ - oddQ);
            u[to + 5 * step + k] = (float) g2;
        }
    }
}
