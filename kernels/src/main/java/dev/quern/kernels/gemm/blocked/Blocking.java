// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * The block sizes of the five loops. They decide which cache an operand is read from, and never a bit of the result:
 * every element's chain runs over k in ascending order whatever the blocks.
 */
final class Blocking {
    /** Depth of a block: a panel of B this deep stays in the first-level cache while an A block passes. */
    static final int KC = 256;

    /** Rows of an A block: MC × KC floats stay in the second-level cache while all panels of B pass. */
    static final int MC = 168 / MicroKernels.ROWS * MicroKernels.ROWS;

    /** Columns of a packed block of B, whole panels. */
    static final int NC = 2048 / MicroKernels.COLUMNS * MicroKernels.COLUMNS;

    private Blocking() {}
}
