// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * Stochastic gradient descent with momentum, element by element. The velocity becomes v ← fma(momentum, v, g). Then
 * plainly p ← fma(-rate, v, p); in Nesterov's form p ← fma(-rate, fma(momentum, v, g), p), which looks one step of the
 * velocity ahead (I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and momentum in
 * deep learning", ICML 2013, with the parameters taken where the gradient is).
 */
public final class SgdMomentum {
    /** Elements of one task of a pool. */
    private static final int TASK = 1 << 14;

    private SgdMomentum() {}

    /**
     * One step: for 0 ≤ i &lt; n updates velocity v and parameter p from the gradient g, each by one FMA.
     *
     * @param rate learning rate, at least 0 and finite
     * @param momentum what is kept of the velocity, {@code 0 ≤ momentum < 1}; 0 is plain descent
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when n, rate or momentum is out of range, or two of the ranges overlap
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static void update(
            int n,
            float rate,
            float momentum,
            float[] gradient,
            int gradientOffset,
            float[] velocity,
            int velocityOffset,
            float[] parameters,
            int parametersOffset,
            WorkerPool pool) {
        step(
                false,
                n,
                rate,
                momentum,
                gradient,
                gradientOffset,
                velocity,
                velocityOffset,
                parameters,
                parametersOffset,
                pool);
    }

    /**
     * One step in Nesterov's form; otherwise as {@link #update}.
     *
     * @param rate learning rate, at least 0 and finite
     * @param momentum what is kept of the velocity, {@code 0 ≤ momentum < 1}; 0 is plain descent
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when n, rate or momentum is out of range, or two of the ranges overlap
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static void updateNesterov(
            int n,
            float rate,
            float momentum,
            float[] gradient,
            int gradientOffset,
            float[] velocity,
            int velocityOffset,
            float[] parameters,
            int parametersOffset,
            WorkerPool pool) {
        step(
                true,
                n,
                rate,
                momentum,
                gradient,
                gradientOffset,
                velocity,
                velocityOffset,
                parameters,
                parametersOffset,
                pool);
    }

    private static void step(
            boolean ahead,
            int n,
            float rate,
            float momentum,
            float[] gradient,
            int gradientOffset,
            float[] velocity,
            int velocityOffset,
            float[] parameters,
            int parametersOffset,
            WorkerPool pool) {
        Check.notNegative("n", n);
        StepChecks.rate(rate);
        StepChecks.fraction("momentum", momentum);
        Check.range("gradient", gradient, gradientOffset, n);
        Check.range("velocity", velocity, velocityOffset, n);
        Check.range("parameters", parameters, parametersOffset, n);
        Check.disjoint("velocity", velocity, velocityOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "velocity", velocity, velocityOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            part(
                    ahead,
                    n,
                    rate,
                    momentum,
                    gradient,
                    gradientOffset,
                    velocity,
                    velocityOffset,
                    parameters,
                    parametersOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                int g = gradientOffset + start;
                int v = velocityOffset + start;
                int p = parametersOffset + start;
                part(ahead, Math.min(TASK, n - start), rate, momentum, gradient, g, velocity, v, parameters, p);
            });
        }
    }

    private static void part(
            boolean ahead,
            int n,
            float rate,
            float momentum,
            float[] g,
            int gOffset,
            float[] v,
            int vOffset,
            float[] p,
            int pOffset) {
        int done = 0;
        if (VectorSupport.ENABLED) {
            done = ahead
                    ? SgdMomentumVector.updateNesterov(n, rate, momentum, g, gOffset, v, vOffset, p, pOffset)
                    : SgdMomentumVector.update(n, rate, momentum, g, gOffset, v, vOffset, p, pOffset);
        }
        plain(ahead, n - done, rate, momentum, g, gOffset + done, v, vOffset + done, p, pOffset + done);
    }

    /** The definition. */
    static void plain(
            boolean ahead,
            int n,
            float rate,
            float momentum,
            float[] g,
            int gOffset,
            float[] v,
            int vOffset,
            float[] p,
            int pOffset) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gOffset + i];
            float moved = Math.fma(momentum, v[vOffset + i], gradient);
            float direction = ahead ? Math.fma(momentum, moved, gradient) : moved;
            v[vOffset + i] = moved;
            p[pOffset + i] = Math.fma(-rate, direction, p[pOffset + i]);
        }
    }
}
