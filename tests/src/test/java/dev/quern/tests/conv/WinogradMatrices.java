// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.tests.reference.ReferenceWinograd;

/** The absolute values of the matrices of Winograd's transforms, column by column from unit vectors. */
final class WinogradMatrices {
    private WinogradMatrices() {}

    /** |Bᵀ|. */
    static double[][] source(int m) {
        double[][] matrix = new double[m + 2][m + 2];
        for (int j = 0; j < m + 2; j++) {
            float[] unit = new float[m + 2];
            unit[j] = 1;
            column(matrix, j, ReferenceWinograd.source(unit));
        }
        return matrix;
    }

    /** |G|. */
    static double[][] kernel(int m) {
        double[][] matrix = new double[m + 2][3];
        for (int j = 0; j < 3; j++) {
            double[] unit = new double[3];
            unit[j] = 1;
            double[] column = ReferenceWinograd.kernel(m, unit);
            for (int i = 0; i < column.length; i++) {
                matrix[i][j] = Math.abs(column[i]);
            }
        }
        return matrix;
    }

    /** |Aᵀ|. */
    static double[][] destination(int m) {
        double[][] matrix = new double[m][m + 2];
        for (int j = 0; j < m + 2; j++) {
            float[] unit = new float[m + 2];
            unit[j] = 1;
            column(matrix, j, ReferenceWinograd.destination(0f, unit));
        }
        return matrix;
    }

    private static void column(double[][] matrix, int j, float[] values) {
        for (int i = 0; i < values.length; i++) {
            matrix[i][j] = Math.abs(values[i]);
        }
    }

    /** {@code matrix · x · matrixᵀ}. */
    static double[][] apply(double[][] matrix, double[][] x) {
        int n = matrix.length;
        double[][] y = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int a = 0; a < x.length; a++) {
                    for (int b = 0; b < x.length; b++) {
                        y[i][j] += matrix[i][a] * x[a][b] * matrix[j][b];
                    }
                }
            }
        }
        return y;
    }
}
