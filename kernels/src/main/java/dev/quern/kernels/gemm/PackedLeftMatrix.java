// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.gemm.blocked.ColumnPanels;
import dev.quern.kernels.gemm.blocked.Grid;
import dev.quern.kernels.gemm.blocked.MatrixSource;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.gemm.blocked.Slivers;
import dev.quern.kernels.storage.Storage;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The left-hand operand {@code op(A)} of many products, as the weights of a convolution in NCHW are, copied once into the
 * order in which this process's micro-kernels read it. Later changes of A do not show. Immutable, to be shared by any
 * number of threads.
 *
 * <p>One that is packed for a product with one column may be laid out for that, by columns. It serves products with more
 * columns too, with the same bits, but reads all of A for each of them.
 */
public final class PackedLeftMatrix {
    private final int rows;
    private final int columns;

    /** Null where the matrix is laid out for one column. */
    private final Slivers slivers;

    /** The transposed matrix, where it is laid out for one column; else null. */
    private final Panels panels;

    private PackedLeftMatrix(GemmShape shape, MatrixSource a) {
        rows = shape.m();
        columns = shape.k();
        boolean byColumns = shape.n() == 1 && ColumnPanels.serve(rows, columns);
        Check.product("packed m·k", byColumns ? ColumnPanels.floats(rows, columns) : Slivers.floats(rows, columns));
        slivers = byColumns ? null : Slivers.of(rows, columns, a);
        panels = byColumns ? ColumnPanels.of(rows, columns, a) : null;
    }

    /**
     * Packs {@code op(A)} of a product; its ldb and ldc do not matter, and of n only whether it is 1.
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

    /** Bytes that it takes: outside the heap where it is laid out for one column. */
    public long bytes() {
        return panels == null ? slivers.bytes() : panels.bytes();
    }

    /** M of the products it serves. */
    public int rows() {
        return rows;
    }

    /** K of the products it serves. */
    public int columns() {
        return columns;
    }

    /** Names it as the left-hand side of a product whose C begins with row {@code i}. */
    void nameIn(BlockedGemm gemm, int i) {
        if (panels == null) {
            gemm.leftPacked(slivers, i);
        } else {
            gemm.leftByColumns(panels, i);
        }
    }

    /** The parts of C that threads take. */
    Grid grid(int n, int depth, int threads) {
        return panels == null ? Grid.of(rows, n, depth, threads) : Grid.ofColumnPanels(rows, n, depth, threads);
    }
}
