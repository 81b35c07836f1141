// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.transpose;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/** Copies matrices with rows and columns exchanged. */
public final class Transposition {
    private static final int SIDE = 16;
    private static final boolean VECTORS = VectorSupport.ENABLED && Lanes.COUNT == SIDE;

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
}
