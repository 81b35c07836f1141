// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.quern.kernels.transpose.Transpose16;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Copies blocks of A and B into the order in which the micro-kernels read them.
 *
 * <pre>
 * slivers of A  MR rows each:     element (i, p) at  i·{@link MicroKernel#SLIVER_STRIDE} + p    a row in order, at a constant distance
 * panels of B   NR columns each:  element (p, j) at  p·NR + j                                a step of the depth in order
 * </pre>
 *
 * Slivers follow each other; where panels lie is for {@link Panels} to say. The last panel is as narrow as the kernel for the columns that are
 * left; columns beyond them hold anything, and the last sliver ends where A does: what a kernel makes of rows and columns that do not exist
 * is thrown away. {@code α} is applied to B, rounded once per element.
 */
final class Packing {
    /** Panels that a row of B is copied to in one pass: a long run is read, and not too many places are written. */
    private static final int PANELS_A_PASS = 16;

    /** Rows of a part of B that is far away, which go to all panels of a pass together: long runs are fetched ahead. */
    private static final int ROWS_A_PASS = 8;

    /** Floats over which a part of B may extend to go panel by panel: it is in the second-level cache, or soon. */
    private static final int NEAR_PART = 1 << 16;

    /** Bytes of a float. */
    static final long FLOAT = Float.BYTES;

    /** The byte order of panels. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /** Rows of a transposed A that are written side by side: a cache line of each of its columns. */
    private static final int LINE = 16;

    private Packing() {}

    /**
     * Panels of B that are packed at a time on the way, to the second-level cache. A B whose columns are in order is read in
     * short runs however many there are: one panel stays in the first-level cache.
     */
    static int panelsOnTheWay(int bColumnStride) {
        return bColumnStride == 1 ? PANELS_A_PASS : 1;
    }

    /** Copies the rows of the {@code rows × depth} block of A at {@code aOffset} to places {@code stride} floats apart. */
    static void packA(
            int rows, int depth, float[] a, int aOffset, int aRowStride, int aColumnStride, float[] to, int stride) {
        if (aColumnStride == 1) {
            packRows(rows, depth, a, aOffset, aRowStride, to, 0, stride);
            return;
        }
        if (aRowStride == 1 && rows >= Transpose16.LANES && MicroKernels.has16Lanes()) {
            for (int p = 0; p < depth; p += Transpose16.LANES) {
                int count = Math.min(Transpose16.LANES, depth - p);
                Transpose16.run(count, rows, a, aOffset + p * aColumnStride, aColumnStride, to, p, stride);
            }
            return;
        }
        for (int block = 0; block < rows; block += LINE) {
            int end = Math.min(rows, block + LINE);
            for (int i = block; i < end; i++) {
                copyColumn(depth, 1f, a, aOffset + i * aRowStride, aColumnStride, to, i * stride);
            }
        }
    }

    /** As {@link #packA}, rows in order, from a place in the slivers on. */
    static void packRows(
            int rows, int depth, float[] a, int aOffset, int aRowStride, float[] to, int toOffset, int stride) {
        int done = VectorSupport.ENABLED
                ? PackingVector.rows(rows, depth, a, aOffset, aRowStride, to, toOffset, stride)
                : 0;
        for (int i = done; i < rows; i++) {
            System.arraycopy(a, aOffset + i * aRowStride, to, toOffset + i * stride, depth);
        }
    }

    /** Copies elements that are {@code stride} apart, times {@code factor}, to places that follow each other. */
    static void copyColumn(int count, float factor, float[] from, int offset, int stride, float[] to, int toOffset) {
        for (int p = 0; p < count; p++) {
            to[toOffset + p] = factor * from[offset + p * stride];
        }
    }

    /** Copies the first column of a panel to the start of an array. */
    static void copyColumn(int count, MemorySegment panel, int stride, float[] to, int toOffset) {
        for (int p = 0; p < count; p++) {
            to[toOffset + p] = panel.getAtIndex(JAVA_FLOAT, (long) p * stride);
        }
    }

    /**
     * Packs the {@code depth × columns} block of {@code α·B} at {@code bOffset} into panels that start {@code distance}
     * floats from each other.
     */
    static void packB(
            int depth,
            int columns,
            float alpha,
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            MemorySegment to,
            long toOffset,
            long distance) {
        if (bRowStride == 1 && bColumnStride != 1 && depth >= Transpose16.LANES && MicroKernels.has16Lanes()) {
            packTransposed(depth, columns, alpha, b, bOffset, bColumnStride, to, toOffset, distance);
            return;
        }
        int full = columns / MicroKernels.COLUMNS;
        int done = bColumnStride == 1 && VectorSupport.ENABLED ? full : 0;
        int step = (long) depth * bRowStride <= NEAR_PART ? depth : ROWS_A_PASS;
        for (int panel = 0; panel < done; panel += PANELS_A_PASS) {
            int count = Math.min(PANELS_A_PASS, done - panel);
            int from = bOffset + panel * MicroKernels.COLUMNS;
            long at = toOffset + panel * distance;
            for (int p = 0; p < depth; p += step) {
                int rows = Math.min(step, depth - p);
                long row = at + (long) p * MicroKernels.COLUMNS;
                PackingVector.panels(rows, count, alpha, b, from + p * bRowStride, bRowStride, to, row, distance);
            }
        }
        for (int panel = done; panel * MicroKernels.COLUMNS < columns; panel++) {
            int first = panel * MicroKernels.COLUMNS;
            int nr = MicroKernels.forColumns(columns - first).columns();
            int from = bOffset + first * bColumnStride;
            long at = toOffset + panel * distance;
            int rows = bColumnStride == 1 && depth > 0 && VectorSupport.ENABLED
                    ? PackingVector.lastPanel(depth, nr, alpha, b, from, bRowStride, to, at)
                    : 0;
            for (int j = 0; j < nr && rows < depth; j++) {
                long element = at + (long) rows * nr + j;
                if (first + j < columns) {
                    int column = from + j * bColumnStride + rows * bRowStride;
                    scatter(depth - rows, alpha, b, column, bRowStride, to, element, nr);
                } else {
                    zero(depth - rows, to, element, nr);
                }
            }
        }
    }

    /** A B whose columns are in order, sixteen of them at a time. */
    private static void packTransposed(
            int depth,
            int columns,
            float alpha,
            float[] b,
            int bOffset,
            int bColumnStride,
            MemorySegment to,
            long toOffset,
            long distance) {
        int lanes = Transpose16.LANES;
        int whole = depth / lanes * lanes;
        for (int j = 0; j < columns; j += lanes) {
            int panel = j / MicroKernels.COLUMNS;
            int first = panel * MicroKernels.COLUMNS;
            int nr = MicroKernels.forColumns(columns - first).columns();
            int count = Math.min(lanes, columns - j);
            int from = bOffset + j * bColumnStride;
            long at = toOffset + panel * distance + j - first;
            PackingTransposed.squares(whole, count, alpha, b, from, bColumnStride, to, at, nr);
            if (whole < depth) {
                // The last square moves back; it writes some again.
                int p = depth - lanes;
                PackingTransposed.squares(lanes, count, alpha, b, from + p, bColumnStride, to, at + (long) p * nr, nr);
            }
        }
    }

    /** Packs one block from a source, {@code nr} wide and zero beyond its columns. */
    static void packB(MatrixSource b, int p0, int depth, int j0, int columns, int nr, MemorySegment to) {
        for (int p = 0; p < depth; p++) {
            for (int j = 0; j < nr; j++) {
                to.setAtIndex(JAVA_FLOAT, (long) p * nr + j, j < columns ? b.at(p0 + p, j0 + j) : 0f);
            }
        }
    }

    private static void scatter(
            int depth, float alpha, float[] b, int from, int stride, MemorySegment to, long at, int nr) {
        for (int p = 0; p < depth; p++) {
            to.setAtIndex(JAVA_FLOAT, at + (long) p * nr, alpha * b[from + p * stride]);
        }
    }

    private static void zero(int depth, MemorySegment to, long at, int nr) {
        for (int p = 0; p < depth; p++) {
            to.setAtIndex(JAVA_FLOAT, at + (long) p * nr, 0f);
        }
    }
}
