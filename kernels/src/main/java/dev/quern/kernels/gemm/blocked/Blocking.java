// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * The block sizes of the five loops. They decide which cache an operand is read from, and never a bit of the result:
 * every element's chain runs over k in ascending order whatever the blocks.
 */
final class Blocking {
    /** Depth of a block of A and B: a B panel of this depth comes from the first- or second-level cache. */
    static final int KC = 256;

    /** Rows of an A block: MC × KC floats stay in the second-level cache while all panels pass. */
    static final int MC = 28 * MicroKernels.ROWS;

    /** Columns of a packed block of B, a multiple of the wide panel. */
    static final int NC = Math.max(1, 2048 / MicroKernels.WIDE.columns()) * MicroKernels.WIDE.columns();

    private Blocking() {}
}
