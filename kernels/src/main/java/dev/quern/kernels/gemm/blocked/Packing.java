// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import java.util.Arrays;

/**
 * Copies blocks of A and B into the order in which the micro-kernels read them.
 *
 * <pre>
 * slivers of A  MR rows each:     element (i, p) at  i·{@link MicroKernel#SLIVER_STRIDE} + p    a row in order, at a constant distance
 * panels of B   NR columns each:  element (p, j) at  p·NR + j                                a step of the depth in order
 * </pre>
 *
 * Slivers and panels of a block follow each other. The last panel is as narrow as the kernel for the columns that are
 * left, and padded with zeros. The last sliver is not padded: what a kernel makes of rows that do not exist is thrown
 * away. {@code α} is applied to B, rounded once per element.
 */
public final class Packing {
    /** Rows of a transposed A that are written side by side: a cache line of each of its columns. */
    private static final int LINE = 16;

    /** Panels that a row of B is copied to in one pass: a long run is read, and not too many places are written. */
    static final int PANELS_A_PASS = 4;

    private Packing() {}

    /** Floats that the panels of a {@code depth × columns} block of B take. */
    public static long panelFloats(int depth, int columns) {
        return depth * MicroKernels.paddedColumns(columns);
    }

    /** Packs the {@code rows × depth} block of A at {@code aOffset} into slivers. */
    static void packA(int rows, int depth, float[] a, int aOffset, int aRowStride, int aColumnStride, float[] to) {
        if (aColumnStride == 1) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(a, aOffset + i * aRowStride, to, i * MicroKernel.SLIVER_STRIDE, depth);
            }
            return;
        }
        for (int block = 0; block < rows; block += LINE) {
            int end = Math.min(rows, block + LINE);
            for (int i = block; i < end; i++) {
                gather(depth, a, aOffset + i * aRowStride, aColumnStride, to, i * MicroKernel.SLIVER_STRIDE);
            }
        }
    }

    /** Copies one column of {@code α·B}. */
    static void copyColumn(int depth, float alpha, float[] b, int from, int bRowStride, float[] to) {
        gather(depth, b, from, bRowStride, to, 0);
        if (alpha != 1f) {
            for (int p = 0; p < depth; p++) {
                to[p] *= alpha;
            }
        }
    }

    private static void gather(int count, float[] from, int offset, int stride, float[] to, int toOffset) {
        for (int p = 0; p < count; p++) {
            to[toOffset + p] = from[offset + p * stride];
        }
    }

    /** Packs the {@code depth × columns} block of {@code α·B} at {@code bOffset} into panels. */
    public static void packB(
            int depth,
            int columns,
            float alpha,
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            float[] to,
            int toOffset) {
        int pass = bColumnStride == 1 ? PANELS_A_PASS * MicroKernels.COLUMNS : MicroKernels.COLUMNS;
        for (int j = 0; j < columns; j += pass) {
            int used = Math.min(pass, columns - j);
            int from = bOffset + j * bColumnStride;
            if (bColumnStride == 1) {
                copyRowsOfB(depth, used, b, from, bRowStride, to, toOffset + j * depth);
            } else {
                gatherColumnsOfB(depth, used, b, from, bRowStride, bColumnStride, to, toOffset + j * depth);
            }
        }
        if (alpha != 1f) {
            long floats = panelFloats(depth, columns);
            for (int i = toOffset; i < toOffset + floats; i++) {
                to[i] *= alpha;
            }
        }
    }

    private static void copyRowsOfB(
            int depth, int columns, float[] b, int from, int bRowStride, float[] to, int panels) {
        for (int p = 0; p < depth; p++) {
            for (int j = 0; j < columns; j += MicroKernels.COLUMNS) {
                int nr = MicroKernels.forColumns(columns - j).columns();
                int used = Math.min(nr, columns - j);
                int row = panels + j * depth + p * nr;
                System.arraycopy(b, from + p * bRowStride + j, to, row, used);
                Arrays.fill(to, row + used, row + nr, 0f);
            }
        }
    }

    private static void gatherColumnsOfB(
            int depth, int used, float[] b, int from, int bRowStride, int bColumnStride, float[] to, int panel) {
        int nr = MicroKernels.forColumns(used).columns();
        for (int p = 0; p < depth; p++) {
            int row = panel + p * nr;
            gather(used, b, from + p * bRowStride, bColumnStride, to, row);
            Arrays.fill(to, row + used, row + nr, 0f);
        }
    }
}
