// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Copies blocks of A and B into the order in which the micro-kernels read them, padded with zeros to whole tiles.
 *
 * <pre>
 * sliver of A   MR rows:     element (i, p) at  (p/2)·2·MR + 2·i + p%2     pairs of k: a row is copied two floats at a time
 * panel of B    NR columns:  element (p, j) at  p·NR + j
 * </pre>
 *
 * Slivers and panels of a block follow each other. {@code α} is applied to B, rounded once per element.
 */
public final class Packing {
    private Packing() {}

    /** Floats that the slivers of a {@code rows × depth} block of A take. */
    public static int sliverFloats(int rows, int depth) {
        return MicroKernels.paddedRows(rows) * (depth + (depth & 1));
    }

    /** Floats that the panels of a {@code depth × columns} block of B take. */
    public static long panelFloats(int depth, int columns) {
        return depth * MicroKernels.paddedColumns(columns);
    }

    /** Packs the {@code rows × depth} block of A at {@code aOffset} into slivers. */
    static void packA(
            int rows, int depth, float[] a, int aOffset, int aRowStride, int aColumnStride, float[] to, int toOffset) {
        int mr;
        for (int i = 0; i < rows; i += mr) {
            mr = MicroKernels.forRows(rows - i).rows();
            int used = Math.min(mr, rows - i);
            int sliver = toOffset + i * (depth + (depth & 1));
            int from = aOffset + i * aRowStride;
            if (used < mr) {
                Arrays.fill(to, sliver, sliver + mr * (depth + (depth & 1)), 0f);
            }
            int packed = 0;
            if (aColumnStride == 1 && VectorSupport.ENABLED) {
                for (; packed <= used - PairCopy.ROWS; packed += PairCopy.ROWS) {
                    PairCopy.sixRows(depth, a, from + packed * aRowStride, aRowStride, to, sliver + 2 * packed, mr);
                }
            }
            if (aRowStride == 1) {
                interleaveColumns(used, depth, a, from, aColumnStride, to, sliver, mr);
            } else {
                copyRows(packed, used, depth, a, from, aRowStride, aColumnStride, to, sliver, mr);
            }
        }
    }

    /** A transposed A: a column is contiguous, two of them interleave. */
    private static void interleaveColumns(
            int used, int depth, float[] a, int from, int aColumnStride, float[] to, int sliver, int mr) {
        for (int p = 0; p < depth; p++) {
            int column = from + p * aColumnStride;
            int pair = sliver + (p >> 1) * 2 * mr + (p & 1);
            for (int r = 0; r < used; r++) {
                to[pair + 2 * r] = a[column + r];
            }
        }
    }

    private static void copyRows(
            int firstRow,
            int endRow,
            int depth,
            float[] a,
            int from,
            int aRowStride,
            int aColumnStride,
            float[] to,
            int sliver,
            int mr) {
        for (int p = 0; p < depth; p++) {
            int pair = sliver + (p >> 1) * 2 * mr + (p & 1);
            for (int r = firstRow; r < endRow; r++) {
                to[pair + 2 * r] = a[from + p * aColumnStride + r * aRowStride];
            }
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
        int nr = MicroKernels.COLUMNS;
        if (bColumnStride == 1) {
            copyRowsOfB(depth, columns, b, bOffset, bRowStride, to, toOffset);
        } else {
            for (int j = 0; j < columns; j += nr) {
                int from = bOffset + j * bColumnStride;
                int used = Math.min(nr, columns - j);
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

    /** Some panels a pass: a row of B is read in a long run, and not too many places are written at once. */
    private static void copyRowsOfB(
            int depth, int columns, float[] b, int bOffset, int bRowStride, float[] to, int toOffset) {
        int nr = MicroKernels.COLUMNS;
        int pass = 8 * nr;
        for (int jPass = 0; jPass < columns; jPass += pass) {
            int end = Math.min(columns, jPass + pass);
            for (int p = 0; p < depth; p++) {
                for (int j = jPass; j < end; j += nr) {
                    int used = Math.min(nr, end - j);
                    int row = toOffset + j * depth + p * nr;
                    System.arraycopy(b, bOffset + p * bRowStride + j, to, row, used);
                    for (int q = used; q < nr; q++) {
                        to[row + q] = 0f;
                    }
                }
            }
        }
    }

    private static void gatherColumnsOfB(
            int depth, int used, float[] b, int from, int bRowStride, int bColumnStride, float[] to, int panel) {
        int nr = MicroKernels.COLUMNS;
        for (int p = 0; p < depth; p++) {
            int row = panel + p * nr;
            for (int q = 0; q < used; q++) {
                to[row + q] = b[from + p * bRowStride + q * bColumnStride];
            }
            for (int q = used; q < nr; q++) {
                to[row + q] = 0f;
            }
        }
    }
}
