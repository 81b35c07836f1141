// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.gemm.blocked.MatrixSource;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.gemm.blocked.Route;
import dev.quern.kernels.storage.Storage;
import dev.quern.kernels.vector.Lanes;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The right-hand operand {@code α·op(B)} of many products, packed once into the panels that this process's micro-kernels
 * read, or, where it is small and has few columns, into rows that they read in place. A copy: later changes of B do not show.
 * Immutable, to be shared by any number of threads.
 */
public final class PackedMatrix {
    private final int rows;
    private final int columns;

    /** Null where the start value is the result, as α or k is 0, and where B is so narrow that it is a plain copy. */
    private final Panels panels;

    /** That copy, {@link #stride} floats from row to row; else null. */
    private final float[] copy;

    private final int stride;

    private PackedMatrix(int rows, int columns, Panels panels) {
        this.rows = rows;
        this.columns = columns;
        this.panels = panels;
        copy = null;
        stride = 0;
    }

    /** A plain copy, with rows of whole vectors, so that none reaches beyond the array; a single column is in order. */
    private PackedMatrix(int rows, int columns, MatrixSource b) {
        this.rows = rows;
        this.columns = columns;
        panels = null;
        stride = columns == 1 ? 1 : Math.ceilDiv(columns, Lanes.COUNT) * Lanes.COUNT;
        copy = new float[rows * stride];
        for (int p = 0; p < rows; p++) {
            for (int j = 0; j < columns; j++) {
                copy[p * stride + j] = b.at(p, j);
            }
        }
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
        int row = shape.rowStrideB();
        int column = shape.columnStrideB();
        if (alpha == 0f || k == 0) {
            return new PackedMatrix(k, n, (Panels) null);
        }
        if (Route.isNarrow(n, k)) {
            return new PackedMatrix(k, n, (p, j) -> alpha * b[bOffset + p * row + j * column]);
        }
        return new PackedMatrix(k, n, Panels.of(k, n, alpha, b, bOffset, row, column));
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
        if (alpha == 0f || k == 0) {
            return new PackedMatrix(k, n, (Panels) null);
        }
        if (storage == Storage.FLOAT32 && Route.isNarrow(n, k)) {
            return new PackedMatrix(k, n, b);
        }
        return new PackedMatrix(k, n, Panels.of(storage, k, n, b));
    }

    /** Bytes that it takes: outside the heap, unless it is small and has few columns. */
    public long bytes() {
        return copy != null ? (long) Float.BYTES * copy.length : panels != null ? panels.bytes() : 0;
    }

    /** K of the products it serves. */
    public int rows() {
        return rows;
    }

    /** N of the products it serves. */
    public int columns() {
        return columns;
    }

    /** Whether the start value is the result: α or k was 0. */
    boolean isZero() {
        return panels == null && copy == null;
    }

    /** Whether it is a plain copy, {@link #stride} floats from row to row. */
    boolean isInRows() {
        return copy != null;
    }

    /** That copy, or null. */
    float[] inRows() {
        return copy;
    }

    /** Floats from row to row of it. */
    int stride() {
        return stride;
    }

    /** Names it as the right-hand side of a product whose C begins with column {@code j}. */
    void nameIn(BlockedGemm gemm, int j) {
        if (panels != null) {
            gemm.rightPacked(panels, j);
        } else {
            gemm.right(isZero() ? 0f : 1f, copy, j, stride, 1);
        }
    }
}
