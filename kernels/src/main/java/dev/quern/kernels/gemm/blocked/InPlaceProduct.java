// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import java.util.Arrays;

/**
 * A product that is too small or too narrow to be worth packing: tiles of {@link InPlaceKernel}s, columns outermost, so
 * that what a tile reads of B stays in the first-level cache.
 *
 * <p>The last tile of a row or column moves back rather than leave the operands. Where C is not read, it simply computes
 * some elements again, to the same bits; else only the new ones are copied from a scratch tile.
 */
final class InPlaceProduct {
    private static final int NR = MicroKernels.COLUMNS;
    private static final int NARROWEST = MicroKernels.IN_PLACE_COLUMNS;

    /** Rows from which on tiles share what they read of B. */
    private static final int ROWS_THAT_SHARE = 12;

    /** Floats of scratch memory. */
    private static final int SCRATCH = Blocking.MC * MicroKernel.SLIVER_STRIDE;

    /** Floats between copied rows of A: what makes them may write so far beyond a row. */
    private static final int SLACK = MicroKernel.SLIVER_STRIDE - Blocking.KC;

    /** The start of plain products; never written. */
    private static final float[] ZEROS = new float[2 * NR];

    private InPlaceProduct() {}

    /** Rows of A, over the whole depth, that there is room for beside a widened B. */
    static int rowsThatFit(int columns, int depth) {
        int taken = columns < NARROWEST ? depth * NARROWEST : 0;
        return (SCRATCH - taken) / (depth + SLACK);
    }

    /**
     * Computes it.
     *
     * @param scratch {@value #SCRATCH} floats, for rows of A that do not lie in order and a B narrower than any tile
     * @param zeros as many as the widest tile has columns
     * @param tile room for any tile
     */
    static void run(Operands o, int rows, int columns, float[] scratch, float[] zeros, float[] tile) {
        if (widensB(o, columns)) {
            widenB(o, columns, scratch);
        }
        boolean inOrder = o.rowSource == null && o.aColumnStride == 1;
        if (inOrder && isDeep(o, rows, columns)) {
            deep(o, rows, columns, scratch, zeros);
        } else if (inOrder) {
            rows(o, 0, rows, columns, zeros, tile);
        } else {
            copiedRows(o, rows, columns, scratch, zeros, tile);
        }
        o.finish(rows, columns, o.cOffset);
    }

    /** Whether {@link #direct} serves: all tiles are full. */
    static boolean isDirect(int rows, int columns, int depth) {
        return rows >= MicroKernels.IN_PLACE_ROWS && columns >= NARROWEST && Route.isNarrow(columns, depth);
    }

