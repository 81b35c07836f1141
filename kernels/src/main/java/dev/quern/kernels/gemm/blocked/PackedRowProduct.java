// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * A product with few rows by a packed B, which is read from memory once: {@code C[i, j] ← C[i, j] + Σ_p A[i, p] · B[p, j]}.
 * One after the other, blocks of B arrive at the speed of one stream, as hardware fetches ahead within a page; four side
 * by side arrive faster. All but the first row find them in the second-level cache.
 */
final class PackedRowProduct {
    private static final int COLUMNS = PanelsKernel.PANELS * MicroKernels.COLUMNS;

    private PackedRowProduct() {}

    /** The columns of C that go this way, from the first on. */
    static int columns(Operands o, int rows, int columns) {
        PanelsKernel kernel = o.packed == null ? null : MicroKernels.panelsOf(o.packed.storage());
        return kernel == null || rows > kernel.mostRows() ? 0 : columns / COLUMNS * COLUMNS;
    }

    /**
     * Computes it for so many columns.
     *
     * @param slivers room for a block of A
     */
    static void run(Operands o, int rows, int columns, float[] slivers) {
        o.fillStart(0, rows, 0, columns, o.c, o.cOffset, o.ldc);
        PanelsKernel kernel = MicroKernels.panelsOf(o.packed.storage());
        int step = Blocking.depth(o.k);
        int first = o.firstPanel;
        for (int pc = 0; pc < o.k; pc += step, first += o.packed.across()) {
            int kc = Math.min(step, o.k - pc);
            float[] a = o.aPacked ? o.a : slivers;
            int left = o.aPacked ? o.aAt(pc) : 0;
            if (!o.aPacked) {
                o.packA(0, rows, pc, kc, slivers);
            }
            for (int j = 0; j < columns; j += COLUMNS) {
                for (int i = 0; i < rows; i++) {
                    panels(
                            o,
                            kernel,
                            kc,
                            a,
                            left + i * MicroKernel.SLIVER_STRIDE,
                            i,
                            first + j / MicroKernels.COLUMNS,
                            j);
                }
            }
        }
        o.finish(rows, columns, o.cOffset);
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
