// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.MatrixSource;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The right-hand operand {@code α·op(B)} of many products, packed once into the panels that this process's micro-kernels
 * read. A copy: later changes of B do not show. Immutable, to be shared by any number of threads.
 */
public final class PackedMatrix {
    private final int rows;
    private final int columns;
    private final Panels panels;

    private PackedMatrix(int rows, int columns, Panels panels) {
        this.rows = rows;
        this.columns = columns;
        this.panels = panels;
    }

    /**
     * Packs {@code α·op(B)} of a product; its m, lda and ldc do not matter. At α = 0 nothing of B is read, now or later.
     *
     * @throws IllegalArgumentException when the panels would be larger than 2³¹-1 elements
     * @throws IndexOutOfBoundsException when B is not within its array
     */
    public static PackedMatrix pack(GemmShape shape, float alpha, float[] b, int bOffset) {
        Objects.requireNonNull(shape, "shape");
        Check.range("b", b, bOffset, shape.elementsB());
        int k = shape.k();
        int n = shape.n();
        Check.product("packed k·n", Panels.floats(k, n));
        boolean empty = alpha == 0f || k == 0;
        return new PackedMatrix(
                k, n, empty ? null : Panels.of(k, n, alpha, b, bOffset, shape.rowStrideB(), shape.columnStrideB()));
    }

    /**
     * The same, stored in a format: at half the size, products that are bound by reading B are up to twice as fast.
     * α is applied before rounding. Numbers that do not fit {@link Storage#FLOAT16} (infinite, NaN, 65520 or more) make
     * the whole matrix stay at full size; products have the same bits.
     */
    public static PackedMatrix pack(GemmShape shape, float alpha, float[] b, int bOffset, Storage storage) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(storage, "storage");
        if (storage == Storage.FLOAT32) {
            return pack(shape, alpha, b, bOffset);
        }
        Check.range("b", b, bOffset, shape.elementsB());
        int row = shape.rowStrideB();
        int column = shape.columnStrideB();
        return pack(shape, alpha, storage, (p, j) -> alpha * b[bOffset + p * row + j * column]);
    }

    /**
     * The same from memory, which may be mapped from a file: the elements of B, little-endian and in the format {@code
     * stored}, from the segment's start on. It is read now and not needed afterwards.
     *
     * @throws IndexOutOfBoundsException when B is not within the segment
     */
    public static PackedMatrix pack(GemmShape shape, float alpha, MemorySegment b, Storage stored, Storage storage) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(stored, "stored");
        Objects.requireNonNull(storage, "storage");
        StoredElements.check("b", b, shape.elementsB(), stored);
        MatrixSource source = StoredElements.of(b, stored, alpha, shape.rowStrideB(), shape.columnStrideB());
        return pack(shape, alpha, storage, source);
    }

    private static PackedMatrix pack(GemmShape shape, float alpha, Storage storage, MatrixSource b) {
        int k = shape.k();
        int n = shape.n();
        Check.product("packed k·n", Panels.floats(k, n));
        boolean empty = alpha == 0f || k == 0;
        return new PackedMatrix(k, n, empty ? null : Panels.of(storage, k, n, b));
    }

    /** Bytes that it takes outside the heap. */
    public long bytes() {
        return panels == null ? 0 : panels.bytes();
    }

    /** K of the products it serves. */
    public int rows() {
        return rows;
    }

    /** N of the products it serves. */
    public int columns() {
        return columns;
    }

    /** Null where the start value is the result: α or k was 0. */
    Panels panels() {
        return panels;
    }
}
