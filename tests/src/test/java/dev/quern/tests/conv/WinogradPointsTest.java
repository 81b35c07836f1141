// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.tests.reference.ReferenceWinograd;
import dev.quern.tests.toolkit.Fraction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The transforms follow from their points. Toom and Cook's algorithm for a correlation of m outputs and 3 taps, with finite
 * points a and ∞, in exact fractions: Aᵀ has columns (1, a, …, a^(m-1)) and (0, …, 0, 1); G has rows (1, a, a²)/N(a) and
 * (0, 0, 1); Bᵀ has as rows the coefficients of Π (x - b) over the other points b, and over all of them.
 */
class WinogradPointsTest {
    private static final List<Fraction> POINTS_2 = List.of(Fraction.of(0, 1), Fraction.of(1, 1), Fraction.of(-1, 1));
    private static final List<Fraction> POINTS_4 = List.of(
            Fraction.of(0, 1), Fraction.of(11, 16), Fraction.of(-11, 16), Fraction.of(3, 2), Fraction.of(-3, 2));

    @Test
    void theMatricesGiveTheCorrelationExactly() {
        for (int m : new int[] {2, 4}) {
            var random = new Random(m);
            Fraction[] d =
                    random.ints(m + 2, -99, 99).mapToObj(i -> Fraction.of(i, 7)).toArray(Fraction[]::new);
            Fraction[] g =
                    random.ints(3, -99, 99).mapToObj(i -> Fraction.of(i, 5)).toArray(Fraction[]::new);
            Fraction[] v = times(sourceMatrix(m), d);
            Fraction[] u = times(kernelMatrix(m), g);
            for (int i = 0; i < v.length; i++) {
                v[i] = v[i].times(u[i]);
            }
            Fraction[] y = times(destinationMatrix(m), v);
            for (int i = 0; i < m; i++) {
                Fraction direct = d[i].times(g[0]).plus(d[i + 1].times(g[1])).plus(d[i + 2].times(g[2]));
                assertEquals(direct, y[i]);
            }
        }
    }

    @Test
    void theTransformsOfSourceAndDestinationAreTheMatricesExactly() {
        for (int m : new int[] {2, 4}) {
            for (int j = 0; j < m + 2; j++) {
                float[] unit = new float[m + 2];
                unit[j] = 1;
                assertColumn("source, F of " + m, sourceMatrix(m), j, sign(m), ReferenceWinograd.source(unit));
                assertColumn(
                        "destination, F of " + m,
                        destinationMatrix(m),
                        j,
                        m == 2 && j == 3 ? -1 : 1,
                        ReferenceWinograd.destination(0f, unit));
            }
        }
    }

    @Test
    void theTransformOfTheKernelIsTheMatrixButForTheLastBitsOfADouble() {
        for (int m : new int[] {2, 4}) {
            for (int j = 0; j < 3; j++) {
                double[] unit = new double[3];
                unit[j] = 1;
                double[] column = ReferenceWinograd.kernel(m, unit);
                for (int i = 0; i < m + 2; i++) {
                    double exact = kernelMatrix(m)[i][j].toDouble() * (m == 2 && i == 0 ? -1 : 1);
                    assertTrue(Math.abs(column[i] - exact) <= 4 * Math.ulp(exact), m + ": " + i + ", " + j);
                }
            }
        }
    }

    /** F(2×2) is written with the signs that spare multiplications: rows of Bᵀ change theirs with those of G and Aᵀ. */
    private static int[] sign(int m) {
        return m == 2 ? new int[] {-1, 1, 1, -1} : new int[] {1, 1, 1, 1, 1, 1};
    }

    private static void assertColumn(String what, Fraction[][] matrix, int j, int sign, float[] column) {
        int[] signs = new int[column.length];
        Arrays.fill(signs, sign);
        assertColumn(what, matrix, j, signs, column);
    }

    private static void assertColumn(String what, Fraction[][] matrix, int j, int[] signs, float[] column) {
        for (int i = 0; i < column.length; i++) {
            Fraction exact = matrix[i][j].times(Fraction.of(signs[i], 1));
            assertEquals(exact, Fraction.of(column[i]), what + ", row " + i + ", column " + j);
        }
    }

    private static List<Fraction> points(int m) {
        return m == 2 ? POINTS_2 : POINTS_4;
    }

    private static Fraction[][] sourceMatrix(int m) {
        List<Fraction> points = points(m);
        Fraction[][] rows = new Fraction[m + 2][];
        for (int i = 0; i < m + 2; i++) {
            Fraction[] coefficients = zeros(m + 2);
            coefficients[0] = Fraction.of(1, 1);
            for (int b = 0; b < points.size(); b++) {
                if (b != i) {
                    coefficients = timesLinear(coefficients, points.get(b));
                }
            }
            rows[i] = coefficients;
        }
        return rows;
    }

    /** Times x - b. */
    private static Fraction[] timesLinear(Fraction[] polynomial, Fraction b) {
        Fraction[] result = zeros(polynomial.length);
        Fraction minus = b.times(Fraction.of(-1, 1));
        for (int i = 0; i < polynomial.length; i++) {
            Fraction shifted = i == 0 ? Fraction.of(0, 1) : polynomial[i - 1];
            result[i] = polynomial[i].times(minus).plus(shifted);
        }
        return result;
    }

    private static Fraction[][] kernelMatrix(int m) {
        List<Fraction> points = points(m);
        Fraction[][] rows = new Fraction[m + 2][3];
        for (int i = 0; i < m + 1; i++) {
            Fraction n = Fraction.of(1, 1);
            for (int b = 0; b < points.size(); b++) {
                n = b == i ? n : n.times(points.get(i).plus(points.get(b).times(Fraction.of(-1, 1))));
            }
            for (int j = 0; j < 3; j++) {
                rows[i][j] = power(points.get(i), j).over(n);
            }
        }
        rows[m + 1] = new Fraction[] {Fraction.of(0, 1), Fraction.of(0, 1), Fraction.of(1, 1)};
        return rows;
    }

    private static Fraction[][] destinationMatrix(int m) {
        Fraction[][] rows = new Fraction[m][m + 2];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m + 1; j++) {
                rows[i][j] = power(points(m).get(j), i);
            }
            rows[i][m + 1] = Fraction.of(i == m - 1 ? 1 : 0, 1);
        }
        return rows;
    }

    private static Fraction power(Fraction base, int exponent) {
        return exponent == 0 ? Fraction.of(1, 1) : power(base, exponent - 1).times(base);
    }

    private static Fraction[] zeros(int n) {
        Fraction[] zeros = new Fraction[n];
        Arrays.fill(zeros, Fraction.of(0, 1));
        return zeros;
    }

    private static Fraction[] times(Fraction[][] matrix, Fraction[] vector) {
        Fraction[] result = zeros(matrix.length);
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < vector.length; j++) {
                result[i] = result[i].plus(matrix[i][j].times(vector[j]));
            }
        }
        return result;
    }
}
