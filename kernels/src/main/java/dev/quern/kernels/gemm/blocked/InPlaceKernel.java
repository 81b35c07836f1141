// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * A micro-kernel for products too small to pack: as {@link MicroKernel}, but both operands are read where they lie. Each is a
 * class with the loop as its method, as a product may call it for a few dozen steps only: by way of an interface and a method
 * reference, which copies its arguments once more, a tile costs 3 to 5 ns more.
 */
public abstract sealed class InPlaceKernel
        permits InPlace4x6, InPlace4x4, InPlace6x3, InPlace8x2, InPlaceOverlap8x2, InPlace16x1, InPlace8x1, InPlace4x1 {
    private final String name;
    private final int rows;
    private final int columns;
    private final int least;

    InPlaceKernel(String name, int rows, int columns, int least) {
        this.name = name;
        this.rows = rows;
        this.columns = columns;
        this.least = least;
    }

    /** Rows × vectors. */
    public final String name() {
        return name;
    }

    /** Rows of its tile. */
    public final int rows() {
        return rows;
    }

    /** Columns of its tile at most, in floats. */
    public final int columns() {
        return columns;
    }

    /** Columns of its tile at least: where it may be narrower, the last vector ends with the tile and lies over the one before. */
    public final int least() {
        return least;
    }

    /**
     * Computes a full tile.
     *
     * <pre>{@code  C[i, j] ← init[i, j] + Σ_p A[i, p] · B[p, j]     p = 0 … depth-1, one FMA chain per element}</pre>
     *
     * Rows of A, whose elements follow each other, and of B are {@code aRowStride} and {@code bRowStride} apart. Of A
     * the first {@code tileRows} are read; what the tile holds below them means nothing. It is {@code tileColumns} wide.
     */
    public abstract void run(
            int depth,
            int tileRows,
            int tileColumns,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride);
}
