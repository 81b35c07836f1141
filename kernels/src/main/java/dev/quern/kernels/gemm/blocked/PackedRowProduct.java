// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A product with few rows by a packed B, which is read from memory once: {@code C[i, j] ← C[i, j] + Σ_p A[i, p] · B[p, j]}.
 * One after the other, blocks of B arrive at the speed of one stream, as hardware fetches ahead within a page; four side
 * by side arrive faster. What they leave of one row goes two at a time. All but the first row find them in the second-level cache.
 */
final class PackedRowProduct {
    private static final int COLUMNS = PanelsKernel.PANELS * MicroKernels.COLUMNS;

    private static final int NR = MicroKernels.COLUMNS;

    private PackedRowProduct() {}

    /** The columns of C that go this way, from the first on. */
    static int columns(Operands o, int rows, int columns) {
        PanelsKernel kernel = o.packed == null ? null : MicroKernels.panelsOf(o.packed.storage());
        if (kernel == null || rows > kernel.mostRows()) {
            return 0;
        }
        int rest = columns % COLUMNS;
        // What is left of one row goes in pairs, unless it is less than the full panel that each begins with.
        boolean all = rows == 1
                && kernel.storage() == Storage.FLOAT32
                && MicroKernels.forColumns(rest).columns() == NR;
        return all ? columns : columns - rest;
    }

    /**
     * Computes it for so many columns.
     *
     * @param slivers room for a block of A
     * @param sums room for {@value #COLUMNS} sums
     */
    static void run(Operands o, int rows, int columns, float[] slivers, float[] sums) {
        int whole = columns / COLUMNS * COLUMNS;
        int rest = columns - whole;
        if (whole > 0) {
            o.fillStart(0, rows, 0, whole, o.c, o.cOffset, o.ldc);
        }
        if (rest > 0) {
            o.fillStart(0, 1, whole, rest, sums, 0, rest);
        }
        PanelsKernel kernel = MicroKernels.panelsOf(o.packed.storage());
        boolean inPlace = o.rowSource == null && o.aColumnStride == 1;
        int step = Blocking.depth(o.k);
        int first = o.firstPanel;
        for (int pc = 0; pc < o.k; pc += step, first += o.packed.across()) {
            int kc = Math.min(step, o.k - pc);
            float[] a = inPlace ? o.a : slivers;
            int left = inPlace ? o.aAt(pc) : 0;
            int rowStride = inPlace ? o.aRowStride : MicroKernel.SLIVER_STRIDE;
            if (!inPlace) {
                o.packA(0, rows, pc, kc, slivers);
            }
            for (int j = 0; j < whole; j += COLUMNS) {
                for (int i = 0; i < rows; i++) {
                    panels(o, kernel, kc, a, left + i * rowStride, i, first + j / NR, j);
                }
            }
            if (rest > 0) {
                rest(o, kc, a, left, first + whole / NR, rest, sums);
            }
        }
        System.arraycopy(sums, 0, o.c, o.cOffset + whole, rest);
        o.finish(rows, columns, o.cOffset);
    }

    /** Fewer panels than four: where they are odd, the first one by itself, as only the last one may be narrower. */
    private static void rest(Operands o, int kc, float[] a, int aOffset, int block, int columns, float[] sums) {
        Panels b = o.packed;
        int j = 0;
        if (Panels.across(columns) % 2 == 1) {
            MicroKernel1x4.run(kc, a, aOffset, b.block(block), sums, 0, 0, sums, 0, 0);
            j = NR;
        }
        for (; j < columns; j += 2 * NR) {
            MemorySegment panel = b.block(block + j / NR);
            MemorySegment second = b.block(block + j / NR + 1);
            if (MicroKernels.forColumns(columns - j - NR).columns() == NR) {
                PanelsRowPair.wide(kc, a, aOffset, panel, second, PanelsRowPair.STEP, sums, j);
            } else {
                PanelsRowPair.narrow(kc, a, aOffset, panel, second, sums, j);
            }
        }
    }

    private static void panels(
            Operands o, PanelsKernel kernel, int kc, float[] a, int aOffset, int i, int block, int j) {
        Panels b = o.packed;
        int c = o.cOffset + i * o.ldc + j;
        kernel.body()
                .run(
                        kc,
                        a,
                        aOffset,
                        b.block(block),
                        b.block(block + 1),
                        b.block(block + 2),
                        b.block(block + 3),
                        o.c,
                        c);
    }
}
