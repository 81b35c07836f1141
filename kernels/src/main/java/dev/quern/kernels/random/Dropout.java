// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.random;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * Dropout: each element is kept, and scaled by 1 / (1 - rate), or becomes +0, NaN too; so that the mean of what comes out
 * is that of what went in. The gradient is the same function of the output's gradient, with the same seed, stream and
 * step: nothing has to be remembered.
 *
 * <p>What is kept is a pure function of (seed, stream, step, element), the same on any vector width and number of
 * threads. Element e is dropped when the upper 24 of its 32 random bits, as a number, are below rate·2²⁴. Those bits are
 * a word of {@link CounterRandom}: with p = e mod 64 and q = p mod 16 it is word ⌊p / 16⌋ of block {@code step·2³² +
 * 16·⌊e / 64⌋ + 8·(q mod 2) + ⌊q / 2⌋}. So sixteen neighbours come from sixteen blocks, which vectors compute side by
 * side. The scale is 1 / (1 - rate), rounded twice, and each product is rounded once.
 *
 * <p>After N. Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
 */
public final class Dropout {
    /** Elements that share their blocks. */
    static final int GROUP = 64;

    /** Steps that differ; later ones would repeat them. */
    public static final long STEPS = 1L << 32;

    /** Elements of one task of a pool, whole groups. */
    private static final int TASK = 1 << 12;

    private static final float UNIT = 0x1p24f;

    private Dropout() {}

    /**
     * y[i] = x[i] / (1 - rate) or 0. In place when y is x at the same offset.
     *
     * @param rate the probability of 0, from 0 to below 1
     * @param stream differs from layer to layer
     * @param step 0 to {@link #STEPS} - 1, differs from call to call
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when rate, step or n is out of range, or y overlaps x without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static void apply(
            float rate,
            long seed,
            long stream,
            long step,
            int n,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            WorkerPool pool) {
        checkRate(rate);
        if (step < 0 || step >= STEPS) {
            throw new IllegalArgumentException("step = " + step + ", allowed: 0 to " + (STEPS - 1));
        }
        Check.notNegative("n", n);
        Check.range("x", x, xOffset, n);
        Check.range("y", y, yOffset, n);
        Check.disjointOrSame("y", y, yOffset, "x", x, xOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        int dropped = (int) Math.ceil(rate * UNIT);
        float scale = 1f / (1f - rate);
        if (pool.threads() == 1) {
            part(dropped, scale, seed, stream, step, 0, n, x, xOffset, y, yOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int first = task * TASK;
                int end = Math.min(n, first + TASK);
                part(dropped, scale, seed, stream, step, first, end, x, xOffset, y, yOffset);
            });
        }
    }

    /**
     * Refuses a rate that is none.
     *
     * @throws IllegalArgumentException unless {@code 0 ≤ rate < 1}
     */
    public static void checkRate(float rate) {
        if (!(rate >= 0f && rate < 1f)) {
            throw new IllegalArgumentException("rate = " + rate + ", allowed: 0 to below 1");
        }
    }

    private static void part(
            int dropped,
            float scale,
            long seed,
            long stream,
            long step,
            int first,
            int end,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset) {
        int done = first;
        if (VectorSupport.ENABLED) {
            done = end - end % GROUP;
            DropoutVector.apply(dropped, scale, seed, stream, step, first, done, x, xOffset, y, yOffset);
        }
        DropoutScalar.apply(dropped, scale, seed, stream, step, done, end, x, xOffset, y, yOffset);
    }
}
