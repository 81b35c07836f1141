// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/** The fully connected layer as plain loops; weights are (inputs, units), both sides row-major with the batch first. */
public final class ReferenceDense {
    private ReferenceDense() {}

    /** {@code y[b,u] = bias[u] + Σ_i x[b,i]·w[i,u]}, one chain over ascending i; {@code bias} may be null. */
    public static void forward(int batch, int inputs, int units, float[] x, float[] w, float[] bias, float[] y) {
        for (int b = 0; b < batch; b++) {
            for (int u = 0; u < units; u++) {
                float sum = bias == null ? 0f : bias[u];
                for (int i = 0; i < inputs; i++) {
                    sum = Math.fma(x[b * inputs + i], w[i * units + u], sum);
                }
                y[b * units + u] = sum;
            }
        }
    }

    /** {@code dx[b,i] = Σ_u dy[b,u]·w[i,u]}, one chain over ascending u. */
    public static void backwardData(int batch, int inputs, int units, float[] dy, float[] w, float[] dx) {
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < inputs; i++) {
                float sum = 0;
                for (int u = 0; u < units; u++) {
                    sum = Math.fma(dy[b * units + u], w[i * units + u], sum);
                }
                dx[b * inputs + i] = sum;
            }
        }
    }

    /** {@code dw[i,u] = Σ_b x[b,i]·dy[b,u]}, one chain over the ascending batch. */
    public static void backwardWeights(int batch, int inputs, int units, float[] x, float[] dy, float[] dw) {
        for (int i = 0; i < inputs; i++) {
            for (int u = 0; u < units; u++) {
                float sum = 0;
                for (int b = 0; b < batch; b++) {
                    sum = Math.fma(x[b * inputs + i], dy[b * units + u], sum);
                }
                dw[i * units + u] = sum;
            }
        }
    }

    /** {@code db[u] = Σ_b dy[b,u]}, in the fixed order of {@link ReferenceFixedSum}. */
    public static void backwardBias(int batch, int units, float[] dy, float[] db) {
        for (int u = 0; u < units; u++) {
            db[u] = ReferenceFixedSum.sum(batch, dy, u, units);
        }
    }
}
