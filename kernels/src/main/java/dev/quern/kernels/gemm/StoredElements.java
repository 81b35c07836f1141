// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.gemm.blocked.MatrixSource;
import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The elements of a matrix in memory, little-endian, at any address. */
final class StoredElements {
    private static final ValueLayout.OfFloat FLOATS =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALVES =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private StoredElements() {}

    static void check(String name, MemorySegment matrix, int elements, Storage stored) {
        long needed = (long) elements * stored.bytes();
        if (matrix.byteSize() < needed) {
            throw new IndexOutOfBoundsException(name + ": " + elements + " elements of " + stored + " need " + needed
                    + " bytes, allowed: up to the segment's " + matrix.byteSize());
        }
    }

    /** Each element times α. */
    static MatrixSource of(MemorySegment matrix, Storage stored, float alpha, int rowStride, int columnStride) {
        return stored == Storage.FLOAT32
                ? (i, j) -> alpha * matrix.get(FLOATS, (long) (i * rowStride + j * columnStride) * Float.BYTES)
                : (i, j) -> alpha
                        * stored.toFloat(matrix.get(HALVES, (long) (i * rowStride + j * columnStride) * Short.BYTES));
    }
}
