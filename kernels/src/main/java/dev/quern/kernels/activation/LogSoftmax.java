// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.reduce.Maximum;
import dev.quern.kernels.vector.ScalarLog;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * The logarithm of {@link Softmax} over the rows of a row-major {@code rows × columns} block, without the underflow of
 * taking one after the other.
 *
 * <p>Forward, for each row: m = max xⱼ (NaN passed over), eⱼ = exp(xⱼ - m) and l = ln Σ eⱼ with this library's own exp
 * and ln and its fixed scheme of sums, yⱼ = (xⱼ - m) - l; each operation rounds once. A row with NaN or +∞ in it, or
 * with nothing but -∞, is NaN throughout.
 *
 * <p>Backward, for each row: s = Σ dyⱼ by the fixed scheme, dxⱼ = fma(-exp(yⱼ), s, dyⱼ).
 */
public final class LogSoftmax {
    /** Elements of one task: what is read, written and read again stays in the first-level cache. */
    private static final int TASK = 4096;

    private LogSoftmax() {}

    /**
     * y = ln softmax(x), row by row.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when a size is negative, {@code rows·columns} is above 2³¹-1, or y overlaps x
     * @throws IndexOutOfBoundsException when an array does not hold the block from its offset on
     */
    public static void forward(int rows, int columns, float[] x, int xOffset, float[] y, int yOffset, WorkerPool pool) {
        int n = Softmax.elements(rows, columns);
        Check.range("x", x, xOffset, n);
        Check.range("y", y, yOffset, n);
        Check.disjoint("y", y, yOffset, n, "x", x, xOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            forwardPart(0, rows, columns, x, xOffset, y, yOffset);
        } else {
            int perTask = rowsPerTask(columns);
            pool.run(Math.ceilDiv(rows, perTask), (task, slot) -> {
                int first = task * perTask;
                forwardPart(first, Math.min(first + perTask, rows), columns, x, xOffset, y, yOffset);
            });
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
        int n = Softmax.elements(rows, columns);
        Check.range("y", y, yOffset, n);
        Check.range("dy", dy, dyOffset, n);
        Check.range("dx", dx, dxOffset, n);
        Check.disjoint("dx", dx, dxOffset, n, "y", y, yOffset, n);
        Check.disjoint("dx", dx, dxOffset, n, "dy", dy, dyOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            backwardPart(0, rows, columns, y, yOffset, dy, dyOffset, dx, dxOffset);
        } else {
            int perTask = rowsPerTask(columns);
            pool.run(Math.ceilDiv(rows, perTask), (task, slot) -> {
                int first = task * perTask;
                int end = Math.min(first + perTask, rows);
                backwardPart(first, end, columns, y, yOffset, dy, dyOffset, dx, dxOffset);
            });
        }
    }

    private static int rowsPerTask(int columns) {
        return Math.max(1, TASK / Math.max(1, columns));
    }

    private static void forwardPart(int first, int end, int columns, float[] x, int xOffset, float[] y, int yOffset) {
        for (int row = first; row < end; row++) {
            int from = xOffset + row * columns;
            int to = yOffset + row * columns;
            if (VectorSupport.ENABLED && SoftmaxVector.servesRows(columns)) {
                SoftmaxVector.logRow(columns, x, from, y, to);
                continue;
            }
            float max = Maximum.of(columns, x, from);
            if (VectorSupport.ENABLED) {
                SoftmaxVector.subtract(columns, x, from, max, y, to);
                VectorMath.exp(columns, y, to, y, to);
                float log = ScalarLog.ofOneOrMore(FixedSum.sum(columns, y, to));
                SoftmaxVector.subtractBoth(columns, x, from, max, log, y, to);
            } else {
                SoftmaxScalar.subtract(columns, x, from, max, y, to);
                ScalarMath.exp(columns, y, to, y, to);
                float log = ScalarLog.ofOneOrMore(FixedSum.sum(columns, y, to));
                SoftmaxScalar.subtractBoth(columns, x, from, max, log, y, to);
            }
        }
    }

    private static void backwardPart(
            int first,
            int end,
            int columns,
            float[] y,
            int yOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset) {
        for (int row = first; row < end; row++) {
            int yRow = yOffset + row * columns;
            int dyRow = dyOffset + row * columns;
            int dxRow = dxOffset + row * columns;
            float sum = FixedSum.sum(columns, dy, dyRow);
            if (VectorSupport.ENABLED) {
                VectorMath.exp(columns, y, yRow, dx, dxRow);
                SoftmaxVector.lessShare(columns, dy, dyRow, sum, dx, dxRow);
            } else {
                ScalarMath.exp(columns, y, yRow, dx, dxRow);
                SoftmaxScalar.lessShare(columns, dy, dyRow, sum, dx, dxRow);
            }
        }
    }
}
