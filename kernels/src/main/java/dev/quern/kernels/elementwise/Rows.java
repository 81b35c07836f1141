// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.elementwise;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/** Arithmetic on the rows of row-major blocks. */
public final class Rows {
    /** Elements of one task of a pool. */
    private static final int TASK = 1 << 14;

    /** Shorter rows are copied by a loop: the call of arraycopy would take longer than the copy. */
    private static final int SHORT = 16;

    private Rows() {}

    /**
     * y[i, j] = x[i, j], where row i begins {@code i·stride} from the block's offset: a part of the columns of one matrix
     * becomes a part of those of another. The two must not overlap, but may lie side by side in one matrix.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when a size is negative, a stride shorter than a row or than 1, or the blocks
     *     overlap
     * @throws IndexOutOfBoundsException when an array does not hold its block
     */
    public static void copy(
            int rows,
            int columns,
            float[] x,
            int xOffset,
            int xStride,
            float[] y,
            int yOffset,
            int yStride,
            WorkerPool pool) {
        Check.notNegative("rows", rows);
        Check.notNegative("columns", columns);
        Check.atLeast("xStride", xStride, Math.max(1, columns));
        Check.atLeast("yStride", yStride, Math.max(1, columns));
        long xLength = extent(rows, columns, xStride);
        long yLength = extent(rows, columns, yStride);
        Check.range("x", x, xOffset, xLength);
        Check.range("y", y, yOffset, yLength);
        Check.disjointBlocks("y", y, yOffset, columns, yStride, yLength, "x", x, xOffset, columns, xStride, xLength);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1 || columns == 0) {
            copyPart(0, rows, columns, x, xOffset, xStride, y, yOffset, yStride);
        } else {
            int perTask = Math.max(1, TASK / columns);
            pool.run(Math.ceilDiv(rows, perTask), (task, slot) -> {
                int first = task * perTask;
                int end = Math.min(first + perTask, rows);
                copyPart(first, end, columns, x, xOffset, xStride, y, yOffset, yStride);
            });
        }
    }

    private static long extent(int rows, int columns, int stride) {
        return rows == 0 || columns == 0 ? 0 : (rows - 1L) * stride + columns;
    }

    private static void copyPart(
            int first, int end, int columns, float[] x, int xOffset, int xStride, float[] y, int yOffset, int yStride) {
        for (int row = first; row < end; row++) {
            int from = xOffset + row * xStride;
            int to = yOffset + row * yStride;
            if (columns >= SHORT) {
                System.arraycopy(x, from, y, to, columns);
            } else {
                for (int j = 0; j < columns; j++) {
                    y[to + j] = x[from + j];
                }
            }
        }
    }

    /**
     * y[i, j] = x[i, j] + row[j] for {@code rows} rows of {@code columns} without gaps, rounded once. In place when y is x
     * at the same offset.
     *
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when a size is negative, {@code rows·columns} is above 2³¹-1, y overlaps x without
     *     being the same range, or y overlaps row
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void addToEach(
            int rows,
            int columns,
            float[] x,
            int xOffset,
            float[] row,
            int rowOffset,
            float[] y,
            int yOffset,
            WorkerPool pool) {
        long product = (long) Check.notNegative("rows", rows) * Check.notNegative("columns", columns);
        if (product > Integer.MAX_VALUE) {
            Check.product("rows·columns", rows, columns);
        }
        Check.range("x", x, xOffset, product);
        Check.range("row", row, rowOffset, columns);
        Check.range("y", y, yOffset, product);
        Check.disjointOrSame("y", y, yOffset, "x", x, xOffset, product);
        Check.disjoint("y", y, yOffset, product, "row", row, rowOffset, columns);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1 || columns == 0) {
            addPart(0, rows, columns, x, xOffset, row, rowOffset, y, yOffset);
        } else {
            int perTask = Math.max(1, TASK / columns);
            pool.run(Math.ceilDiv(rows, perTask), (task, slot) -> {
                int first = task * perTask;
                int end = Math.min(first + perTask, rows);
                addPart(first, end, columns, x, xOffset, row, rowOffset, y, yOffset);
            });
        }
    }

    private static void addPart(
            int first,
            int end,
            int columns,
            float[] x,
            int xOffset,
            float[] row,
            int rowOffset,
            float[] y,
            int yOffset) {
        for (int i = first; i < end; i++) {
            int from = xOffset + i * columns;
            int to = yOffset + i * columns;
            int done = VectorSupport.ENABLED ? ElementWiseVector.add(columns, x, from, row, rowOffset, y, to) : 0;
            for (int j = done; j < columns; j++) {
                y[to + j] = x[from + j] + row[rowOffset + j];
            }
        }
    }
}
