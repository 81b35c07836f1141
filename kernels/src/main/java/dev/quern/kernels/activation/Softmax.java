// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.reduce.Maximum;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * Softmax over the rows of a row-major {@code rows × columns} block.
 *
 * <p>Forward, for each row: m = max xⱼ (NaN passed over), eⱼ = exp(xⱼ - m) with this library's own exp, s = Σ eⱼ by the
 * fixed scheme (chunks of 1024, 16 lanes), yⱼ = eⱼ / s; each operation rounds once. A row with NaN or +∞ in it, or with
 * nothing but -∞, is NaN throughout.
 *
 * <p>Backward, for each row: pⱼ = yⱼ·dyⱼ, s = Σ pⱼ by the fixed scheme, dxⱼ = yⱼ·(dyⱼ - s); each operation rounds once.
 */
public final class Softmax {
    /** Elements of one task: what is read, written and read again stays in the first-level cache. */
    private static final int TASK = 4096;

    /** Elements of one task where a row's passes overlap with those of its neighbours. */
    private static final int WIDE_TASK = 1 << 14;

    private Softmax() {}

    /**
     * y = softmax(x), row by row. In place when y is x at the same offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when a size is negative, {@code rows·columns} is above 2³¹-1, or y overlaps x
     *     without being the same range
     * @throws IndexOutOfBoundsException when an array does not hold the block from its offset on
     */
    public static void forward(int rows, int columns, float[] x, int xOffset, float[] y, int yOffset, WorkerPool pool) {
        int n = elements(rows, columns);
        Check.range("x", x, xOffset, n);
        Check.range("y", y, yOffset, n);
        Check.disjointOrSame("y", y, yOffset, "x", x, xOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        boolean wide = VectorSupport.ENABLED && SoftmaxVector.servesRows(columns);
        if (wide && pool.threads() == 1) {
            SoftmaxVector.rows(rows, columns, x, xOffset, y, yOffset);
            return;
        }
        int perTask = wide ? Math.max(1, WIDE_TASK / columns) : rowsPerTask(columns);
        int tasks = Math.ceilDiv(rows, perTask);
        if (pool.threads() == 1) {
            for (int task = 0; task < tasks; task++) {
                forwardPart(wide, task * perTask, perTask, rows, columns, x, xOffset, y, yOffset);
            }
        } else {
            pool.run(
                    tasks,
                    (task, slot) -> forwardPart(wide, task * perTask, perTask, rows, columns, x, xOffset, y, yOffset));
        }
    }

    /**
     * dx from the output y and its gradient dy, row by row.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when a size is negative, {@code rows·columns} is above 2³¹-1, or dx overlaps y or
     *     dy
     * @throws IndexOutOfBoundsException when an array does not hold the block from its offset on
     */
    public static void backward(
            int rows,
            int columns,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset,
            WorkerPool pool) {
        int n = elements(rows, columns);
        Check.range("y", y, yOffset, n);
        Check.range("dy", dy, dyOffset, n);
        Check.range("dx", dx, dxOffset, n);
        Check.disjoint("dx", dx, dxOffset, n, "y", y, yOffset, n);
        Check.disjoint("dx", dx, dxOffset, n, "dy", dy, dyOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        int perTask = rowsPerTask(columns);
        int tasks = Math.ceilDiv(rows, perTask);
        if (pool.threads() == 1) {
            for (int task = 0; task < tasks; task++) {
                backwardPart(task * perTask, perTask, rows, columns, y, yOffset, dy, dyOffset, dx, dxOffset);
            }
        } else {
            pool.run(tasks, (task, slot) -> {
                backwardPart(task * perTask, perTask, rows, columns, y, yOffset, dy, dyOffset, dx, dxOffset);
            });
        }
    }

    static int elements(int rows, int columns) {
        long product = (long) Check.notNegative("rows", rows) * Check.notNegative("columns", columns);
        if (product > Integer.MAX_VALUE) {
            Check.product("rows·columns", rows, columns);
        }
        return (int) product;
    }

    private static int rowsPerTask(int columns) {
        return Math.max(1, TASK / Math.max(1, columns));
    }

    private static void forwardPart(
            boolean wide, int first, int most, int rows, int columns, float[] x, int xOffset, float[] y, int yOffset) {
        int part = Math.min(most, rows - first);
        int xStart = xOffset + first * columns;
        int yStart = yOffset + first * columns;
        if (wide) {
            SoftmaxVector.rows(part, columns, x, xStart, y, yStart);
        } else {
            narrowRows(part, columns, x, xStart, y, yStart);
        }
    }

    /** Over all rows at once where that is possible: rows shorter than a vector would otherwise leave it unused. */
    private static void narrowRows(int part, int columns, float[] x, int xStart, float[] y, int yStart) {
        int farthest = 0;
        for (int row = 0; row < part; row++) {
            int xRow = xStart + row * columns;
            int yRow = yStart + row * columns;
            float max = Maximum.of(columns, x, xRow);
            int distance = VectorSupport.ENABLED
                    ? SoftmaxVector.subtract(columns, x, xRow, max, y, yRow)
                    : SoftmaxScalar.subtract(columns, x, xRow, max, y, yRow);
            farthest = Math.max(farthest, distance);
        }
        // With nothing near the subnormals, which is usual, exp and quotient have shorter ways to the same bits.
        boolean normal = Float.intBitsToFloat(farthest) <= -ScalarMath.EXP_NORMAL;
        if (!VectorSupport.ENABLED) {
            ScalarMath.exp(part * columns, y, yStart, y, yStart);
        } else if (normal) {
            VectorMath.expNormal(part * columns, y, yStart, y, yStart);
        } else {
            VectorMath.exp(part * columns, y, yStart, y, yStart);
        }
        for (int row = 0; row < part; row++) {
            int yRow = yStart + row * columns;
            float sum = FixedSum.sum(columns, y, yRow);
            if (!VectorSupport.ENABLED) {
                SoftmaxScalar.divide(columns, y, yRow, sum);
            } else if (normal) {
                SoftmaxVector.divideNormal(columns, y, yRow, sum);
            } else {
                SoftmaxVector.divide(columns, y, yRow, sum);
            }
        }
    }

    private static void backwardPart(
            int first,
            int most,
            int rows,
            int columns,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        int end = Math.min(first + most, rows);
        for (int row = first; row < end; row++) {
            int yRow = yOffset + row * columns;
            int dyRow = dyOffset + row * columns;
            int dxRow = dxOffset + row * columns;
            if (VectorSupport.ENABLED) {
                SoftmaxVector.multiply(columns, y, yRow, dy, dyRow, dx, dxRow);
                float sum = FixedSum.sum(columns, dx, dxRow);
                SoftmaxVector.weigh(columns, y, yRow, dy, dyRow, sum, dx, dxRow);
            } else {
                SoftmaxScalar.multiply(columns, y, yRow, dy, dyRow, dx, dxRow);
                float sum = FixedSum.sum(columns, dx, dxRow);
                SoftmaxScalar.weigh(columns, y, yRow, dy, dyRow, sum, dx, dxRow);
            }
        }
    }
}
