// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;

/**
 * A product with one column: {@code c[i] ← c[i] + Σ_p A[i, p] · x[p]}, each chain over ascending p. A row of A gives one
 * chain, and its rows are contiguous, so that lanes have to be filled across rows: {@link ColumnProduct16} does that where
 * an instruction takes a vector's elements from two others. Elsewhere eight rows side by side keep both FMA units busy
 * with scalars.
 */
final class ColumnProduct {
    private static final int ROWS = 8;

    /** AVX-512 has that instruction; with narrower vectors the scalars were as fast. */
    private static final boolean SIXTEEN = MicroKernels.has16Lanes();

    private ColumnProduct() {}

    /**
     * Computes it.
     *
     * @param x room for a column that is not in order, as much of the depth at a time as fits
     * @param sums room for the sums of 16 rows
     */
    static void run(Operands o, int rows, float[] x, float[] sums) {
        o.fillStart(0, rows, 0, 1, o.c, o.cOffset, o.ldc);
        if (copiedFloats(o) == 0) {
            for (int pc = 0; pc < o.k; pc += o.aBlock()) {
                block(o, rows, pc, Math.min(o.aBlock(), o.k - pc), o.b, o.bOffset + pc, sums);
            }
        } else {
            copiedBlocks(o, rows, x, sums);
        }
        if (o.ldc == 1) {
            o.finish(1, rows, o.cOffset);
        } else {
            o.finish(rows, 1, o.cOffset);
        }
    }

    private static void copiedBlocks(Operands o, int rows, float[] x, float[] sums) {
        int step = Blocking.depth(o.k);
        int most = x.length / step * step;
        for (int pc = 0; pc < o.k; pc += most) {
            int kc = Math.min(most, o.k - pc);
            if (o.packed != null) {
                unpack(o, pc, kc, step, x);
            } else {
                Packing.copyColumn(kc, o.alpha, o.b, o.bOffset + pc * o.bRowStride, o.bRowStride, x, 0);
            }
            int part = Math.min(kc, o.aBlock());
            for (int p = 0; p < kc; p += part) {
                block(o, rows, pc + p, Math.min(part, kc - p), x, p, sums);
            }
        }
    }

    /** Adds columns {@code [pc, pc + kc)} of A times the elements of the column from {@code xOffset} on. */
    private static void block(Operands o, int rows, int pc, int kc, float[] x, int xOffset, float[] sums) {
        int done = 0;
        if (SIXTEEN) {
            done = kc / ColumnProduct16.ROWS * ColumnProduct16.ROWS;
            sixteenRows(o, rows, pc, done, x, xOffset, sums);
        }
        if (done < kc) {
            int first = o.aAt(pc) + done;
            run(rows, kc - done, o.a, first, o.aRowStride, x, xOffset + done, o.c, o.cOffset, o.ldc);
        }
    }

    /**
     * Sixteen rows at a time. Those of a packed A that follow each other are too short for the hardware to fetch ahead in
     * sixteen places; where it comes from far away they are taken from sixteen equal parts of it, each of which is read from
     * one end to the other.
     */
    private static void sixteenRows(Operands o, int rows, int pc, int depth, float[] x, int xOffset, float[] sums) {
        boolean far = o.aPacked && Blocking.isFar((long) rows * o.k);
        int parts = far ? rows / ColumnProduct16.ROWS : 0;
        for (int i = 0; i < parts; i++) {
            sixteenRows(o, i, parts, ColumnProduct16.ROWS, pc, depth, x, xOffset, sums);
        }
        for (int i = parts * ColumnProduct16.ROWS; i < rows; i += ColumnProduct16.ROWS) {
            sixteenRows(o, i, 1, Math.min(ColumnProduct16.ROWS, rows - i), pc, depth, x, xOffset, sums);
        }
    }

