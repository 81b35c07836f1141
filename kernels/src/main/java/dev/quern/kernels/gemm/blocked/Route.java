// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.VectorSupport;

/** The ways through a product, and which one a product takes. All give the same bits; they differ in what they copy. */
public enum Route {
    /** {@link ColumnProduct}. */
    COLUMN("one column: rows of A against a copy of the column"),

    /** {@link InPlaceProduct}. */
    IN_PLACE("too small or too narrow to be worth packing: tiles on operands where they lie, or on whole rows of A"),

    /** {@link RowProduct}. */
    FEW_ROWS("few rows: B is read once, where it lies"),

    /** {@link BlockedGemm}'s five loops on a plain B. */
    BLOCKED("rows enough to pay for packing B, or a B that has to be packed to be read in order"),

    /** The same loops on a B that came packed. */
    PREPACKED("B came packed: only A is copied");

    /** Multiply-adds up to which nothing is worth packing. */
    private static final long SMALL = 100 * 100 * 100;

    /** Columns up to which nothing is worth packing, however many rows there are. */
    private static final int NARROW = 32;

    /** Floats of B up to which it is read in place: it stays in the second-level cache. */
    private static final int SMALL_B = 1 << 16;

    /** Rows up to which B is not worth packing. */
    private static final int FEW = 16;

    /** Stands for the column stride of an A whose rows are made as they are packed. */
    static final int MADE = 0;

    private final String reason;

    Route(String reason) {
        this.reason = reason;
    }

    /** Why products go this way. */
    public String reason() {
        return reason;
    }

    /**
     * The route of a product. Strides are those from column to column: 1 where the elements of a
     * row follow each other.
     *
     * @param aColumnStride {@link #MADE} where A is not in memory
     * @param packed whether B came packed; α and its stride then do not matter
     */
    public static Route of(
            int rows, int columns, int depth, int aColumnStride, boolean packed, float alpha, int bColumnStride) {
        if (columns == 1 && aColumnStride == 1 && depth > 0) {
            return COLUMN;
        }
        if (packed) {
            return PREPACKED;
        }
        if (VectorSupport.ENABLED && alpha == 1f && bColumnStride == 1) {
            boolean readable = aColumnStride == 1 || InPlaceProduct.rowsThatFit(columns, depth) >= FEW;
            if (readable && isSmall(rows, columns, depth)) {
                return IN_PLACE;
            }
            if (rows <= FEW && aColumnStride != MADE) {
                return FEW_ROWS;
            }
        }
        return BLOCKED;
    }

    private static boolean isSmall(int rows, int columns, int depth) {
        return (long) Math.max(columns, MicroKernels.IN_PLACE_COLUMNS) * depth <= SMALL_B
                && (columns <= NARROW || (long) rows * columns * depth <= SMALL);
    }
}
