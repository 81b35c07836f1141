// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Read this first: the blocked matrix product, {@code C ← act(start + A·B)}, as five loops round a micro-kernel.
 *
 * <pre>
 * LOOP 5  jc  cuts N by NC     columns of B and C: packs B into panels, unless it came packed
 * LOOP 4  ic  cuts M by MC     rows of A and C
 * LOOP 3  pc  cuts K by KC     columns of A, rows of B: packs A into slivers
 * LOOP 2  jr  cuts NC by NR    one panel of B
 * LOOP 1  ir  cuts MC by MR    one sliver of A, one tile of C: the micro-kernel
 * </pre>
 *
 * Every element of C is one FMA chain over k in ascending order. It starts from {@code β·C}, a bias, both or zero; later
 * K blocks go on from C, and the last one applies the activation. Loops and names follow Van Zee and van de Geijn,
 * "BLIS: A Framework for Rapidly Instantiating BLAS Functionality", ACM TOMS 41(3), 2015, except that K is cut inside M:
 * a block of C stays in the second-level cache until it is done. Fetching its tiles again for every K block cost more
 * than fetching the panels of B, which are read in order.
 *
 * <p>Where one block of rows is all there is, or a packed B would be large, LOOP 2 packs it as it goes. Small and narrow
 * products read both operands in place ({@link InPlaceKernel}); those of few rows and of one column have loops of their
 * own ({@link RowProduct}, {@link ColumnProduct}). The chains are the same.
 *
 * <p>There is one object a thread, so that a call allocates nothing: the doors name the operands, then {@link #run} does
 * the work in the caller's thread. Nothing is checked here; the doors have done so. To share a product among threads, a
 * door runs parts of C.
 */
public final class BlockedGemm {
    private static final int MR = MicroKernels.ROWS;
    private static final int NR = MicroKernels.COLUMNS;

    /** Columns of B that are packed at a time on the way, to the second-level cache. */
    private static final int GROUP = Packing.PANELS_A_PASS * NR;

    private static final int NARROWEST = MicroKernels.IN_PLACE_COLUMNS;

    /** Multiply-adds up to which nothing is worth packing. */
    private static final long SMALL = 100 * 100 * 100;

    /** Columns up to which nothing is worth packing, however many rows there are. */
    private static final int NARROW = 32;

    /** Floats of B up to which it is read in place: it stays in the second-level cache. */
    private static final int SMALL_B = 1 << 16;

    /** Floats between copied rows of A: what makes them may write so far beyond a row. */
    private static final int SLACK = MicroKernel.SLIVER_STRIDE - Blocking.KC;

    /** Rows up to which B is not worth packing. */
    private static final int FEW_ROWS = 16;

    private static final ThreadLocal<BlockedGemm> OF_THREAD = ThreadLocal.withInitial(BlockedGemm::new);

    /** The start of a plain product. */
    private final float[] zeros = new float[NR];

    /** The bias of a panel that is not full, padded. */
    private final float[] biasRow = new float[NR];

    /** Stands in for a tile of C that is partial, or whose start is not simply in memory. */
    private final float[] tile = new float[Math.max(MR, MicroKernels.IN_PLACE_ROWS) * NR];

    /** The packed block of A. */
    private final float[] slivers = new float[Blocking.MC * MicroKernel.SLIVER_STRIDE];

    /** Takes what is packed of a plain B. */
    private final Panels ownPanels = Panels.room(Blocking.ROOM);

    private float[] a;
    private int aOffset;
    private int aRowStride;
    private int aColumnStride;
    private RowSource rowSource;

    private float[] b;
    private int bOffset;
    private int bRowStride;
    private int bColumnStride;
    private float alpha;
    private boolean packed;

    /** Whether LOOP 2 packs B, a group of panels at a time. */
    private boolean packedOnTheWay;

    private Panels panels;
    private int panelsFirst;
    private int panelsAcross;

    private float beta;
    private float[] bias;
    private int biasOffset;
    private boolean biasAlongM;

    private float[] c;
    private int cOffset;
    private int ldc;
    private Activation activation;

    private int k;

    private BlockedGemm() {}

    /** This thread's object. */
    public static BlockedGemm ofThread() {
        return OF_THREAD.get();
    }

    /** A: element (i, p) at {@code offset + i·rowStride + p·columnStride}. */
    public BlockedGemm left(float[] array, int offset, int rowStride, int columnStride) {
        a = array;
        aOffset = offset;
        aRowStride = rowStride;
        aColumnStride = columnStride;
        return this;
    }

    /** A that is made as it is packed. */
    public BlockedGemm left(RowSource source) {
        rowSource = source;
        return this;
    }

    /** {@code α·B}: element (p, j) at {@code offset + p·rowStride + j·columnStride}. */
    public BlockedGemm right(float factor, float[] array, int offset, int rowStride, int columnStride) {
        packed = false;
        alpha = factor;
        b = array;
        bOffset = offset;
        bRowStride = rowStride;
        bColumnStride = columnStride;
        panels = ownPanels;
        panelsFirst = 0;
        panelsAcross = 0;
        return this;
    }

    /** Packed B; C's first column is column {@code j} of it, the first of a panel. */
    public BlockedGemm rightPacked(Panels matrix, int j) {
        packed = true;
        panels = matrix;
        panelsFirst = j / NR;
        panelsAcross = matrix.across();
        return this;
    }

    /** The start of each chain: {@code factor·C} (C is not read at 0) plus a bias, along M, along N, or null. */
    public BlockedGemm start(float factor, float[] biases, int offset, boolean alongM) {
        beta = factor;
        bias = biases;
        biasOffset = offset;
        biasAlongM = alongM;
        return this;
    }

    /** C, and what is applied to its finished elements. */
    public BlockedGemm into(float[] array, int offset, int leadingDimension, Activation last) {
        c = array;
        cOffset = offset;
        ldc = leadingDimension;
        activation = last;
        return this;
    }

    /** Computes the m × n product over depth k with the operands named before, and forgets them. */
    public void run(int rows, int columns, int depth) {
        k = depth;
        if (columns == 1 && liesInRows() && depth > 0) {
            column(rows);
        } else if (fitsInPlace(rows, columns)) {
            inPlace(rows, columns);
        } else if (rowSource == null
                && rows <= FEW_ROWS
                && !packed
                && alpha == 1f
                && bColumnStride == 1
                && VectorSupport.ENABLED) {
            fillStart(0, rows, 0, columns, c, cOffset, ldc);
            RowProduct.run(
                    rows, columns, k, a, aOffset, aRowStride, aColumnStride, b, bOffset, bRowStride, c, cOffset, ldc);
            activate(rows, columns, cOffset);
        } else {
            blocks(rows, columns);
        }
        a = null;
        rowSource = null;
        b = null;
        panels = null;
        bias = null;
        c = null;
        activation = null;
    }

    private void blocks(int rows, int columns) {
        int rowStep = Blocking.rows(Math.min(columns, Blocking.NC));
        int across = Panels.across(Math.min(columns, Blocking.NC));
        packedOnTheWay = !packed && (rows <= rowStep || (long) across * Blocking.depthBlocks(k) > Blocking.ROOM);
        for (int jc = 0; jc < columns; jc += Blocking.NC) { // LOOP 5
            int nc = Math.min(Blocking.NC, columns - jc);
            if (!packed && !packedOnTheWay) {
                packB(jc, nc);
            }
            for (int ic = 0; ic < rows; ic += rowStep) { // LOOP 4
                depthBlocks(ic, Math.min(rowStep, rows - ic), jc, nc);
            }
        }
    }

    /** Packs B over the whole depth. */
    private void packB(int jc, int nc) {
        panelsAcross = Panels.across(nc);
        int step = Blocking.depth(k);
        for (int pc = 0; pc < k; pc += step) {
            packB(pc / step * panelsAcross, pc, Math.min(step, k - pc), jc, nc);
        }
    }

    private void packB(int firstBlock, int pc, int kc, int j, int columns) {
        int from = bOffset + pc * bRowStride + j * bColumnStride;
        panels.pack(firstBlock, kc, columns, alpha, b, from, bRowStride, bColumnStride);
    }

    /** One column, without panels: B goes where the slivers would, as much of the depth at a time as fits. */
    private void column(int rows) {
        fillStart(0, rows, 0, 1, c, cOffset, ldc);
        int step = Blocking.depth(k);
        int most = slivers.length / step * step;
        for (int pc = 0; pc < k; pc += most) {
            int kc = Math.min(most, k - pc);
            if (packed) {
                unpackColumn(pc, kc, step);
            } else {
                Packing.copyColumn(kc, alpha, b, bOffset + pc * bRowStride, bRowStride, slivers, 0);
            }
            ColumnProduct.run(rows, kc, a, aOffset + pc, aRowStride, slivers, c, cOffset, ldc);
        }
        activate(rows, 1, cOffset);
    }

    private void unpackColumn(int pc, int kc, int step) {
        int nr = MicroKernels.forColumns(1).columns();
        for (int p = 0; p < kc; p += step) {
            MemorySegment block = panels.block(panelsFirst + (pc + p) / step * panelsAcross);
            Packing.copyColumn(Math.min(step, kc - p), block, nr, slivers, p);
        }
    }

    /** Whether the operands are not worth packing: the product is small, or narrow and its B small. */
    private boolean fitsInPlace(int rows, int columns) {
        return VectorSupport.ENABLED
                && !packed
                && alpha == 1f
                && bColumnStride == 1
                && (long) Math.max(columns, NARROWEST) * k <= SMALL_B
                && (columns <= NARROW || (long) rows * columns * k <= SMALL)
                && (liesInRows() || rowsThatFit(columns) >= FEW_ROWS);
    }

    private boolean liesInRows() {
        return rowSource == null && aColumnStride == 1;
    }

    /** Rows of A, over the whole depth, that there is room for where slivers lie otherwise, beside a widened B. */
    private int rowsThatFit(int columns) {
        int taken = columns < NARROWEST ? k * NARROWEST : 0;
        return (slivers.length - taken) / (k + SLACK);
    }

    /** With B, and A if its rows lie in order, in place; else blocks of rows are copied. */
    private void inPlace(int rows, int columns) {
        if (columns < NARROWEST) {
            widenB(columns);
        }
        if (liesInRows()) {
            inPlaceRows(0, rows, columns);
        } else {
            copiedRows(rows, columns);
        }
        activate(rows, columns, cOffset);
    }

    private void copiedRows(int rows, int columns) {
        float[] from = a;
        int offset = aOffset;
        int rowStride = aRowStride;
        a = slivers;
        aRowStride = k + SLACK;
        int step = rowsThatFit(columns);
        for (int ic = 0; ic < rows; ic += step) {
            int mc = Math.min(step, rows - ic);
            if (rowSource != null) {
                rowSource.pack(ic, mc, 0, k, slivers, aRowStride);
            } else {
                int block = offset + ic * rowStride;
                Packing.packA(mc, k, from, block, rowStride, aColumnStride, slivers, aRowStride);
            }
            aOffset = -ic * aRowStride;
            inPlaceRows(ic, ic + mc, columns);
        }
    }

    /** Rows {@code [top, bottom)} of C tile by tile, columns outermost: the B of a tile stays in the first-level cache. */
    private void inPlaceRows(int top, int bottom, int columns) {
        // The last tiles move back rather than leave the operands. Where C is not read, they simply compute some
        // elements again, to the same bits.
        boolean again = beta == 0f;
        for (int j = 0; j < columns; ) {
            InPlaceKernel kernel = MicroKernels.inPlaceFor(columns, j);
            int first = Math.max(0, Math.min(j, columns - kernel.columns()));
            int end = Math.min(columns, first + kernel.columns());
            for (int row = top; row < bottom; row += kernel.rows()) {
                int i = again ? Math.max(top, Math.min(row, bottom - kernel.rows())) : row;
                inPlaceTile(kernel, i, Math.min(kernel.rows(), bottom - i), first, again ? first : j, end);
            }
            j = end;
        }
    }

    /** Copies a B that is narrower than any tile, with zeros beside it, to the end of the slivers' memory. */
    private void widenB(int columns) {
        int start = slivers.length - k * NARROWEST;
        for (int p = 0; p < k; p++) {
            int row = start + p * NARROWEST;
            System.arraycopy(b, bOffset + p * bRowStride, slivers, row, columns);
            Arrays.fill(slivers, row + columns, row + NARROWEST, 0f);
        }
        b = slivers;
        bOffset = start;
        bRowStride = NARROWEST;
    }

    /** Columns {@code [j, end)} of a tile that starts at column {@code first}. */
    private void inPlaceTile(InPlaceKernel kernel, int i, int rows, int first, int j, int end) {
        boolean full = rows == kernel.rows() && end - j == kernel.columns();
        float[] init = tile;
        int initOffset = 0;
        int initStride = NR;
        if (beta == 0f && bias == null) {
            init = zeros;
            initStride = 0;
        } else if (beta == 0f && !biasAlongM && end - first == kernel.columns()) {
            init = bias;
            initOffset = biasOffset + first;
            initStride = 0;
        } else {
            fillStart(i, rows, first, end - first, tile, 0, NR);
        }
        int cTile = cOffset + i * ldc + j;
        float[] out = full ? c : tile;
        int outOffset = full ? cTile : 0;
        int outStride = full ? ldc : NR;
        int left = aOffset + i * aRowStride;
        int right = bOffset + first;
        kernel.body()
                .run(
                        k,
                        rows,
                        a,
                        left,
                        aRowStride,
                        b,
                        right,
                        bRowStride,
                        init,
                        initOffset,
                        initStride,
                        out,
                        outOffset,
                        outStride);
        if (!full) {
            copyRows(rows, end - j, tile, j - first, NR, c, cTile, ldc);
        }
    }

    private void activate(int rows, int columns, int first) {
        if (activation != Activation.IDENTITY) {
            for (int r = 0; r < rows; r++) {
                activation.forward(columns, c, first + r * ldc, c, first + r * ldc);
            }
        }
    }

    private void depthBlocks(int ic, int mc, int jc, int nc) {
        int step = Blocking.depth(k);
        int pc = 0;
        do { // LOOP 3; runs once even for k = 0, and leaves the start value
            int kc = Math.min(step, k - pc);
            int block = aOffset + ic * aRowStride + pc * aColumnStride;
            if (rowSource != null) {
                rowSource.pack(ic, mc, pc, kc, slivers, MicroKernel.SLIVER_STRIDE);
            } else if (kc > 0) {
                Packing.packA(mc, kc, a, block, aRowStride, aColumnStride, slivers, MicroKernel.SLIVER_STRIDE);
            }
            tiles(ic, mc, jc, nc, pc, kc);
            pc += kc;
        } while (pc < k);
    }

    private void tiles(int ic, int mc, int jc, int nc, int pc, int kc) {
        int firstBlock = panelsFirst + pc / Blocking.depth(k) * panelsAcross + (packed ? jc / NR : 0);
        for (int jr = 0; jr < nc; jr += NR) { // LOOP 2
            MicroKernel kernel = MicroKernels.forColumns(nc - jr);
            int columns = Math.min(NR, nc - jr);
            int block = firstBlock + jr / NR;
            if (packedOnTheWay) {
                if (jr % GROUP == 0) {
                    packB(0, pc, kc, jc + jr, Math.min(GROUP, nc - jr));
                }
                block = jr % GROUP / NR;
            }
            if (columns < kernel.columns() && bias != null && !biasAlongM) {
                System.arraycopy(bias, biasOffset + jc + jr, biasRow, 0, columns);
            }
            for (int ir = 0; ir < mc; ir += MR) { // LOOP 1
                int sliver = ir * MicroKernel.SLIVER_STRIDE;
                tile(kernel, sliver, panels.block(block), ic + ir, Math.min(MR, mc - ir), jc + jr, columns, pc, kc);
            }
        }
    }

    private void tile(
            MicroKernel kernel, int sliver, MemorySegment panel, int i, int rows, int j, int columns, int pc, int kc) {
        int cTile = cOffset + i * ldc + j;
        boolean full = rows == MR && columns == kernel.columns();

        float[] init = tile;
        int initOffset = 0;
        int initStride = NR;
        if (pc > 0) {
            if (full) {
                init = c;
                initOffset = cTile;
                initStride = ldc;
            } else {
                copyRows(rows, columns, c, cTile, ldc, tile, 0, NR);
            }
        } else if (beta == 0f && bias == null) {
            init = zeros;
            initStride = 0;
        } else if (beta == 0f && !biasAlongM) {
            init = columns == kernel.columns() ? bias : biasRow;
            initOffset = columns == kernel.columns() ? biasOffset + j : 0;
            initStride = 0;
        } else {
            fillStart(i, rows, j, columns, tile, 0, NR);
        }

        float[] out = full ? c : tile;
        int outOffset = full ? cTile : 0;
        int outStride = full ? ldc : NR;
        kernel.body().run(kc, slivers, sliver, panel, init, initOffset, initStride, out, outOffset, outStride);
        boolean last = pc + kc == k;
        if (!full) {
            if (last && activation != Activation.IDENTITY) {
                activation.forward(rows * NR, tile, 0, tile, 0);
            }
            copyRows(rows, columns, tile, 0, NR, c, cTile, ldc);
        } else if (last) {
            activate(rows, columns, cTile);
        }
    }

    /** What the chains of a block of C start from, to C itself or to a tile. */
    private void fillStart(int i, int rows, int j, int columns, float[] to, int toOffset, int stride) {
        for (int r = 0; r < rows; r++) {
            int row = toOffset + r * stride;
            if (beta == 0f && bias == null) {
                Arrays.fill(to, row, row + columns, 0f);
                continue;
            }
            for (int q = 0; q < columns; q++) {
                to[row + q] = start(i + r, j + q, cOffset + (i + r) * ldc + j + q);
            }
        }
    }

    /** What the chain of an element starts from. */
    private float start(int i, int j, int element) {
        float b0 = bias == null ? 0f : bias[biasOffset + (biasAlongM ? i : j)];
        if (beta == 0f) {
            return b0;
        }
        // Without a bias the product stands alone: adding +0 would turn a -0 into +0.
        return bias == null ? beta * c[element] : Math.fma(beta, c[element], b0);
    }

    private static void copyRows(
            int rows, int columns, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        for (int r = 0; r < rows; r++) {
            for (int q = 0; q < columns; q++) {
                to[toOffset + r * toStride + q] = from[offset + r * stride + q];
            }
        }
    }
}
