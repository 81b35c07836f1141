// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import java.util.stream.Collectors;

/** What {@link BlockedGemm} would do with a product, in words. */
final class Explanation {
    private Explanation() {}

    /** One line: route, reason, tiles, and bytes that a call copies in order to read them in order. */
    static String of(Route route, Operands o, int rows, int columns) {
        return route + ": " + route.reason() + "; " + tiles(route, o, rows, columns) + "; copies "
                + Packing.FLOAT * copiedFloats(route, o, rows, columns) + " bytes";
    }

    private static String tiles(Route route, Operands o, int rows, int columns) {
        return switch (route) {
            case COLUMN, ROW_AS_COLUMN -> ColumnProduct.rowsAtATime();
            case BY_COLUMNS -> "a column by " + ColumnPanels.ROWS + " rows";
            case IN_PLACE ->
                (halfVectors(o, rows, columns)
                                ? "two rows a vector and nothing copied if C is neither read nor finished, else "
                                : "")
                        + "tiles of "
                        + MicroKernels.IN_PLACE.stream()
                                .filter(kernel ->
                                        kernel.least() <= columns || kernel == MicroKernels.IN_PLACE.getLast())
                                .map(InPlaceKernel::name)
                                .collect(Collectors.joining(", "))
                        + " vectors";
            case NEAR_ROW -> "a row by passes of up to 8 vectors";
            case NEAR_PAIRS -> "two rows by passes of up to 6 vectors";
            case TWO_PANELS -> "tiles of 4x6, 2x6 vectors";
            case FEW_ROWS, COLUMN_AS_ROW -> "rows by 2, eight steps of the depth at a time";
            case BLOCKED, PREPACKED -> {
                String wide = MicroKernels.forColumns(columns).name();
                String last = MicroKernels.forColumns(Math.floorMod(columns - 1, MicroKernels.COLUMNS) + 1)
                        .name();
                yield "tiles of " + (wide.equals(last) ? wide : wide + ", " + last) + " vectors, blocks of "
                        + Math.min(rows, Blocking.rows(o, columns)) + " rows";
            }
        };
    }

    private static boolean halfVectors(Operands o, int rows, int columns) {
        return o.aColumnStride == 1
                && o.bColumnStride == 1
                && HalfVectors.serve(rows, columns, o.k, o.bRowStride, o.ldc);
    }

    private static long copiedFloats(Route route, Operands o, int rows, int columns) {
        int depth = o.k;
        int copied = o.aPacked ? 0 : Blocking.readsInPlace(o, columns) ? beside(o, rows, columns) : rows;
        long left = (long) copied * depth * Math.ceilDiv(columns, Blocking.columns(rows));
        return switch (route) {
            case COLUMN, ROW_AS_COLUMN -> ColumnProduct.copiedFloats(o);
            case BY_COLUMNS -> (long) ColumnProduct.copiedFloats(o) * columns;
            case IN_PLACE -> InPlaceProduct.widensB(o, columns) ? (long) MicroKernels.IN_PLACE_COLUMNS * depth : 0;
            case NEAR_ROW, NEAR_PAIRS, TWO_PANELS, FEW_ROWS, COLUMN_AS_ROW -> 0;
            case BLOCKED -> left + Panels.floats(depth, columns);
            case PREPACKED -> left;
        };
    }

    /** Rows that are copied though tiles read A where it lies: the last ones, and the first ones of a block where they pack B. */
    private static int beside(Operands o, int rows, int columns) {
        int tile = MicroKernels.ROWS;
        boolean packs = Blocking.packsInTiles(o, rows, columns);
        return rows % tile + (packs ? tile * Math.ceilDiv(rows - tile + 1, Blocking.rows(o, columns)) : 0);
    }
}
