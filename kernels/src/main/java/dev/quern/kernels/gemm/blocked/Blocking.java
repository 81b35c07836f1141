// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * The block sizes of the five loops. They decide which cache an operand is read from, and never a bit of the result:
 * every element's chain runs over k in ascending order whatever the blocks.
 */
final class Blocking {
    /** {@link MicroKernel#DEPTH}. */
    static final int KC = MicroKernel.DEPTH;

    /** Rows of a block at most: 300 KB of copied A, half of what a second-level cache may give to A and C together. */
    static final int MC = 516 * 128 / KC / MicroKernels.ROWS * MicroKernels.ROWS;

    /** Columns of a block: with {@link #MC} rows its sums take 1 MB, and stay in the second-level cache while the depth passes. */
    static final int NC = 512 / MicroKernels.COLUMNS * MicroKernels.COLUMNS;

    /** Rows of a block that are read in place: from one block of the depth to the next, what was fetched of them stays near. */
    private static final int ROWS_IN_PLACE = 192 / MicroKernels.ROWS * MicroKernels.ROWS;

    /** Blocks of packed B that a thread has room for, 512 KB: they are to stay in the second-level cache. */
    static final int ROOM = (1 << 17) / (KC * MicroKernels.COLUMNS);

    /** Panels up to which a sliver is read in place: copying it for so few costs more, as A comes from a far cache. */
    private static final int PANELS_IN_PLACE = 4;

    /** Bytes of an operand that no second-level cache holds. */
    private static final long FAR = 1 << 21;

    private Blocking() {}

    /** Whether an operand of so many floats comes from the last-level cache or from memory. */
    static boolean isFar(long floats) {
        return floats * Packing.FLOAT > FAR;
    }

    /** Whether tiles of full height read A where it lies. */
    static boolean readsInPlace(Operands o, int columns) {
        return MicroKernels.READ_IN_PLACE
                && o.rowSource == null
                && !o.aPacked
                && o.aColumnStride == 1
                && columns <= PANELS_IN_PLACE * MicroKernels.COLUMNS;
    }

    /** Whether LOOP 2 packs a plain B: one block of rows is all there is, or there is no room for the whole depth. */
    static boolean packsOnTheWay(Operands o, int rows, int columns) {
        int across = Panels.across(Math.min(columns, columns(rows)));
        return o.packed == null && (rows <= rows(o, columns) || (long) across * Math.max(1, depthBlocks(o.k)) > ROOM);
    }

    /**
     * Whether it leaves full panels to be packed by their first tiles, which read B as it is. From far away a tile would
     * fetch a few lines of each row; packed in groups of panels, rows are read in long runs, which are fetched ahead.
     */
    static boolean packsInTiles(Operands o, int rows, int columns) {
        return MicroKernels.PACK_IN_TILES
                && rows >= MicroKernels.ROWS
                && columns >= MicroKernels.COLUMNS
                && o.alpha == 1f
                && o.bColumnStride == 1
                && !isFar((long) columns * o.k)
                && packsOnTheWay(o, rows, columns);
    }

    /** The rows of a block. */
    static int rows(Operands o, int columns) {
        boolean packsAgain = o.packed == null && (long) Panels.across(columns) * depthBlocks(o.k) > ROOM;
        return readsInPlace(o, columns) && !packsAgain ? ROWS_IN_PLACE : MC;
    }

    /** The columns of a block: twice as many where half the rows are all there are, so that more of a row of B is read in a run. */
    static int columns(int rows) {
        return rows <= MC / 2 / MicroKernels.ROWS * MicroKernels.ROWS ? 2 * NC : NC;
    }

    /** The depth of each block but perhaps the last, so that all are about as deep: 576 is 5 × 116, not 4 × 128 + 64. */
    static int depth(int k) {
        return Math.max(1, Math.ceilDiv(k, Math.max(1, depthBlocks(k))));
    }

    static int depthBlocks(int k) {
        return Math.ceilDiv(k, KC);
    }
}
