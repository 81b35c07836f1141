// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** Copies operands whose columns, not rows, lie in order: a few lines are read side by side. */
final class Transposition {
    private Transposition() {}

    /** Element (i, p) from {@code offset + p·columnStride + i} to {@code toOffset + i·rowStride + p}. */
    static void toRows(
            int rows, int depth, float[] from, int offset, int columnStride, float[] to, int toOffset, int rowStride) {
        int p = 0;
        for (; p + 4 <= depth; p += 4) {
            int line0 = offset + p * columnStride;
            int line1 = line0 + columnStride;
            int line2 = line1 + columnStride;
            int line3 = line2 + columnStride;
            for (int i = 0, at = toOffset + p; i < rows; i++, at += rowStride) {
                to[at] = from[line0 + i];
                to[at + 1] = from[line1 + i];
                to[at + 2] = from[line2 + i];
                to[at + 3] = from[line3 + i];
            }
        }
        for (; p < depth; p++) {
            for (int i = 0; i < rows; i++) {
                to[toOffset + i * rowStride + p] = from[offset + p * columnStride + i];
            }
        }
    }

    /** Element (p, j) from {@code offset + j·columnStride + p} to {@code p·width + j}, zeros beyond the columns. */
    static void toPanel(
            int depth, int columns, int width, float[] from, int offset, int columnStride, MemorySegment to) {
        int j = 0;
        for (; j + 4 <= columns; j += 4) {
            int line0 = offset + j * columnStride;
            int line1 = line0 + columnStride;
            int line2 = line1 + columnStride;
            int line3 = line2 + columnStride;
            for (int p = 0; p < depth; p++) {
                long at = (long) p * width + j;
                to.setAtIndex(JAVA_FLOAT, at, from[line0 + p]);
                to.setAtIndex(JAVA_FLOAT, at + 1, from[line1 + p]);
                to.setAtIndex(JAVA_FLOAT, at + 2, from[line2 + p]);
                to.setAtIndex(JAVA_FLOAT, at + 3, from[line3 + p]);
            }
        }
        for (; j < width; j++) {
            for (int p = 0; p < depth; p++) {
                float value = j < columns ? from[offset + j * columnStride + p] : 0f;
                to.setAtIndex(JAVA_FLOAT, (long) p * width + j, value);
            }
        }
    }
}