    /** Up to sixteen rows from row {@code i} on, {@code apart} rows from each other. */
    private static void sixteenRows(
            Operands o, int i, int apart, int count, int pc, int depth, float[] x, int xOffset, float[] sums) {
        int row = o.aAt(pc) + i * o.aRowStride;
        int rowStride = apart * o.aRowStride;
        int out = o.cOffset + i * o.ldc;
        int outStride = apart * o.ldc;
        if (count == ColumnProduct16.ROWS && outStride == 1) {
            ColumnProduct16.run(count, depth, o.a, row, rowStride, x, xOffset, o.c, out);
        } else {
            Operands.copyRows(count, 1, o.c, out, outStride, sums, 0, 1);
            ColumnProduct16.run(count, depth, o.a, row, rowStride, x, xOffset, sums, 0);
            Operands.copyRows(count, 1, sums, 0, 1, o.c, out, outStride);
        }
    }

    /** A column that is in order is read where it is. */
    static int copiedFloats(Operands o) {
        return o.packed == null && o.alpha == 1f && o.bRowStride == 1 ? 0 : o.k;
    }

    /** How rows go, for people. */
    static String rowsAtATime() {
        return "rows by " + (SIXTEEN ? ColumnProduct16.ROWS : ROWS);
    }

    private static void unpack(Operands o, int pc, int kc, int step, float[] x) {
        int nr = MicroKernels.forColumns(1).columns();
        for (int p = 0; p < kc; p += step) {
            MemorySegment block = o.packed.block(o.firstPanel + (pc + p) / step * o.packed.across());
            int count = Math.min(step, kc - p);
            if (o.packed.storage() == Storage.FLOAT32) {
                Packing.copyColumn(count, block, nr, x, p);
            } else {
                Halves.copyColumn(o.packed.storage(), count, block, nr, x, p);
            }
        }
    }

    private static void run(
            int rows,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] x,
            int xOffset,
            float[] c,
            int cOffset,
            int ldc) {
        int i = 0;
        for (; i <= rows - ROWS; i += ROWS) {
            eightRows(depth, a, aOffset + i * aRowStride, aRowStride, x, xOffset, c, cOffset + i * ldc, ldc);
        }
        for (; i < rows; i++) {
            int row = aOffset + i * aRowStride;
            float s = c[cOffset + i * ldc];
            for (int p = 0; p < depth; p++) {
                s = Math.fma(a[row + p], x[xOffset + p], s);
            }
            c[cOffset + i * ldc] = s;
        }
    }

    private static void eightRows(
            int depth, float[] a, int row0, int aRowStride, float[] x, int xOffset, float[] c, int cOffset, int ldc) {
        int row1 = row0 + aRowStride;
        int row2 = row1 + aRowStride;
        int row3 = row2 + aRowStride;
        int row4 = row3 + aRowStride;
        int row5 = row4 + aRowStride;
        int row6 = row5 + aRowStride;
        int row7 = row6 + aRowStride;
        float s0 = c[cOffset];
        float s1 = c[cOffset + ldc];
        float s2 = c[cOffset + 2 * ldc];
        float s3 = c[cOffset + 3 * ldc];
        float s4 = c[cOffset + 4 * ldc];
        float s5 = c[cOffset + 5 * ldc];
        float s6 = c[cOffset + 6 * ldc];
        float s7 = c[cOffset + 7 * ldc];
        for (int p = 0; p < depth; p++) {
            float factor = x[xOffset + p];
            s0 = Math.fma(a[row0 + p], factor, s0);
            s1 = Math.fma(a[row1 + p], factor, s1);
            s2 = Math.fma(a[row2 + p], factor, s2);
            s3 = Math.fma(a[row3 + p], factor, s3);
            s4 = Math.fma(a[row4 + p], factor, s4);
            s5 = Math.fma(a[row5 + p], factor, s5);
            s6 = Math.fma(a[row6 + p], factor, s6);
            s7 = Math.fma(a[row7 + p], factor, s7);
        }
        c[cOffset] = s0;
        c[cOffset + ldc] = s1;
        c[cOffset + 2 * ldc] = s2;
        c[cOffset + 3 * ldc] = s3;
        c[cOffset + 4 * ldc] = s4;
        c[cOffset + 5 * ldc] = s5;
        c[cOffset + 6 * ldc] = s6;
        c[cOffset + 7 * ldc] = s7;
    }
}
