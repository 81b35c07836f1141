// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/** The steps of the optimisers as plain loops, in place. */
public final class ReferenceOptimizer {
    private ReferenceOptimizer() {}

    /** Gradient descent with momentum in Nesterov's form. */
    public static void nesterov(float rate, float momentum, float[] g, float[] v, float[] p) {
        for (int i = 0; i < p.length; i++) {
            v[i] = Math.fma(momentum, v[i], g[i]);
            p[i] = Math.fma(-rate, Math.fma(momentum, v[i], g[i]), p[i]);
        }
    }

    /** Adam with decoupled weight decay. */
    public static void adam(
            long step,
            float rate,
            float beta1,
            float beta2,
            float epsilon,
            float decay,
            float[] g,
            float[] m,
            float[] v,
            float[] p) {
        float amount = (float) (rate / (1.0 - power(beta1, step)));
        float spread = (float) (1.0 / Math.sqrt(1.0 - power(beta2, step)));
        float keep = (float) (1.0 - (double) rate * decay);
        for (int i = 0; i < p.length; i++) {
            m[i] = Math.fma(beta1, m[i], (float) (1.0 - beta1) * g[i]);
            float part = (float) (1.0 - beta2) * g[i];
            v[i] = Math.fma(beta2, v[i], part * g[i]);
            float divisor = Math.fma((float) Math.sqrt(v[i]), spread, epsilon);
            float kept = p[i] * keep;
            p[i] = Math.fma(-amount, m[i] / divisor, kept);
        }
    }

    /** The powers of two that t has bits for, from the lowest on. */
    private static double power(double base, long t) {
        double product = 1;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((t >> bit & 1) == 1) {
                double square = base;
                for (int i = 0; i < bit; i++) {
                    square *= square;
                }
                product *= square;
            }
        }
        return product;
    }

    /** The sum of squares in the fixed order. */
    public static float squaredNorm(float[] x) {
        float[] squares = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i];
        }
        return ReferenceFixedSum.sum(x.length, squares, 0, 1);
    }
}
