// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * The block sizes of the five loops. They decide which cache an operand is read from, and never a bit of the result:
 * every element's chain runs over k in ascending order whatever the blocks.
 */
final class Blocking {
    /**
     * Depth of a block at most: a panel of B this deep, 32 KB with 64 columns, stays in the first-level cache while the
     * slivers of A pass.
     */
    static final int KC = 128;

    /** Rows of a block at most: 300 KB of copied A, half of what a second-level cache may give to A and C together. */
    static final int MC = 516 / MicroKernels.ROWS * MicroKernels.ROWS;

    /** Floats of a block of C, 1 MB: it stays in the second-level cache while the depth passes. */
    private static final int C_BLOCK = 1 << 18;

    private static final int NC = 1024 / MicroKernels.COLUMNS * MicroKernels.COLUMNS;

    /** Floats of packed B at most, 16 MB, unless one panel alone is more: it is to stay in the last-level cache. */
    private static final int PACKED = 1 << 22;

    private Blocking() {}

    /** NC, the columns of a packed block of B {@code depth} rows deep: whole panels. */
    static int columns(int depth) {
        int fit = PACKED / Math.max(1, depth) / MicroKernels.COLUMNS * MicroKernels.COLUMNS;
        return Math.clamp(fit, MicroKernels.COLUMNS, NC);
    }

    /** The rows of a block whose product has so many columns. */
    static int rows(int columns) {
        int fit = Math.ceilDiv(C_BLOCK / Math.max(1, columns), MicroKernels.ROWS) * MicroKernels.ROWS;
        return Math.min(fit, MC);
    }

    /** The depth of each block but perhaps the last, so that all are about as deep: 576 is 5 × 116, not 4 × 128 + 64. */
    static int depth(int k) {
        return Math.ceilDiv(k, Math.max(1, Math.ceilDiv(k, KC)));
    }
}