    /** The product of operands whose rows are in order, from +0 and to C itself: what small ones spend on naming operands is left out. */
    static void direct(
            int rows,
            int columns,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] c,
            int cOffset,
            int ldc) {
        for (int j = 0; j < columns; ) {
            InPlaceKernel kernel = MicroKernels.inPlaceFor(rows, columns, j);
            int first = Math.min(j, columns - kernel.least());
            int end = Math.min(columns, first + kernel.columns());
            int width = end - first;
            int height = kernel.rows();
            for (int row = 0; row < rows; row += height) {
                int i = Math.min(row, rows - height);
                kernel.run(
                        depth,
                        height,
                        width,
                        a,
                        aOffset + i * aRowStride,
                        aRowStride,
                        b,
                        bOffset + first,
                        bRowStride,
                        ZEROS,
                        0,
                        0,
                        c,
                        cOffset + i * ldc + first,
                        ldc);
            }
            j = end;
        }
    }

    /**
     * The same for less than a vector of columns and a C without gaps: tiles are copied to it in one piece.
     *
     * @return whether it is such a product; else nothing is done
     */
    static boolean narrow(
            int rows,
            int columns,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] c,
            int cOffset,
            float[] scratch,
            float[] tile) {
        float[] right = b;
        int rightOffset = bOffset;
        if (b.length - NARROWEST - bOffset < (depth - 1) * bRowStride) {
            if (bRowStride != columns || depth * columns > SCRATCH - NARROWEST) {
                return false;
            }
            // The vector of a row ends in the next one, or behind the last.
            System.arraycopy(b, bOffset, scratch, 0, depth * columns);
            right = scratch;
            rightOffset = 0;
        }
        InPlaceKernel kernel = MicroKernels.inPlaceFor(rows, columns, 0);
        int height = Math.min(rows, kernel.rows());
        for (int row = 0; row < rows; row += height) {
            int i = Math.min(row, rows - height);
            kernel.run(
                    depth,
                    height,
                    NARROWEST,
                    a,
                    aOffset + i * aRowStride,
                    aRowStride,
                    right,
                    rightOffset,
                    bRowStride,
                    ZEROS,
                    0,
                    0,
                    tile,
                    0,
                    columns);
            System.arraycopy(tile, 0, c, cOffset + i * columns, height * columns);
        }
        return true;
    }

    /** Whether {@link #narrow} may serve: a pair of rows, a column and C with gaps have ways of their own. */
    static boolean isNarrow(int rows, int columns, int depth, int ldc) {
        return rows > 2 && columns > 1 && columns < NARROWEST && ldc == columns && Route.isNarrow(columns, depth);
    }

    private static void copiedRows(Operands o, int rows, int columns, float[] scratch, float[] zeros, float[] tile) {
        float[] from = o.a;
        int offset = o.aOffset;
        int rowStride = o.aRowStride;
        o.a = scratch;
        o.aRowStride = o.k + SLACK;
        int columnStride = o.aColumnStride;
        o.aColumnStride = 1;
        int step = rowsThatFit(columns, o.k);
        for (int ic = 0; ic < rows; ic += step) {
            int mc = Math.min(step, rows - ic);
            if (o.rowSource != null) {
                o.rowSource.pack(ic, mc, 0, o.k, scratch, o.aRowStride);
            } else {
                int block = offset + ic * rowStride;
                Packing.packA(mc, o.k, from, block, rowStride, columnStride, scratch, o.aRowStride);
            }
            o.aOffset = -ic * o.aRowStride;
            rows(o, ic, ic + mc, columns, zeros, tile);
        }
    }

    /**
     * Whether several tiles read more of B than the first-level cache holds, four vectors wide over the whole depth; of up to a
     * panel and a half, {@link MicroKernels#ACROSS} and its like do with reading it fewer times.
     */
    private static boolean isDeep(Operands o, int rows, int columns) {
        return o.beta == 0f
                && columns >= NR
                && !MicroKernels.inTwoTiles(columns)
                && rows >= ROWS_THAT_SHARE
                && (long) NR * o.k > Route.NEAR_B
                && !Route.sharesSets(o.bRowStride);
    }

    /** By blocks of the depth: tiles of a column go on from sums apart from C, as those of the next column may lie over them. */
    private static void deep(Operands o, int rows, int columns, float[] sums, float[] zeros) {
        int step = Blocking.depth(o.k);
        for (int j = 0; j < columns; ) {
            InPlaceKernel kernel = MicroKernels.inPlaceFor(rows, columns, j);
            int first = Math.min(j, columns - kernel.least());
            int end = Math.min(columns, first + kernel.columns());
            for (int pc = 0; pc < o.k; pc += step) {
                int kc = Math.min(step, o.k - pc);
                for (int row = 0; row < rows; row += kernel.rows()) {
                    int i = Math.max(0, Math.min(row, rows - kernel.rows()));
                    deepTile(
                            o,
                            kernel,
                            i,
                            Math.min(rows, kernel.rows()),
                            first,
                            end - first,
                            pc,
                            kc,
                            sums,
                            row * NR,
                            zeros);
                }
            }
            j = end;
        }
    }

    private static void deepTile(
            Operands o,
            InPlaceKernel kernel,
            int i,
            int rows,
            int j,
            int columns,
            int pc,
            int kc,
            float[] sums,
            int sumsOffset,
            float[] zeros) {
        boolean plain = pc == 0 && o.bias == null;
        if (pc == 0 && !plain) {
            o.fillStart(i, rows, j, columns, sums, sumsOffset, NR);
        }
        boolean last = pc + kc == o.k;
        kernel.run(
                kc,
                rows,
                columns,
                o.a,
                o.aOffset + i * o.aRowStride + pc,
                o.aRowStride,
                o.b,
                o.bOffset + pc * o.bRowStride + j,
                o.bRowStride,
                plain ? zeros : sums,
                plain ? 0 : sumsOffset,
                plain ? 0 : NR,
                last ? o.c : sums,
                last ? o.cOffset + i * o.ldc + j : sumsOffset,
                last ? o.ldc : NR);
    }

    /** Rows {@code [top, bottom)} of C. */
    private static void rows(Operands o, int top, int bottom, int columns, float[] zeros, float[] tile) {
        if (MicroKernels.inTwoTiles(columns)) {
            int paired = MicroKernels.rowsInPair(bottom - top, columns);
            int across = MicroKernels.rowsAcross(bottom - top, columns);
            bottom -= paired + across;
            if (paired > 0) {
                NearPair.pair(o, bottom, paired, columns, zeros, tile);
            }
            tiles(o, MicroKernels.ACROSS, bottom, bottom + across, 0, columns, zeros, tile);
        }
        for (int j = 0; j < columns; ) {
            j = tiles(o, MicroKernels.inPlaceFor(bottom - top, columns, j), top, bottom, j, columns, zeros, tile);
        }
    }

    /** Rows {@code [top, bottom)} of the tiles from column {@code j} on; returns the column behind them. */
    private static int tiles(
            Operands o, InPlaceKernel kernel, int top, int bottom, int j, int columns, float[] zeros, float[] tile) {
        boolean again = o.beta == 0f;
        int first = Math.max(0, Math.min(j, columns - kernel.least()));
        int end = Math.min(columns, first + kernel.columns());
        for (int row = top; row < bottom; row += kernel.rows()) {
            int i = again ? Math.max(top, Math.min(row, bottom - kernel.rows())) : row;
            int height = Math.min(kernel.rows(), bottom - i);
            tile(o, kernel, i, height, first, again ? first : j, end, zeros, tile);
        }
        return end;
    }

    /** Whether B is narrower than any tile, and its array ends with it: else vectors may reach into what lies beside it. */
    static boolean widensB(Operands o, int columns) {
        return columns < NARROWEST && (o.b == null || o.b.length - NARROWEST - o.bOffset < (o.k - 1) * o.bRowStride);
    }

    /**
     * Copies a B that is narrower than any tile, with anything beside it, to the end of the scratch memory: whole vectors
     * where they are within B. What a kernel makes of columns that do not exist is thrown away.
     */
    private static void widenB(Operands o, int columns, float[] scratch) {
        int start = SCRATCH - o.k * NARROWEST;
        if (o.bRowStride == columns) {
            // The vector of a row ends in the next one, or behind the last.
            System.arraycopy(o.b, o.bOffset, scratch, start, o.k * columns);
            o.b = scratch;
            o.bOffset = start;
            return;
        }
        int done = PackingVector.rows(o.k, columns, o.b, o.bOffset, o.bRowStride, scratch, start, NARROWEST);
        for (int p = done; p < o.k; p++) {
            int row = start + p * NARROWEST;
            System.arraycopy(o.b, o.bOffset + p * o.bRowStride, scratch, row, columns);
            Arrays.fill(scratch, row + columns, row + NARROWEST, 0f);
        }
        o.b = scratch;
        o.bOffset = start;
        o.bRowStride = NARROWEST;
    }

    /** Columns {@code [j, end)} of a tile that starts at column {@code first}. */
    private static void tile(
            Operands o, InPlaceKernel kernel, int i, int rows, int first, int j, int end, float[] zeros, float[] tile) {
        int columns = Math.max(end - first, kernel.least());
        boolean full = rows == kernel.rows() && end - j == columns;
        float[] init = tile;
        int initOffset = 0;
        int initStride = kernel.columns();
        if (o.beta == 0f && o.bias == null) {
            init = zeros;
            initStride = 0;
        } else if (o.beta == 0f && !o.biasAlongM && end - first == columns) {
            init = o.bias;
            initOffset = o.biasOffset + first;
            initStride = 0;
        } else {
            o.fillStart(i, rows, first, end - first, tile, 0, initStride);
        }
        int cTile = o.cOffset + i * o.ldc + j;
        float[] out = full ? o.c : tile;
        int outOffset = full ? cTile : 0;
        // Rows of a tile are written in order, each over what the one before has left beside its columns.
        boolean inOnePiece = !full && j == first && end - j == o.ldc;
        int outStride = full || inOnePiece ? o.ldc : kernel.columns();
        int left = o.aOffset + i * o.aRowStride;
        int right = o.bOffset + first;
        kernel.run(
                o.k,
                rows,
                columns,
                o.a,
                left,
                o.aRowStride,
                o.b,
                right,
                o.bRowStride,
                init,
                initOffset,
                initStride,
                out,
                outOffset,
                outStride);
        if (inOnePiece) {
            System.arraycopy(tile, 0, o.c, cTile, rows * o.ldc);
        } else if (!full) {
            Operands.copyRows(rows, end - j, tile, j - first, outStride, o.c, cTile, o.ldc);
        }
    }
}
