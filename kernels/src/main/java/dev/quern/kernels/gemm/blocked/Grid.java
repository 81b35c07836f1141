// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * C cut into {@code rowParts × columnParts} parts of whole tiles, {@code rowUnit × columnUnit}, one a thread. K is never
 * cut, so the parts change no bit.
 */
public record Grid(int m, int n, int rowUnit, int columnUnit, int rowParts, int columnParts) {
    /** Multiply-adds below which waking a thread costs more than it saves. */
    private static final long WORTH_A_THREAD = 1L << 20;

    /** Floats of B, which with few rows is what a product waits for, below which it costs more too. */
    private static final long FAR_FLOATS = 1L << 18;

    /** The cut that leaves the least work to the busiest thread; among equals the one that packs least of B twice. */
    public static Grid of(int m, int n, int k, int threads) {
        long b = (long) n * k;
        int useful = Math.clamp(Math.max(m * b / WORTH_A_THREAD, b / FAR_FLOATS), 1, threads);
        Grid best = ofTiles(m, n, 1, 1);
        for (int columnParts = useful; columnParts >= 1; columnParts--) {
            Grid grid = ofTiles(m, n, useful / columnParts, columnParts);
            if (grid.largestPart() < best.largestPart()) {
                best = grid;
            }
        }
        return best;
    }

    /**
     * The same for a B that came packed: A is then what is copied for every part, so that rows are cut where they are more
     * than the columns, unless that is less even by more than a twentieth.
     */
    public static Grid ofPacked(int m, int n, int k, int threads) {
        Grid even = of(m, n, k, threads);
        Grid rows = ofTiles(m, n, even.count(), 1);
        return m > n && 20 * rows.largestPart() <= 21 * even.largestPart() ? rows : even;
    }

    /** The same for an A in {@link ColumnPanels}: the cut of the transposed product, as the panels are those of Aᵀ. */
    public static Grid ofColumnPanels(int m, int n, int k, int threads) {
        Grid transposed = of(n, m, k, threads);
        return new Grid(m, n, transposed.columnUnit, transposed.rowUnit, transposed.columnParts, transposed.rowParts);
    }

    private static Grid ofTiles(int m, int n, int rowParts, int columnParts) {
        return new Grid(m, n, MicroKernels.ROWS, MicroKernels.COLUMNS, rowParts, columnParts);
    }

    /** Number of parts. */
    public int count() {
        return rowParts * columnParts;
    }

    /** First row of a part. */
    public int rowFrom(int part) {
        return cut(m, rowUnit, part / columnParts, rowParts);
    }

    /** End of a part's rows. */
    public int rowTo(int part) {
        return cut(m, rowUnit, part / columnParts + 1, rowParts);
    }

    /** First column of a part. */
    public int columnFrom(int part) {
        return cut(n, columnUnit, part % columnParts, columnParts);
    }

    /** End of a part's columns. */
    public int columnTo(int part) {
        return cut(n, columnUnit, part % columnParts + 1, columnParts);
    }

    private static int cut(int size, int step, int index, int parts) {
        long steps = Math.ceilDiv(size, step);
        return (int) Math.min(size, steps * index / parts * step);
    }

    private long largestPart() {
        long rows = Math.ceilDiv(Math.ceilDiv(m, rowUnit), rowParts);
        long columns = Math.ceilDiv(Math.ceilDiv(n, columnUnit), columnParts);
        return rows * columns;
    }
}
