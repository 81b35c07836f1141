// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.transpose;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;

/** Copies matrices with rows and columns exchanged. */
public final class Transposition {
    private static final int SIDE = 16;
    private static final boolean VECTORS = VectorSupport.ENABLED && TranspositionVector.SUITS;

    private Transposition() {}

    /**
     * Element (i, j) from {@code offset + i·stride + j} to {@code toOffset + j·toStride + i}. Sixteen rows at a time: each of
     * their columns is a cache line of the result.
     */
    public static void run(
            int rows, int columns, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        boolean squares = VECTORS && rows >= SIDE && columns >= SIDE;
        for (int i = 0; i < rows; i += SIDE) {
            if (squares) {
                int first = Math.min(i, rows - SIDE); // The last rows move back, and write some again.
                int row = offset + first * stride;
                Transpose16.run(SIDE, columns, from, row, stride, to, toOffset + first, toStride);
            } else {
                int end = Math.min(i + SIDE, rows);
                for (int j = 0; j < columns; j++) {
                    for (int r = i; r < end; r++) {
                        to[toOffset + j * toStride + r] = from[offset + r * stride + j];
                    }
                }
            }
        }
    }

    /**
     * Element (i, p) from {@code offset + p·columnStride + i} to {@code toOffset + i·rowStride + p}.
     *
     * @param scratch 256 floats
     */
    public static void toRows(
            int rows,
            int depth,
            float[] from,
            int offset,
            int columnStride,
            float[] to,
            int toOffset,
            int rowStride,
            float[] scratch) {
        int wholeRows = VECTORS ? rows / SIDE * SIDE : 0;
        int wholeDepth = VECTORS ? depth / SIDE * SIDE : 0;
        for (int p = 0; p < wholeDepth; p += SIDE) {
            for (int i = 0; i < wholeRows; i += SIDE) {
                TranspositionVector.lines(from, offset + p * columnStride + i, columnStride, scratch);
                TranspositionVector.toRows(scratch, to, toOffset + i * rowStride + p, rowStride);
            }
        }
        toRows(0, wholeRows, wholeDepth, depth, from, offset, columnStride, to, toOffset, rowStride);
        toRows(wholeRows, rows, 0, depth, from, offset, columnStride, to, toOffset, rowStride);
    }

    private static void toRows(
            int first,
            int end,
            int p,
            int depth,
            float[] from,
            int offset,
            int columnStride,
            float[] to,
            int toOffset,
            int rowStride) {
        for (; p < depth; p++) {
            for (int i = first; i < end; i++) {
                to[toOffset + i * rowStride + p] = from[offset + p * columnStride + i];
            }
        }
    }

    /**
     * Element (p, j) from {@code offset + j·columnStride + p} to {@code p·width + j}, zeros beyond the columns.
     *
     * @param scratch 256 floats
     */
    public static void toPanel(
            int depth,
            int columns,
            int width,
            float[] from,
            int offset,
            int columnStride,
            MemorySegment to,
            float[] scratch) {
        int wholeColumns = VECTORS ? columns / SIDE * SIDE : 0;
        int wholeDepth = VECTORS ? depth / SIDE * SIDE : 0;
        long rowBytes = (long) width * Float.BYTES;
        for (int j = 0; j < wholeColumns; j += SIDE) {
            for (int p = 0; p < wholeDepth; p += SIDE) {
                TranspositionVector.lines(from, offset + j * columnStride + p, columnStride, scratch);
                TranspositionVector.toPanel(scratch, to, p * rowBytes + (long) j * Float.BYTES, rowBytes);
            }
        }
        toPanel(0, wholeColumns, wholeDepth, depth, columns, width, from, offset, columnStride, to);
        toPanel(wholeColumns, width, 0, depth, columns, width, from, offset, columnStride, to);
    }

    private static void toPanel(
            int j,
            int end,
            int first,
            int depth,
            int columns,
            int width,
            float[] from,
            int offset,
            int columnStride,
            MemorySegment to) {
        for (; j < end; j++) {
            for (int p = first; p < depth; p++) {
                float value = j < columns ? from[offset + j * columnStride + p] : 0f;
                to.setAtIndex(JAVA_FLOAT, (long) p * width + j, value);
            }
        }
    }
}
