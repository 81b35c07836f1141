// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** The functions of {@link Schedule}, in double and without StrictMath, which takes memory for some arguments. */
final class Curves {
    /** The next term of the series is below 1e-24. */
    private static final int TERMS = 14;

    private Curves() {}

    /** A power with a whole exponent of 0 or more, by repeated squaring. */
    static double power(double base, long exponent) {
        double result = 1;
        double square = base;
        for (long left = exponent; left > 0; left >>= 1) {
            result = (left & 1) == 1 ? result * square : result;
            square *= square;
        }
        return result;
    }

    /** (1 + cos πx) / 2 for x from 0 to 1: the square of cos πx/2, by its series around 0. */
    static double fall(double x) {
        double square = x * (Math.PI / 2) * (x * (Math.PI / 2));
        double cosine = 1;
        for (int k = TERMS; k > 0; k--) {
            cosine = 1 - cosine * square / (2.0 * k * (2.0 * k - 1));
        }
        return cosine * cosine;
    }
}
