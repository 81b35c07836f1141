// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * A micro-kernel for products too small to pack: as {@link MicroKernel}, but both operands are read where they lie.
 *
 * @param name rows × vectors
 * @param rows of its tile
 * @param columns of its tile at most, in floats
 * @param least columns of its tile at least: where it may be narrower, the last vector ends with the tile and lies over the one before
 * @param body the loop itself
 */
public record InPlaceKernel(String name, int rows, int columns, int least, Body body) {
    /** The contract. */
    @FunctionalInterface
    public interface Body {
        /**
         * Computes a full tile.
         *
         * <pre>{@code  C[i, j] ← init[i, j] + Σ_p A[i, p] · B[p, j]     p = 0 … depth-1, one FMA chain per element}</pre>
         *
         * Rows of A, whose elements follow each other, and of B are {@code aRowStride} and {@code bRowStride} apart. Of A
         * the first {@code rows} are read; what the tile holds below them means nothing. It is {@code columns} wide.
         */
        void run(
                int depth,
                int rows,
                int columns,
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
}
