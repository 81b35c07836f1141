// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/** Stochastic gradient descent with momentum: v ← fma(momentum, v, g), p ← fma(-rate, v, p). */
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
        Check.notNegative("n", n);
        if (!(rate >= 0f && rate <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("rate = " + rate + ", allowed: 0 or more, finite");
        }
        if (!(momentum >= 0f && momentum < 1f)) {
            throw new IllegalArgumentException("momentum = " + momentum + ", allowed: 0 to below 1");
        }
        Check.range("gradient", gradient, gradientOffset, n);
        Check.range("velocity", velocity, velocityOffset, n);
        Check.range("parameters", parameters, parametersOffset, n);
        Check.disjoint("velocity", velocity, velocityOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "gradient", gradient, gradientOffset, n);
        Check.disjoint("parameters", parameters, parametersOffset, n, "velocity", velocity, velocityOffset, n);
        Objects.requireNonNull(pool, "pool");
        if (pool.threads() == 1) {
            part(n, rate, momentum, gradient, gradientOffset, velocity, velocityOffset, parameters, parametersOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                int g = gradientOffset + start;
                int v = velocityOffset + start;
                int p = parametersOffset + start;
                part(Math.min(TASK, n - start), rate, momentum, gradient, g, velocity, v, parameters, p);
            });
        }
    }

    private static void part(
            int n, float rate, float momentum, float[] g, int gOffset, float[] v, int vOffset, float[] p, int pOffset) {
        int done = VectorSupport.ENABLED
                ? SgdMomentumVector.update(n, rate, momentum, g, gOffset, v, vOffset, p, pOffset)
                : 0;
        for (int i = done; i < n; i++) {
            float moved = Math.fma(momentum, v[vOffset + i], g[gOffset + i]);
            v[vOffset + i] = moved;
            p[pOffset + i] = Math.fma(-rate, moved, p[pOffset + i]);
        }
    }
}
