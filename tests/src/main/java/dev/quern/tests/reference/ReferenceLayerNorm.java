// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/** Layer normalisation as plain loops over a row-major block; sums in the fixed order. */
public record ReferenceLayerNorm(int rows, int columns) {
    /** y, and saved: means of all rows, then their inverses. */
    public void forward(float epsilon, float[] x, float[] gamma, float[] beta, float[] y, float[] saved) {
        for (int row = 0; row < rows; row++) {
            int at = row * columns;
            float mean = ReferenceFixedSum.sum(columns, x, at, 1) / columns;
            float[] squares = new float[columns];
            for (int j = 0; j < columns; j++) {
                squares[j] = (x[at + j] - mean) * (x[at + j] - mean);
            }
            float variance = ReferenceFixedSum.sum(columns, squares, 0, 1) / columns;
            float inverse = 1f / (float) Math.sqrt(variance + epsilon);
            for (int j = 0; j < columns; j++) {
                y[at + j] = Math.fma((x[at + j] - mean) * inverse, gamma[j], beta[j]);
            }
            saved[row] = mean;
            saved[rows + row] = inverse;
        }
    }

    /** dx. */
    public void backwardData(float[] x, float[] gamma, float[] saved, float[] dy, float[] dx) {
        for (int row = 0; row < rows; row++) {
            int at = row * columns;
            float mean = saved[row];
            float inverse = saved[rows + row];
            float[] h = new float[columns];
            float[] products = new float[columns];
            for (int j = 0; j < columns; j++) {
                h[j] = dy[at + j] * gamma[j];
                products[j] = h[j] * ((x[at + j] - mean) * inverse);
            }
            float level = ReferenceFixedSum.sum(columns, h, 0, 1) / columns;
            float slope = ReferenceFixedSum.sum(columns, products, 0, 1) / columns;
            for (int j = 0; j < columns; j++) {
                dx[at + j] = inverse * Math.fma((mean - x[at + j]) * inverse, slope, h[j] - level);
            }
        }
    }

    /** The gradients of gamma and beta. */
    public void backwardParameters(float[] x, float[] saved, float[] dy, float[] diffGamma, float[] diffBeta) {
        for (int j = 0; j < columns; j++) {
            float[] products = new float[rows];
            for (int row = 0; row < rows; row++) {
                int at = row * columns + j;
                products[row] = dy[at] * ((x[at] - saved[row]) * saved[rows + row]);
            }
            diffGamma[j] = ReferenceFixedSum.sum(rows, products, 0, 1);
            diffBeta[j] = ReferenceFixedSum.sum(rows, dy, j, columns);
        }
    }
}
