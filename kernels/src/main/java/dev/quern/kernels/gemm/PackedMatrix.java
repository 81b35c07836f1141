// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.Panels;

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
        Check.range("b", b, bOffset, shape.elementsB());
        int k = shape.k();
        int n = shape.n();
        Check.product("packed k·n", Panels.floats(k, n));
        boolean empty = alpha == 0f || k == 0;
        return new PackedMatrix(
                k, n, empty ? null : Panels.of(k, n, alpha, b, bOffset, shape.rowStrideB(), shape.columnStrideB()));
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
