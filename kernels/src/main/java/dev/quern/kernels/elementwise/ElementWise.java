// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.elementwise;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/** Arithmetic on runs of floats, element by element, in place or not. */
public final class ElementWise {
    /** Elements of one task of a pool: 64 KB an array, some microseconds. */
    private static final int TASK = 1 << 14;

    private ElementWise() {}

    /**
     * y[i] = e to the power x[i], within 0.91 ulp; +∞ above the float range, gradual underflow to +0 below it. In place
     * when y is x at the same offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, or y overlaps x without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static void exp(int n, float[] x, int xOffset, float[] y, int yOffset, WorkerPool pool) {
        Check.notNegative("n", n);
        Check.range("x", x, xOffset, n);
        Check.range("y", y, yOffset, n);
        Check.disjointOrSame("y", y, yOffset, "x", x, xOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            expPart(n, x, xOffset, y, yOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                expPart(Math.min(TASK, n - start), x, xOffset + start, y, yOffset + start);
            });
        }
    }

    /**
     * y[i] = a[i] + b[i], rounded once. In place when y is a or b at the same offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, or y overlaps a or b without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static void add(
            int n, float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, WorkerPool pool) {
        Check.notNegative("n", n);
        Check.range("a", a, aOffset, n);
        Check.range("b", b, bOffset, n);
        Check.range("y", y, yOffset, n);
        Check.disjointOrSame("y", y, yOffset, "a", a, aOffset, n);
        Check.disjointOrSame("y", y, yOffset, "b", b, bOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            addPart(n, a, aOffset, b, bOffset, y, yOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                int start = task * TASK;
                addPart(Math.min(TASK, n - start), a, aOffset + start, b, bOffset + start, y, yOffset + start);
            });
        }
    }

    private static void expPart(int n, float[] x, int xOffset, float[] y, int yOffset) {
        if (VectorSupport.ENABLED) {
            VectorMath.exp(n, x, xOffset, y, yOffset);
        } else {
            ScalarMath.exp(n, x, xOffset, y, yOffset);
        }
    }

    private static void addPart(int n, float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset) {
        int done = VectorSupport.ENABLED ? ElementWiseVector.add(n, a, aOffset, b, bOffset, y, yOffset) : 0;
        for (int i = done; i < n; i++) {
            y[yOffset + i] = a[aOffset + i] + b[bOffset + i];
        }
    }
}
