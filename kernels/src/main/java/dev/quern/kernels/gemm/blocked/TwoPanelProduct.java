// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A product by a packed B of a full panel and one of half its width, which a near cache holds, and so few rows that tiles of six would
 * compute many twice: two or four rows at a time by both panels, so that a tile is one call and the narrow panel keeps as
 * many chains busy as the full one.
 */
final class TwoPanelProduct {
    private static final int NR = MicroKernels.COLUMNS;

    /** Columns of both panels, in floats: those of a tile. */
    private static final int WIDTH = NR + NR / 2;

    /** Rows up to which that is faster: with more, those that tiles of six compute twice are few. */
    private static final int MOST_ROWS = 32;

    /** Where in the scratch tile a bias lies, behind the sums of a tile. */
    private static final int ROW = 4 * WIDTH;

    private TwoPanelProduct() {}

    /** Whether it is such a product, on rows of A in memory. */
    static boolean serves(Operands o, int rows, int columns) {
        return !MicroKernels.LOW.isEmpty()
                && o.packed != null
                && o.packed.storage() == Storage.FLOAT32
                && columns > MicroKernels.COLUMNS
                && columns <= WIDTH
                && o.k > 0
                && rows > 1
                && rows <= MOST_ROWS
                && o.rowSource == null
                && o.aColumnStride == 1
                && Route.staysNear(columns, o.k);
    }

    /**
     * Computes it.
     *
     * @param zeros as many as a tile has columns
     * @param tile room for a tile and a row
     */
    static void run(Operands o, int rows, int columns, float[] zeros, float[] tile) {
        boolean row = o.beta == 0f && o.bias != null && !o.biasAlongM;
        if (row) {
            System.arraycopy(o.bias, o.biasOffset, tile, ROW, columns);
        }
        for (int i = 0; i < rows; ) {
            int height = rows - i >= 4 ? 4 : Math.min(2, rows - i);
            if (o.beta == 0f && o.bias == null) {
                tile(o, i, height, columns, zeros, 0, 0, tile);
            } else if (row) {
                tile(o, i, height, columns, tile, ROW, 0, tile);
            } else {
                o.fillStart(i, height, 0, columns, tile, 0, WIDTH);
                tile(o, i, height, columns, tile, 0, height > 1 ? WIDTH : 0, tile);
            }
            i += height;
        }
        o.finish(rows, columns, o.cOffset);
    }

    /** One, two or four rows; a row alone is computed twice. */
    private static void tile(
            Operands o, int i, int rows, int columns, float[] init, int initOffset, int initStride, float[] tile) {
        int step = Blocking.depth(o.k);
        int distance = rows > 1 ? 1 : 0;
        int first = o.cOffset + i * o.ldc;
        int block = o.firstPanel;
        for (int pc = 0; pc < o.k; pc += step, block += o.packed.across()) {
            int kc = Math.min(step, o.k - pc);
            boolean last = pc + kc == o.k;
            boolean whole = last && columns == WIDTH;
            float[] c = last ? o.c : tile;
            int cOffset = last ? first : 0;
            int cStride = distance * (last ? o.ldc : WIDTH);
            float[] c1 = whole ? o.c : tile;
            int c1Offset = whole ? first + NR : NR;
            int c1Stride = distance * (whole ? o.ldc : WIDTH);
            int left = o.aAt(pc) + i * o.aRowStride;
            int aStride = distance * o.aRowStride;
            MemorySegment panel0 = o.packed.block(block);
            MemorySegment panel1 = o.packed.block(block + 1);
            if (rows == 4) {
                MicroKernel4x6.run(
                        kc,
                        o.a,
                        left,
                        aStride,
                        panel0,
                        panel1,
                        init,
                        initOffset,
                        initStride,
                        c,
                        cOffset,
                        cStride,
                        c1,
                        c1Offset,
                        c1Stride);
            } else {
                MicroKernel2x6.run(
                        kc,
                        o.a,
                        left,
                        aStride,
                        panel0,
                        panel1,
                        init,
                        initOffset,
                        initStride,
                        c,
                        cOffset,
                        cStride,
                        c1,
                        c1Offset,
                        c1Stride);
            }
            init = tile;
            initOffset = 0;
            initStride = distance * WIDTH;
        }
        if (columns < WIDTH) {
            Operands.copyRows(rows, columns - NR, tile, NR, WIDTH, o.c, first + NR, o.ldc);
        }
    }
}
