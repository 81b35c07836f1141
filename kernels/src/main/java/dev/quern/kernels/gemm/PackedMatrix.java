// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.Packing;

/**
 * The right-hand operand {@code α·op(B)} of many products, packed once into the panels that this process's micro-kernels
 * read. A copy: later changes of B do not show. Immutable, to be shared by any number of threads.
 */
public final class PackedMatrix {
    private final int rows;
    private final int columns;
    private final boolean zero;
    private final float[] panels;

    private PackedMatrix(int rows, int columns, boolean zero, float[] panels) {
        this.rows = rows;
        this.columns = columns;
        this.zero = zero;
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
        long floats = Packing.panelFloats(shape.k(), shape.n());
        float[] panels = new float[Check.product("packed k·n", floats)];
        if (alpha != 0f) {
            Packing.packB(
                    shape.k(), shape.n(), alpha, b, bOffset, shape.rowStrideB(), shape.columnStrideB(), panels, 0);
        }
        return new PackedMatrix(shape.k(), shape.n(), alpha == 0f, panels);
    }

    /** K of the products it serves. */
    public int rows() {
        return rows;
    }

    /** N of the products it serves. */
    public int columns() {
        return columns;
    }

    /** True when α was 0: the product is left out, as it is with a plain B. */
    boolean zero() {
        return zero;
    }

    float[] panels() {
        return panels;
    }
}
