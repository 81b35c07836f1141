// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

/**
 * C cut into {@code rowParts × columnParts} parts of whole tiles, one a thread. K is never cut, so the parts change no
 * bit.
 */
public record Grid(int m, int n, int rowParts, int columnParts) {
    /** Multiply-adds below which waking a thread costs more than it saves. */
    private static final long WORTH_A_THREAD = 1L << 20;

    /** Floats of B, which with few rows is what a product waits for, below which it costs more too. */
    private static final long FAR_FLOATS = 1L << 18;

    /** The cut that leaves the least work to the busiest thread; among equals the one that packs least of B twice. */
    public static Grid of(int m, int n, int k, int threads) {
        long b = (long) n * k;
        int useful = Math.clamp(Math.max(m * b / WORTH_A_THREAD, b / FAR_FLOATS), 1, threads);
        Grid best = new Grid(m, n, 1, 1);
        for (int columnParts = useful; columnParts >= 1; columnParts--) {
            Grid grid = new Grid(m, n, useful / columnParts, columnParts);
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
        Grid rows = new Grid(m, n, even.count(), 1);
        return m > n && 20 * rows.largestPart() <= 21 * even.largestPart() ? rows : even;
    }

    /** Number of parts. */
    public int count() {
        return rowParts * columnParts;
    }

    /** First row of a part. */
    public int rowFrom(int part) {
        return cut(m, MicroKernels.ROWS, part / columnParts, rowParts);
    }

    /** End of a part's rows. */
    public int rowTo(int part) {
        return cut(m, MicroKernels.ROWS, part / columnParts + 1, rowParts);
    }

    /** First column of a part. */
    public int columnFrom(int part) {
        return cut(n, MicroKernels.COLUMNS, part % columnParts, columnParts);
    }

    /** End of a part's columns. */
    public int columnTo(int part) {
        return cut(n, MicroKernels.COLUMNS, part % columnParts + 1, columnParts);
    }

    private static int cut(int size, int step, int index, int parts) {
        long steps = Math.ceilDiv(size, step);
        return (int) Math.min(size, steps * index / parts * step);
    }

    private long largestPart() {
        long rows = Math.ceilDiv(Math.ceilDiv(m, MicroKernels.ROWS), rowParts);
        long columns = Math.ceilDiv(Math.ceilDiv(n, MicroKernels.COLUMNS), columnParts);
        return rows * columns;
    }
}
