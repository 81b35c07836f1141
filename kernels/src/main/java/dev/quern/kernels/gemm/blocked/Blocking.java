// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * The block sizes of the five loops. They decide which cache an operand is read from, and never a bit of the result:
 * every element's chain runs over k in ascending order whatever the blocks.
 */
final class Blocking {
    /** Depth of a block: a panel of B this deep comes from the first or second-level cache while an A block passes. */
    static final int KC = 512;

    /** Rows of a block: MC × KC of A and MC × NC of C stay in the second-level cache together. */
    static final int MC = 96 / MicroKernels.ROWS * MicroKernels.ROWS;

    private static final int NC = 1024 / MicroKernels.COLUMNS * MicroKernels.COLUMNS;

    /** Floats of packed B at most, 16 MB, unless one panel alone is more: it is to stay in the last-level cache. */
    private static final int PACKED = 1 << 22;

    private Blocking() {}

    /** NC, the columns of a packed block of B {@code depth} rows deep: whole panels. */
    static int columns(int depth) {
        int fit = PACKED / Math.max(1, depth) / MicroKernels.COLUMNS * MicroKernels.COLUMNS;
        return Math.clamp(fit, MicroKernels.COLUMNS, NC);
    }
}
