// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * Adam (D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015), with the decoupled weight decay
 * of AdamW (I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019); a decay of 0 is Adam.
 *
 * <p>Step t, for each element with gradient g, moments m and v, parameter p, in this order, each operation rounding once:
 *
 * <pre>
 *   m ← fma(β₁, m, c₁·g)          c₁ = 1 - β₁
 *   v ← fma(β₂, v, (c₂·g)·g)      c₂ = 1 - β₂
 *   d = fma(√v, s, ε)             s = 1 / √(1 - β₂ᵗ)
 *   p ← fma(-a, m / d, p·k)       a = rate / (1 - β₁ᵗ),  k = 1 - rate·decay
 * </pre>
 *
 * <p>c₁, c₂, s, a and k are computed once a step in double from the float arguments, and rounded to float. βᵗ is the product
 * of the β, β², β⁴, … that t has bits for, from the lowest on, each the square of the one before it.
 */
public final class Adam {
    /** Elements of one task of a pool. */
    private static final int TASK = 1 << 14;

    private Adam() {}

    /**
     * One step in one pass over the parameters.
     *
     * @param step which step this is, from 1 on
     * @param rate learning rate, at least 0 and finite
     * @param beta1 what is kept of the first moment, {@code 0 ≤ beta1 < 1}; 0.9 is usual
     * @param beta2 what is kept of the second moment, {@code 0 ≤ beta2 < 1}; 0.999 is usual
     * @param epsilon added to the root of the second moment, above 0 and finite; 1e-8 is usual
     * @param decay what a step takes off each parameter is {@code rate·decay} of it, at least 0 and finite
     * @param first first moment, zeros before the first step
     * @param second second moment, zeros before the first step
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when a number is out of range, or two of the ranges overlap
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static void update(
            int n,
            long step,
            float rate,
            float beta1,
            float beta2,
            float epsilon,
            float decay,
            float[] gradient,
            int gradientOffset,
            float[] first,
            int firstOffset,
            float[] second,
            int secondOffset,
            float[] parameters,
            int parametersOffset,
            WorkerPool pool) {
        Check.notNegative("n", n);
        if (step < 1) {
            throw new IllegalArgumentException("step = " + step + ", allowed: 1 or more");
        }
        StepChecks.rate(rate);
        StepChecks.fraction("beta1", beta1);
        StepChecks.fraction("beta2", beta2);
        StepChecks.positive("epsilon", epsilon);
        StepChecks.notNegative("decay", decay);
        Check.range("gradient", gradient, gradientOffset, n);
        Check.range("first", first, firstOffset, n);
        Check.range("second", second, secondOffset, n);
        Check.range("parameters", parameters, parametersOffset, n);
        Check.disjoint("first", first, firstOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("second", second, secondOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("second", second, secondOffset, n, "first", first, firstOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "first", first, firstOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "second", second, secondOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        float amount = (float) (rate / (1 - power(beta1, step)));
        float spread = (float) (1 / Math.sqrt(1 - power(beta2, step)));
        float keep = (float) (1 - (double) rate * decay);
        if (pool.threads() == 1) {
            part(
                    n,
                    amount,
                    spread,
                    keep,
                    beta1,
                    beta2,
                    epsilon,
                    gradient,
                    gradientOffset,
                    first,
                    firstOffset,
                    second,
                    secondOffset,
                    parameters,
                    parametersOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                part(
                        Math.min(TASK, n - start),
                        amount,
                        spread,
                        keep,
                        beta1,
                        beta2,
                        epsilon,
                        gradient,
                        gradientOffset + start,
                        first,
                        firstOffset + start,
                        second,
                        secondOffset + start,
                        parameters,
                        parametersOffset + start);
            });
        }
    }

    /** StrictMath's takes memory for some arguments. */
    private static double power(double base, long exponent) {
        double result = 1;
        double square = base;
        for (long left = exponent; left > 0; left >>= 1) {
            result = (left & 1) == 1 ? result * square : result;
            square *= square;
        }
        return result;
    }

    private static void part(
            int n,
            float amount,
            float spread,
            float keep,
            float beta1,
            float beta2,
            float epsilon,
            float[] g,
            int gOffset,
            float[] m,
            int mOffset,
            float[] v,
            int vOffset,
            float[] p,
            int pOffset) {
        float c1 = (float) (1.0 - beta1);
        float c2 = (float) (1.0 - beta2);
        int done = VectorSupport.ENABLED
                ? AdamVector.update(
                        n, amount, spread, keep, beta1, c1, beta2, c2, epsilon, g, gOffset, m, mOffset, v, vOffset, p,
                        pOffset)
                : 0;
        plain(
                n - done,
                amount,
                spread,
                keep,
                beta1,
                c1,
                beta2,
                c2,
                epsilon,
                g,
                gOffset + done,
                m,
                mOffset + done,
                v,
                vOffset + done,
                p,
                pOffset + done);
    }

    static void plain(
            int n,
            float amount,
            float spread,
            float keep,
            float beta1,
            float c1,
            float beta2,
            float c2,
            float epsilon,
            float[] g,
            int gOffset,
            float[] m,
            int mOffset,
            float[] v,
            int vOffset,
            float[] p,
            int pOffset) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gOffset + i];
            float mean = Math.fma(beta1, m[mOffset + i], c1 * gradient);
            float square = Math.fma(beta2, v[vOffset + i], c2 * gradient * gradient);
            float divisor = Math.fma((float) Math.sqrt(square), spread, epsilon);
            m[mOffset + i] = mean;
            v[vOffset + i] = square;
            p[pOffset + i] = Math.fma(-amount, mean / divisor, p[pOffset + i] * keep);
        }
    }
}
