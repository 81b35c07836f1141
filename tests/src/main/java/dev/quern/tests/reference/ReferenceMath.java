// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/** Functions in double precision, from {@link StrictMath} and textbook series: nothing of the library's. */
public final class ReferenceMath {
    private static final double SQRT_2_PI = StrictMath.sqrt(2 * StrictMath.PI);

    private ReferenceMath() {}

    /** 1 / (1 + exp(-x)). */
    public static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /** ln(1 + exp(x)). */
    public static double softplus(double x) {
        return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    /** The density of the normal distribution. */
    public static double normalDensity(double x) {
        return StrictMath.exp(-x * x / 2) / SQRT_2_PI;
    }

    /** The probability of a normal variable below x, with a relative error below 1e-12 on both sides. */
    public static double normalBelow(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        double t = Math.abs(x);
        double above = t < 2.5 ? 0.5 - t * normalDensity(t) * series(t) : t < 40 ? normalDensity(t) / fraction(t) : 0;
        return x < 0 ? above : 1 - above;
    }

    /** 1 + t²/3 + t⁴/(3·5) + t⁶/(3·5·7) + …: (Φ(t) - ½) / (t·φ(t)). All terms are positive. */
    private static double series(double t) {
        double sum = 1;
        double term = 1;
        for (int k = 3; term > 1e-17 * sum; k += 2) {
            term *= t * t / k;
            sum += term;
        }
        return sum;
    }

    /** t + 1/(t + 2/(t + 3/(t + …))): φ(t) / (1 - Φ(t)), the inverse of Mills' ratio. */
    private static double fraction(double t) {
        double f = t;
        for (int k = 60; k > 0; k--) {
            f = t + k / f;
        }
        return f;
    }

    /** x times a factor that goes to 0 at -∞ faster than x grows. */
    public static double gated(double x, double factor) {
        return x == Double.NEGATIVE_INFINITY ? -0.0 : x * factor;
    }
}
