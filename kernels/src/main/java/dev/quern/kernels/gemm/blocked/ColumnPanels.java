// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A product by a column of B, with an A whose columns came packed into {@link Panels}: {@code c[i] ← c[i] + Σ_p A[i, p] · x[p]},
 * as the one row {@code xᵀ} by {@code Aᵀ}. Rows of C fill the lanes without anything being moved between them, and A is read
 * once, in order, at the speed of the memory that it comes from. More columns of B go one after the other.
 */
public final class ColumnPanels {
    private static final int NR = MicroKernels.COLUMNS;

    /** Rows of C that a kernel for panels side by side takes. */
    static final int ROWS = PanelsKernel.PANELS * NR;

    private ColumnPanels() {}

    /** Whether an A is worth it: below half a panel of rows, zeros would be most of what is read. */
    public static boolean serve(int rows, int depth) {
        return !MicroKernels.LOW.isEmpty() && 2 * rows >= NR && depth > 0;
    }

    /** Floats that {@link #of} takes for an A of these sizes. */
    public static long floats(int rows, int depth) {
        return Panels.floats(depth, rows);
    }

    /** All of an A: {@code a} is asked for element (i, p). All panels are full, with zeros for rows that do not exist. */
    public static Panels of(int rows, int depth, MatrixSource a) {
        return Panels.of(Storage.FLOAT32, depth, Panels.across(rows) * NR, (p, i) -> i < rows ? a.at(i, p) : 0f);
    }

    /**
     * Computes it.
     *
     * @param x room for a column that is not in order, as much of the depth at a time as fits
     * @param sums room for the sums of {@link #ROWS} rows
     */
    static void run(Operands o, int rows, int columns, float[] x, float[] sums) {
        o.fillStart(0, rows, 0, columns, o.c, o.cOffset, o.ldc);
        int step = Blocking.depth(o.k);
        boolean copied = ColumnProduct.copiedFloats(o) > 0;
        int most = copied ? x.length / step * step : o.k;
        for (int j = 0; j < columns; j++) {
            int column = o.bOffset + j * o.bColumnStride;
            for (int pc = 0; pc < o.k; pc += most) {
                int depth = Math.min(most, o.k - pc);
                if (copied) {
                    Packing.copyColumn(depth, o.alpha, o.b, column + pc * o.bRowStride, o.bRowStride, x, 0);
                    column(o, rows, o.cOffset + j, pc, depth, x, 0, sums);
                } else {
                    column(o, rows, o.cOffset + j, pc, depth, o.b, column, sums);
                }
            }
        }
        if (o.ldc == 1) {
            o.finish(1, rows, o.cOffset);
        } else {
            o.finish(rows, columns, o.cOffset);
        }
    }

    /** Adds columns {@code [pc, pc + depth)} of A times the elements from {@code xOffset} on to the column of C at {@code c}. */
    private static void column(Operands o, int rows, int c, int pc, int depth, float[] x, int xOffset, float[] sums) {
        int step = Blocking.depth(o.k);
        for (int p = 0; p < depth; p += step) {
            int kc = Math.min(step, depth - p);
            int first = o.aFirstPanel + (pc + p) / step * o.aByColumns.across();
            for (int i = 0; i < rows; i += ROWS) {
                int count = Math.min(ROWS, rows - i);
                int from = c + i * o.ldc;
                int runs = o.ldc == 1 ? 1 : count;
                if (runs == 1 && count == ROWS) {
                    panels(kc, x, xOffset + p, o.aByColumns, first + i / NR, count, o.c, from);
                } else {
                    Operands.copyRows(runs, count / runs, o.c, from, o.ldc, sums, 0, 1);
                    panels(kc, x, xOffset + p, o.aByColumns, first + i / NR, count, sums, 0);
                    Operands.copyRows(runs, count / runs, sums, 0, 1, o.c, from, o.ldc);
                }
            }
        }
    }

    /** Adds to the sums of so many rows, and to those of the rest of the last panel. */
    private static void panels(int kc, float[] x, int xOffset, Panels a, int first, int rows, float[] c, int cOffset) {
        if (rows > ROWS - NR) {
            PanelsKernel.Body body = MicroKernels.panelsOf(Storage.FLOAT32).body();
            MemorySegment panel0 = a.block(first);
            MemorySegment panel1 = a.block(first + 1);
            MemorySegment panel2 = a.block(first + 2);
            body.run(kc, x, xOffset, panel0, panel1, panel2, a.block(first + 3), c, cOffset);
            return;
        }
        MicroKernel.Body body = MicroKernels.LOW.getFirst().body();
        for (int i = 0; i < rows; i += NR) {
            body.run(kc, x, xOffset, a.block(first + i / NR), c, cOffset + i, 0, c, cOffset + i, 0);
        }
    }
}
