// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/** Keeps gradients from being too long: their squared length, a factor, a limit for each element. */
public final class GradientClip {
    /** Floats of scratch memory that {@link #squaredNorm} wants. */
    public static final int SCRATCH = FixedSum.CHUNK;

    /** Elements of one task of a pool. */
    private static final int TASK = 1 << 14;

    private GradientClip() {}

    /**
     * Σ xᵢ·xᵢ: each square rounds once, the sum goes by the fixed scheme (chunks of 1024, 16 lanes). In the caller's
     * thread.
     *
     * @param scratch {@link #SCRATCH} floats that are overwritten; may not overlap x
     * @return the sum; 0 when {@code n = 0}, +∞ when it is above the float range
     * @throws NullPointerException when an array is null
     * @throws IllegalArgumentException when {@code n < 0}, or scratch overlaps x
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static float squaredNorm(int n, float[] x, int xOffset, float[] scratch, int scratchOffset) {
        Check.notNegative("n", n);
        Check.range("x", x, xOffset, n);
        Check.range("scratch", scratch, scratchOffset, SCRATCH);
        Check.disjoint("scratch", scratch, scratchOffset, SCRATCH, "x", x, xOffset, n);
        // A chunk's sum on its own has the bits that it has within a longer sum.
        float sum = 0f;
        for (int start = 0; start < n; start += FixedSum.CHUNK) {
            int part = Math.min(FixedSum.CHUNK, n - start);
            int done = VectorSupport.ENABLED
                    ? GradientClipVector.squares(part, x, xOffset + start, scratch, scratchOffset)
                    : 0;
            for (int i = done; i < part; i++) {
                float value = x[xOffset + start + i];
                scratch[scratchOffset + i] = value * value;
            }
            sum += FixedSum.sum(part, scratch, scratchOffset);
        }
        return sum;
    }

    /**
     * xᵢ ← xᵢ·factor, rounded once.
     *
     * @throws NullPointerException when x or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}
     * @throws IndexOutOfBoundsException when x does not hold {@code n} elements from its offset on
     */
    public static void scale(int n, float factor, float[] x, int xOffset, WorkerPool pool) {
        Check.notNegative("n", n);
        Check.range("x", x, xOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            scalePart(n, factor, x, xOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                scalePart(Math.min(TASK, n - task * TASK), factor, x, xOffset + task * TASK);
            });
        }
    }

    /**
     * xᵢ ← limit where xᵢ is above it, -limit where xᵢ is below that; NaN stays.
     *
     * @param limit above 0, or +∞
     * @throws NullPointerException when x or the pool is null
     * @throws IllegalArgumentException when {@code n < 0}, or limit is not above 0
     * @throws IndexOutOfBoundsException when x does not hold {@code n} elements from its offset on
     */
    public static void limit(int n, float limit, float[] x, int xOffset, WorkerPool pool) {
        Check.notNegative("n", n);
        if (!(limit > 0f)) {
            throw new IllegalArgumentException("limit = " + limit + ", allowed: above 0");
        }
        Check.range("x", x, xOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            limitPart(n, limit, x, xOffset);
        } else {
            pool.run(Math.ceilDiv(n, TASK), (task, slot) -> {
                limitPart(Math.min(TASK, n - task * TASK), limit, x, xOffset + task * TASK);
            });
        }
    }

    private static void scalePart(int n, float factor, float[] x, int offset) {
        int done = VectorSupport.ENABLED ? GradientClipVector.scale(n, factor, x, offset) : 0;
        for (int i = done; i < n; i++) {
            x[offset + i] *= factor;
        }
    }

    private static void limitPart(int n, float limit, float[] x, int offset) {
        int done = VectorSupport.ENABLED ? GradientClipVector.limit(n, limit, x, offset) : 0;
        for (int i = done; i < n; i++) {
            float value = x[offset + i];
            x[offset + i] = value > limit ? limit : value < -limit ? -limit : value;
        }
    }
}
