// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.MatrixSource;
import dev.quern.kernels.gemm.blocked.Slivers;
import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The left-hand operand {@code op(A)} of many products, as the weights of a convolution in NCHW are, copied once into the
 * order in which this process's micro-kernels read it. Later changes of A do not show. Immutable, to be shared by any
 * number of threads.
 */
public final class PackedLeftMatrix {
    private final int rows;
    private final int columns;
    private final Slivers slivers;

    private PackedLeftMatrix(GemmShape shape, MatrixSource a) {
        rows = shape.m();
        columns = shape.k();
        Check.product("packed m·k", Slivers.floats(rows, columns));
        slivers = Slivers.of(rows, columns, a);
    }

    /**
     * Packs {@code op(A)} of a product; its n, ldb and ldc do not matter.
     *
     * @throws IllegalArgumentException when the copy would be larger than 2³¹-1 elements
     * @throws IndexOutOfBoundsException when A is not within its array
     */
    public static PackedLeftMatrix pack(GemmShape shape, float[] a, int aOffset) {
        Objects.requireNonNull(shape, "shape");
        Check.range("a", a, aOffset, shape.elementsA());
        int row = shape.rowStrideA();
        int column = shape.columnStrideA();
        return new PackedLeftMatrix(shape, (i, p) -> a[aOffset + i * row + p * column]);
    }

    /**
     * The same from memory, which may be mapped from a file: the elements of A, little-endian and in the format {@code
     * stored}, from the segment's start on. It is read now and not needed afterwards.
     *
     * @throws IndexOutOfBoundsException when A is not within the segment
     */
    public static PackedLeftMatrix pack(GemmShape shape, MemorySegment a, Storage stored) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(stored, "stored");
        StoredElements.check("a", a, shape.elementsA(), stored);
        return new PackedLeftMatrix(shape, StoredElements.of(a, stored, 1f, shape.rowStrideA(), shape.columnStrideA()));
    }

    /** Bytes that it takes. */
    public long bytes() {
        return slivers.bytes();
    }

    /** M of the products it serves. */
    public int rows() {
        return rows;
    }

    /** K of the products it serves. */
    public int columns() {
        return columns;
    }

    Slivers slivers() {
        return slivers;
    }
}
