// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.VectorSupport;

/** The ways through a product, and which one a product takes. All give the same bits; they differ in what they copy. */
public enum Route {
    /** {@link ColumnProduct}. */
    COLUMN("one column: rows of A against the column, which is copied unless it is in order"),

    /** The same, for C and B transposed. */
    ROW_AS_COLUMN("one row by a B that is stored transposed: columns of B, in order, against the row"),

    /** {@link ColumnPanels}. */
    BY_COLUMNS("A came packed for one column: it is read by columns, once for each column of C"),

    /** {@link NearRow}. */
    NEAR_ROW("one row, and a B that a near cache holds: its sums stay in registers"),

    /** {@link NearPair}. */
    NEAR_PAIRS("very few rows, and a B that a near cache holds: sums of two rows stay in registers"),

    /** {@link InPlaceProduct}. */
    IN_PLACE("too small or too narrow to be worth packing: tiles on operands where they lie, or on whole rows of A"),

    /** {@link RowProduct}. */
    FEW_ROWS("few rows: B is read once, where it lies"),

    /** The same, for C and A transposed. */
    COLUMN_AS_ROW("one column, and an A that is stored transposed: A is read once, where it lies"),

    /** {@link TwoPanelProduct}. */
    TWO_PANELS("few rows by a packed B of up to a panel and a half: tiles of both panels"),

    /** {@link BlockedGemm}'s five loops on a plain B. */
    BLOCKED("rows enough to pay for packing B, or a B that has to be packed to be read in order"),

    /** The same loops on a B that came packed. */
    PREPACKED("B came packed: only A is copied");

    /** Multiply-adds up to which nothing is worth packing. */
    private static final long SMALL = 100 * 100 * 100;

    /** Columns up to which nothing is worth packing, however many rows there are. */
    private static final int NARROW = 48;

    /** Floats of B up to which it is read in place: it stays in the second-level cache. */
    private static final int SMALL_B = 1 << 16;

    /** Rows from which on a small B is worth packing, if its panels are full or nearly. */
    private static final int ROWS_THAT_PAY = 60;

    /** The same for a B that the first-level cache does not hold: tiles in place wait for it. */
    private static final int ROWS_THAT_PAY_FAR = 24;

    /** The same where rows of B share cache sets, and tiles pack it, which costs less. */
    private static final int ROWS_THAT_PAY_SOON = MicroKernels.PACK_IN_TILES ? 13 : ROWS_THAT_PAY_FAR;

    /** Floats of B that the first-level cache holds. */
    static final int NEAR_B = 14 << 10;

    /** Floats between rows of B that share cache sets. */
    private static final int SETS_SHARED = 128;

    /** A part of so many columns may be beyond the last one in panels that are nearly full. */
    private static final int NEARLY_FULL = 12;

    /** Rows up to which B is not worth packing. */
    private static final int FEW = 12;

    /** The same for a B that a cache holds, where a tile packs the panel that it reads: then its rows only have to be there. */
    private static final int FEWER = MicroKernels.PACK_IN_TILES ? MicroKernels.ROWS - 1 : FEW;

    private final String reason;

    Route(String reason) {
        this.reason = reason;
    }

    /** Why products go this way. */
    public String reason() {
        return reason;
    }

    /** The route of a product. */
    static Route of(Operands o, int rows, int columns) {
        if (o.aByColumns != null) {
            return BY_COLUMNS;
        }
        boolean inMemory = o.rowSource == null;
        boolean whole = o.aBlock() >= o.k;
        if (inMemory && columns == 1 && o.aColumnStride == 1 && o.k > 0) {
            return COLUMN;
        }
        if (o.packed != null) {
            return TwoPanelProduct.serves(o, rows, columns) ? TWO_PANELS : PREPACKED;
        }
        if (!VectorSupport.ENABLED || o.alpha != 1f) {
            return BLOCKED;
        }
        if (inMemory && whole && rows == 1 && o.bRowStride == 1 && o.bColumnStride != 1 && o.k > 0) {
            return ROW_AS_COLUMN;
        }
        if (inMemory && columns == 1 && o.aRowStride == 1 && o.ldc == 1) {
            return COLUMN_AS_ROW;
        }
        if (o.bColumnStride == 1) {
            if (inMemory && whole && rows == 1 && staysNear(columns, o.k)) {
                return NEAR_ROW;
            }
            if (inMemory && whole && goesInPairs(rows, columns) && staysNear(columns, o.k)) {
                return NEAR_PAIRS;
            }
            boolean readable = inMemory && o.aColumnStride == 1 || InPlaceProduct.rowsThatFit(columns, o.k) >= FEW;
            if (readable && whole && isSmall(rows, columns, o.k, o.bRowStride)) {
                return IN_PLACE;
            }
            boolean near = columns >= MicroKernels.COLUMNS && !Blocking.isFar((long) columns * o.k);
            if (rows <= (near ? FEWER : FEW) && inMemory) {
                return FEW_ROWS;
            }
        }
        return BLOCKED;
    }

    /** Whether products by a B of these sizes read it in place, however many rows they have: it is not worth panels. */
    public static boolean isNarrow(int columns, int depth) {
        return VectorSupport.ENABLED && columns <= NARROW && staysNear(columns, depth);
    }

    /** Whether a B of these sizes stays in the second-level cache. */
    static boolean staysNear(int columns, int depth) {
        return (long) Math.max(columns, MicroKernels.IN_PLACE_COLUMNS) * depth <= SMALL_B;
    }

    /** Whether rows are taken by twos: more than two only where tiles in place are low, and then not columns that share a vector. */
    private static boolean goesInPairs(int rows, int columns) {
        return rows <= 2 || MicroKernels.LOW.isEmpty() && rows <= FEW && columns >= MicroKernels.IN_PLACE_COLUMNS;
    }

    /**
     * Whether rows of B are a multiple of 512 bytes apart. In a first-level cache of 64 lines a way, as many as a page has, what a
     * tile of four vectors reads of them then falls into half of its sets.
     */
    static boolean sharesSets(int bRowStride) {
        return bRowStride % SETS_SHARED == 0;
    }

    /** Whether packed panels are full, or nearly. */
    private static boolean fillPanels(int columns) {
        int last = columns % MicroKernels.COLUMNS;
        int beyond = last == 0 ? 0 : MicroKernels.forColumns(last).columns() - last;
        return beyond * NEARLY_FULL <= columns;
    }

    private static boolean isSmall(int rows, int columns, int depth, int stride) {
        if (!staysNear(columns, depth)) {
            return false;
        }
        if (columns <= NARROW) {
            return true;
        }
        boolean small = (long) rows * columns * depth <= SMALL;
        boolean near = columns * depth <= NEAR_B;
        if (near && MicroKernels.inTwoTiles(columns)) {
            return small || !fillPanels(columns);
        }
        int pay = near ? ROWS_THAT_PAY : sharesSets(stride) ? ROWS_THAT_PAY_SOON : ROWS_THAT_PAY_FAR;
        return small && (rows < pay || !fillPanels(columns));
    }
}
