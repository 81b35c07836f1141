// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.vector;

import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSupport;

/** The functions under test: what they promise, the true value in double, and both implementations. */
enum Function {
    EXP(0.91) {
        @Override
        double exact(double x) {
            return StrictMath.exp(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarMath.exp(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorMath.exp(n, x, xOffset, y, yOffset);
        }
    },
    SIGMOID(1.75) {
        @Override
        double exact(double x) {
            double e = StrictMath.exp(-Math.abs(x));
            return (x >= 0 ? 1 : e) / (1 + e);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarMath.sigmoid(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorMath.sigmoid(n, x, xOffset, y, yOffset);
        }
    },
    TANH(1.35) {
        @Override
        double exact(double x) {
            return StrictMath.tanh(x);
        }

        @Override
        void scalar(int n, float[] x, int xOffset, float[] y, int yOffset) {
            ScalarMath.tanh(n, x, xOffset, y, yOffset);
        }

        @Override
        void vector(int n, float[] x, int xOffset, float[] y, int yOffset) {
            VectorMath.tanh(n, x, xOffset, y, yOffset);
        }
    };

    /** The largest error promised, in units in the last place. */
    final double ulps;

    Function(double ulps) {
        this.ulps = ulps;
    }

    abstract double exact(double x);

    abstract void scalar(int n, float[] x, int xOffset, float[] y, int yOffset);

    abstract void vector(int n, float[] x, int xOffset, float[] y, int yOffset);

    /** The implementation that serves this process. */
    void serving(int n, float[] x, int xOffset, float[] y, int yOffset) {
        if (VectorSupport.ENABLED) {
            vector(n, x, xOffset, y, yOffset);
        } else {
            scalar(n, x, xOffset, y, yOffset);
        }
    }

    /**
     * Holds {@code y = f(x)} by the scalar twin to the true value, and the vectors to the twin, bit for bit.
     *
     * @return the largest error, in units in the last place of the true value
     */
    double check(int n, float[] x, float[] scratch, float[] vectorScratch) {
        scalar(n, x, 0, scratch, 0);
        if (VectorSupport.ENABLED) {
            vector(n, x, 0, vectorScratch, 0);
        }
        double largest = 0;
        for (int i = 0; i < n; i++) {
            double error = error(scratch[i], exact(x[i]));
            if (!(error <= ulps)) {
                throw new AssertionError("%s(%s) = %s, true value %s: %s ulp, promised: %s"
                        .formatted(this, x[i], scratch[i], exact(x[i]), error, ulps));
            }
            largest = Math.max(largest, error);
            if (VectorSupport.ENABLED && Float.floatToIntBits(scratch[i]) != Float.floatToIntBits(vectorScratch[i])) {
                throw new AssertionError(
                        "%s(%s): scalar %s, vector %s".formatted(this, x[i], scratch[i], vectorScratch[i]));
            }
        }
        return largest;
    }

    private static double error(float got, double exact) {
        if (Double.isNaN(exact) || Float.isNaN(got)) {
            return Double.isNaN(exact) && Float.isNaN(got) ? 0 : Double.NaN;
        }
        float rounded = (float) exact;
        if (rounded == got) {
            // Also where both are infinite, and most often the case: the error is then a fraction of a unit.
            return Float.isInfinite(got) ? 0 : Math.abs(got - exact) / Math.ulp(rounded);
        }
        // Beyond the largest float the next one would be 2¹²⁸.
        double value = Float.isInfinite(got) ? Math.copySign(0x1p128, got) : got;
        double unit = Float.isInfinite(rounded) ? Math.ulp(Float.MAX_VALUE) : Math.ulp(rounded);
        return Math.abs(value - exact) / unit;
    }
}
