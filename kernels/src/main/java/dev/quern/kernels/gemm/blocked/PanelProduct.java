// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.transpose.Transposition;
import java.lang.foreign.MemorySegment;

/**
 * The two innermost loops of a product, for those who have outer loops of their own: some rows of A times one panel of B, to rows
 * that lie {@link #WIDTH} floats apart in scratch memory. Rows are rounded up to whole slivers, so that no tile is partial.
 *
 * <pre>{@code  c[i, j] ← (0 or c[i, j]) + Σ_p A[i, p] · B[p, j]     one FMA chain per element, p ascending}</pre>
 *
 * There is one object a thread. Its panels are those of {@link BlockedGemm}: no product may come between packing and use.
 */
public final class PanelProduct {
    /** Columns of a full panel, and the distance of the rows of a result. */
    public static final int WIDTH = MicroKernels.COLUMNS;

    /** Rows of a sliver. */
    public static final int ROWS = MicroKernels.ROWS;

    /** Floats of a copied row of A over one block of the depth. */
    public static final int ROW_FLOATS = MicroKernel.SLIVER_STRIDE;

    /** Rows of copied A that a thread has room for, see {@link #slivers}. */
    public static final int SLIVER_ROWS = Blocking.MC;

    /** Blocks of packed B that a thread has room for. */
    public static final int ROOM = Blocking.ROOM;

    private static final ThreadLocal<PanelProduct> OF_THREAD = ThreadLocal.withInitial(PanelProduct::new);

    private final float[] zeros = new float[WIDTH];
    private final Panels panels = BlockedGemm.ofThread().ownPanels();

    private final float[] slivers = BlockedGemm.ofThread().slivers();

    private final float[] row = new float[ROOM * WIDTH];

    private MemorySegment right;
    private float[] init;
    private int initOffset;
    private boolean goOn;

    private PanelProduct() {}

    /** This thread's object. */
    public static PanelProduct ofThread() {
        return OF_THREAD.get();
    }

    /** Rows as they are written: whole slivers. */
    public static int padded(int rows) {
        return Math.ceilDiv(rows, ROWS) * ROWS;
    }

    /** The depth of each block but perhaps the last. */
    public static int depth(int k) {
        return Blocking.depth(k);
    }

    /** Blocks of a depth. */
    public static int depthBlocks(int k) {
        return Blocking.depthBlocks(k);
    }

    /** How wide a panel of so many columns is packed. */
    public static int panelWidth(int columns) {
        return MicroKernels.forColumns(columns).columns();
    }

    /** Copies a block of A whose rows lie in order. */
    public void packLeft(int rows, int depth, float[] a, int offset, int rowStride, float[] slivers, int to) {
        Packing.packRows(rows, depth, a, offset, rowStride, slivers, to, ROW_FLOATS);
    }

    /** Copies a block of A whose columns lie in order. */
    public void packLeftTransposed(
            int rows, int depth, float[] a, int offset, int columnStride, float[] slivers, int to) {
        Transposition.run(depth, rows, a, offset, columnStride, slivers, to, ROW_FLOATS);
    }

    /** Packs a block of B whose columns lie in order: the panel is {@link #panelWidth} wide, anything beyond the columns. */
    public void packRightTransposed(int block, int depth, int columns, float[] b, int offset, int columnStride) {
        panels.pack(block, depth, columns, 1f, b, offset, 1, columnStride);
    }

    /** The memory of a block, to be packed by the caller. */
    public MemorySegment panel(int block) {
        return panels.block(block);
    }

    /** Copies a result whose columns are to be rows, {@code stride} apart. */
    public void turn(int rows, int columns, float[] c, int from, float[] to, int toOffset, int stride) {
        Transposition.run(rows, columns, c, from, WIDTH, to, toOffset, stride);
    }

    /** Multiplies; on demand goes on from what is there. */
    public void run(
            int rows, int columns, int depth, float[] slivers, int from, int block, boolean goOn, float[] c, int to) {
        MicroKernel wide = MicroKernels.forColumns(columns);
        MemorySegment panel = panels.block(block);
        for (int ir = 0; ir < rows; ) {
            MicroKernel kernel = MicroKernels.forRows(rows - ir, wide);
            int tile = to + ir * WIDTH;
            float[] init = goOn ? c : zeros;
            int initOffset = goOn ? tile : 0;
            int initStride = goOn ? WIDTH : 0;
            kernel.body()
                    .run(depth, slivers, from + ir * ROW_FLOATS, panel, init, initOffset, initStride, c, tile, WIDTH);
            ir += kernel.rows();
        }
    }

    /** This thread's own room for a row of {@link #ROOM} panels. */
    public float[] row() {
        return row;
    }

    /** Whether {@link #rows} takes so many rows: there are tiles for any number, or they are whole slivers. */
    public static boolean anyRows(int rows) {
        return !MicroKernels.LOW.isEmpty() || rows % ROWS == 0;
    }

    /** This thread's own room for copied rows of A. */
    public float[] slivers() {
        return slivers;
    }

    /** Packs a full panel of a B whose rows lie in order, the right operand of {@link #rows}. */
    public void packRight(int depth, float[] b, int offset, int rowStride) {
        panels.pack(0, depth, WIDTH, 1f, b, offset, rowStride, 1);
        right = panels.block(0);
    }

    /** Packs full panels of a B whose rows lie in order, to be named by {@link #right}. */
    public void packRight(int depth, int columns, float[] b, int offset, int rowStride) {
        panels.pack(0, depth, columns, 1f, b, offset, rowStride, 1);
    }

    /** Names a panel that was packed before as the right operand of {@link #rows}. */
    public void right(int panel) {
        right = panels.block(panel);
    }

    /** Names a block of a packed B as the right operand of {@link #rows}. */
    public void rightPacked(Panels matrix, int depthBlock, int panel) {
        right = matrix.block(depthBlock * matrix.across() + panel);
    }

    /** The chains start from a bias, or 0 where it is null. */
    public void start(float[] bias, int offset) {
        init = bias == null ? zeros : bias;
        initOffset = bias == null ? 0 : offset;
        goOn = false;
    }

    /** The chains go on from C. */
    public void goOn() {
        goOn = true;
    }

    /** Forgets the operands. */
    public void release() {
        right = null;
        init = null;
    }

    /** Rows of {@link #slivers} from a place on, times the right operand, to rows of C that lie {@code ldc} apart. */
    public void rows(int rows, int depth, int from, float[] c, int cOffset, int ldc) {
        for (int ir = 0; ir < rows; ) {
            MicroKernel kernel = tileFor(rows - ir);
            int tile = cOffset + ir * ldc;
            float[] first = goOn ? c : init;
            int firstOffset = goOn ? tile : initOffset;
            int firstStride = goOn ? ldc : 0;
            kernel.body()
                    .run(depth, slivers, from + ir * ROW_FLOATS, right, first, firstOffset, firstStride, c, tile, ldc);
            ir += kernel.rows();
        }
    }

    /** The highest tile that is full. */
    private static MicroKernel tileFor(int rows) {
        return rows >= ROWS ? MicroKernels.ALL.getFirst() : MicroKernels.LOW.get(rows == 1 ? 0 : 1);
    }
}
