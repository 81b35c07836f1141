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

    private InPlaceProduct() {}

    /**
     * Computes it.
     *
     * @param scratch room for a B that is narrower than any tile
     * @param zeros as many as the widest tile has columns
     * @param tile room for any tile
     */
    static void run(Operands o, int rows, int columns, float[] scratch, float[] zeros, float[] tile) {
        if (columns < NARROWEST) {
            widenB(o, columns, scratch);
        }
        boolean again = o.beta == 0f;
        for (int j = 0; j < columns; ) {
            InPlaceKernel kernel = MicroKernels.inPlaceFor(columns, j);
            int first = Math.max(0, Math.min(j, columns - kernel.columns()));
            int end = Math.min(columns, first + kernel.columns());
            for (int i = 0; i < rows; i += kernel.rows()) {
                int top = again ? Math.max(0, Math.min(i, rows - kernel.rows())) : i;
                int height = Math.min(kernel.rows(), rows - top);
                tile(o, kernel, top, height, first, again ? first : j, end, zeros, tile);
            }
            j = end;
        }
        o.activate(rows, columns, o.cOffset);
    }

    /** Copies a B that is narrower than any tile, with zeros beside it. */
    private static void widenB(Operands o, int columns, float[] scratch) {
        for (int p = 0; p < o.k; p++) {
            int row = p * NARROWEST;
            System.arraycopy(o.b, o.bOffset + p * o.bRowStride, scratch, row, columns);
            Arrays.fill(scratch, row + columns, row + NARROWEST, 0f);
        }
        o.b = scratch;
        o.bOffset = 0;
        o.bRowStride = NARROWEST;
    }

    /** Columns {@code [j, end)} of a tile that starts at column {@code first}. */
    private static void tile(
            Operands o, InPlaceKernel kernel, int i, int rows, int first, int j, int end, float[] zeros, float[] tile) {
        boolean full = rows == kernel.rows() && end - j == kernel.columns();
        float[] init = tile;
        int initOffset = 0;
        int initStride = NR;
        if (o.beta == 0f && o.bias == null) {
            init = zeros;
            initStride = 0;
        } else if (o.beta == 0f && !o.biasAlongM && end - first == kernel.columns()) {
            init = o.bias;
            initOffset = o.biasOffset + first;
            initStride = 0;
        } else {
            o.fillStart(i, rows, first, end - first, tile, 0, NR);
        }
        int cTile = o.cOffset + i * o.ldc + j;
        float[] out = full ? o.c : tile;
        int outOffset = full ? cTile : 0;
        int outStride = full ? o.ldc : NR;
        int left = o.aOffset + i * o.aRowStride;
        int right = o.bOffset + first;
        kernel.body()
                .run(
                        o.k,
                        rows,
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
        if (!full) {
            Operands.copyRows(rows, end - j, tile, j - first, NR, o.c, cTile, o.ldc);
        }
    }
}
