// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;

/**
 * Read this first: the blocked matrix product, {@code C ← act(start + A·B)}, as five loops round a micro-kernel.
 *
 * <pre>
 * LOOP 5  jc  cuts N by NC     columns of B and C: packs B into panels, unless it came packed
 * LOOP 4  ic  cuts M by MC     rows of A and C
 * LOOP 3  pc  cuts K by KC     columns of A, rows of B: packs A into slivers, unless few panels of B would use them
 * LOOP 2  jr  cuts NC by NR    one panel of B
 * LOOP 1  ir  cuts MC by MR    one sliver of A, one tile of C: the micro-kernel
 * </pre>
 *
 * Every element of C is one FMA chain over k in ascending order. It starts from {@code β·C}, a bias, both or zero; later
 * K blocks go on from its sum, and the last one applies the activation. Loops and names follow Van Zee and van de Geijn,
 * "BLIS: A Framework for Rapidly Instantiating BLAS Functionality", ACM TOMS 41(3), 2015, except that K is cut inside M:
 * the sums of a block of C stay in the second-level cache until they are done. Fetching its tiles again for every K block cost more
 * than fetching the panels of B, which are read in order.
 *
 * <p>Where one block of rows is all there is, or a packed B would be large, LOOP 2 packs it as it goes; where B lies in order
 * and a second-level cache holds it, the first tile under a full panel does. Other {@link Route}s leave these loops out:
 * small and narrow products read both operands in place ({@link InPlaceProduct}); those of few rows and of one column have
 * loops of their own ({@link RowProduct}, {@link ColumnProduct}). The chains are the same.
 *
 * <p>There is one object a thread, so that a call allocates nothing: the doors name the operands, then {@link #run} does
 * the work in the caller's thread. Nothing is checked here; the doors have done so. To share a product among threads, a
 * door runs parts of C.
 */
public final class BlockedGemm {
    private static final int MR = MicroKernels.ROWS;
    private static final int NR = MicroKernels.COLUMNS;

    private static final ThreadLocal<BlockedGemm> OF_THREAD = ThreadLocal.withInitial(BlockedGemm::new);

    /** The start of a plain product. */
    private final float[] zeros = new float[VectorSupport.ENABLED ? Math.max(NR, NearRow.START) : NR];

    /** The bias of a panel that is not full, padded. */
    private final float[] biasRow = new float[NR];

    /** Stands in for a tile of C that is partial, or whose start is not simply in memory. */
    private final float[] tile = new float[Math.max(MR, MicroKernels.IN_PLACE_ROWS) * NR];

    /**
     * The sums of a block of C until its depth is done, a tile after the other: rows of C may share cache sets, and lie on a
     * page each. Taken for the first product of several blocks of the depth.
     */
    private float[] sums;

    /** Floats of the tiles of a panel in it. */
    private int sumsColumn;

    /** The packed block of A. */
    private final float[] slivers = new float[Blocking.MC * MicroKernel.SLIVER_STRIDE];

    /** Takes what is packed of a plain B. */
    private final Panels ownPanels = Panels.room(Blocking.ROOM);

    /** The product at hand. */
    private final Operands o = new Operands();

    /** Whether LOOP 2 packs B, a group of panels at a time. */
    private boolean packedOnTheWay;

    /** Whether it leaves full panels to their first tiles. */
    private boolean packedInTiles;

    /** Whether whole tiles read A where it lies. */
    private boolean leftInPlace;

    /** Where the block of A starts, and how many of its rows are read there: the others are packed. */
    private int blockOffset;

    private int rowsInPlace;

    /** Where LOOP 2 finds B: its panels, the block to begin with, and the blocks to the next block of the depth. */
    private Panels panels;

    private int panelsFirst;
    private int panelsAcross;

    /** Where LOOP 1 finds the block of A. */
    private float[] left;

    private int leftOffset;

    private BlockedGemm() {}

    /** This thread's object. */
    public static BlockedGemm ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Computes a plain product, whose chains start from +0 and end in C as they are, of operands with rows in order.
     *
     * @return whether it is one that needs nothing named; else nothing is done
     */
    public static boolean direct(
            int rows,
            int columns,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] c,
            int cOffset,
            int ldc) {
        if (!InPlaceProduct.isDirect(rows, columns, depth)) {
            if (HalfVectors.serve(rows, columns, depth, bRowStride, ldc)) {
                HalfVectors.run(rows, depth, a, aOffset, aRowStride, b, bOffset, c, cOffset);
                return true;
            }
            return InPlaceProduct.isNarrow(rows, columns, depth, ldc)
                    && ofThread()
                            .narrow(rows, columns, depth, a, aOffset, aRowStride, b, bOffset, bRowStride, c, cOffset);
        }
        InPlaceProduct.direct(rows, columns, depth, a, aOffset, aRowStride, b, bOffset, bRowStride, c, cOffset, ldc);
        return true;
    }

    private boolean narrow(
            int rows,
            int columns,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] c,
            int cOffset) {
        return InPlaceProduct.narrow(
                rows, columns, depth, a, aOffset, aRowStride, b, bOffset, bRowStride, c, cOffset, slivers, tile);
    }

    /** The room for a copied A. */
    float[] slivers() {
        return slivers;
    }

    /** The room for a packed B. */
    Panels ownPanels() {
        return ownPanels;
    }

    /** A: element (i, p) at {@code offset + i·rowStride + p·columnStride}. */
    public BlockedGemm left(float[] array, int offset, int rowStride, int columnStride) {
        o.rowSource = null;
        o.aByColumns = null;
        o.aPacked = false;
        o.a = array;
        o.aOffset = offset;
        o.aRowStride = rowStride;
        o.aColumnStride = columnStride;
        return this;
    }

    /** Packed A; C's first row is row {@code i} of it. */
    public BlockedGemm leftPacked(Slivers matrix, int i) {
        left(matrix.floats(), i * MicroKernel.SLIVER_STRIDE, MicroKernel.SLIVER_STRIDE, 1);
        o.aPacked = true;
        o.aBlockStride = matrix.blockStride();
        return this;
    }

    /** A by columns; C's first row is row {@code i} of it, the first of a panel. */
    public BlockedGemm leftByColumns(Panels matrix, int i) {
        o.rowSource = null;
        o.aPacked = false;
        o.aByColumns = matrix;
        o.aFirstPanel = i / NR;
        return this;
    }

    /** A that is made as it is packed. */
    public BlockedGemm left(RowSource source) {
        o.aByColumns = null;
        o.aPacked = false;
        o.rowSource = source;
        return this;
    }

    /** {@code α·B}: element (p, j) at {@code offset + p·rowStride + j·columnStride}. */
    public BlockedGemm right(float factor, float[] array, int offset, int rowStride, int columnStride) {
        o.packed = null;
        o.alpha = factor;
        o.b = array;
        o.bOffset = offset;
        o.bRowStride = rowStride;
        o.bColumnStride = columnStride;
        return this;
    }

    /** Packed B; C's first column is column {@code j} of it, the first of a panel. */
    public BlockedGemm rightPacked(Panels matrix, int j) {
        o.packed = matrix;
        o.firstPanel = j / NR;
        return this;
    }

    /** The start of each chain: {@code factor·C} (C is not read at 0) plus a bias, along M, along N, or null. */
    public BlockedGemm start(float factor, float[] biases, int offset, boolean alongM) {
        o.beta = factor;
        o.bias = biases;
        o.biasOffset = offset;
        o.biasAlongM = alongM;
        return this;
    }

    /** C, and what is applied to its finished elements. */
    public BlockedGemm into(float[] array, int offset, int leadingDimension, Activation last) {
        o.c = array;
        o.cOffset = offset;
        o.ldc = leadingDimension;
        o.activation = last;
        return this;
    }

    /** What is added to C's finished chains before the activation: an array whose elements lie as C's do, from an offset on. */
    public BlockedGemm plus(float[] array, int offset) {
        o.residual = array;
        o.residualOffset = offset;
        return this;
    }

    /** Computes the m × n product over depth k with the operands named before, and forgets them. */
    public void run(int rows, int columns, int depth) {
        o.k = depth;
        switch (Route.of(o, rows, columns)) {
            case COLUMN -> ColumnProduct.run(o, rows, slivers, tile);
            case ROW_AS_COLUMN -> {
                o.transpose();
                ColumnProduct.run(o, columns, slivers, tile);
            }
            case BY_COLUMNS -> ColumnPanels.run(o, rows, columns, slivers, tile);
            case NEAR_ROW -> NearRow.run(o, columns, zeros, tile);
            case NEAR_PAIRS -> NearPair.run(o, rows, columns, zeros, tile);
            case IN_PLACE -> InPlaceProduct.run(o, rows, columns, slivers, zeros, tile);
            case TWO_PANELS -> TwoPanelProduct.run(o, rows, columns, zeros, tile);
            case FEW_ROWS -> RowProduct.run(o, rows, columns);
            case COLUMN_AS_ROW -> {
                o.transpose();
                if (Route.staysNear(rows, depth)) {
                    NearRow.run(o, rows, zeros, tile);
                } else {
                    RowProduct.run(o, 1, rows);
                }
            }
            case BLOCKED, PREPACKED -> blocks(rows, columns);
        }
        o.forget();
        panels = null;
        left = null;
    }

    /** What {@link #run} would do with operands of these places and strides, in words. */
    public String explain(int rows, int columns, int depth) {
        o.k = depth;
        Route route = Route.of(o, rows, columns);
        if (route == Route.ROW_AS_COLUMN) {
            o.transpose();
        }
        String text = Explanation.of(route, o, rows, columns);
        o.forget();
        return text;
    }

    private void blocks(int rows, int columns) {
        int rowStep = Blocking.rows(o, columns);
        int columnStep = Blocking.columns(rows);
        int across = Panels.across(Math.min(columns, columnStep));
        boolean packed = o.packed != null;
        packedOnTheWay = Blocking.packsOnTheWay(o, rows, columns);
        packedInTiles = Blocking.packsInTiles(o, rows, columns);
        leftInPlace = Blocking.readsInPlace(o, columns);
        panels = packed ? o.packed : ownPanels;
        panelsAcross = packed ? panels.across() : across;
        int done = PackedRowProduct.columns(o, rows, columns);
        if (done > 0) {
            PackedRowProduct.run(o, rows, done, slivers, tile);
        }
        for (int jc = done; jc < columns; jc += columnStep) { // LOOP 5
            int nc = Math.min(columnStep, columns - jc);
            panelsFirst = packed ? o.firstPanel + jc / NR : 0;
            if (!packed && !packedOnTheWay) {
                packB(jc, nc);
            }
            for (int ic = 0; ic < rows; ic += rowStep) { // LOOP 4
                int mc = Math.min(rowStep, rows - ic);
                depthBlocks(ic, mc, jc, nc);
                if (o.residual != null) {
                    o.finish(mc, nc, o.cOffset + ic * o.ldc + jc);
                }
            }
        }
    }

    /** Packs B over the whole depth. */
    private void packB(int jc, int nc) {
        panelsAcross = Panels.across(nc);
        int step = Blocking.depth(o.k);
        for (int pc = 0; pc < o.k; pc += step) {
            packB(pc / step * panelsAcross, pc, Math.min(step, o.k - pc), jc, nc);
        }
    }

    private void packB(int firstBlock, int pc, int kc, int j, int columns) {
        int from = o.bOffset + pc * o.bRowStride + j * o.bColumnStride;
        panels.pack(firstBlock, kc, columns, o.alpha, o.b, from, o.bRowStride, o.bColumnStride);
    }

    private void depthBlocks(int ic, int mc, int jc, int nc) {
        int step = Blocking.depth(o.k);
        sumsColumn = Math.ceilDiv(mc, MR) * MR * NR;
        if (step < o.k && sums == null) {
            sums = new float[Blocking.MC * Blocking.NC];
        }
        int pc = 0;
        do { // LOOP 3; runs once even for k = 0, and leaves the start value
            int kc = Math.min(step, o.k - pc);
            packA(ic, mc, pc, kc);
            tiles(ic, mc, jc, nc, pc, kc);
            pc += kc;
        } while (pc < o.k);
    }

    private void packA(int ic, int mc, int pc, int kc) {
        int stride = MicroKernel.SLIVER_STRIDE;
        blockOffset = o.aAt(pc) + ic * o.aRowStride;
        rowsInPlace = leftInPlace ? mc / MR * MR : 0;
        left = o.aPacked ? o.a : slivers;
        leftOffset = o.aPacked ? blockOffset : 0;
        if (leftInPlace && kc > 0) {
            if (packedInTiles && mc >= MR) {
                // A tile that packs its panel reads copied rows.
                Packing.packRows(MR, kc, o.a, blockOffset, o.aRowStride, slivers, 0, stride);
            }
            int rest = blockOffset + rowsInPlace * o.aRowStride;
            Packing.packRows(mc - rowsInPlace, kc, o.a, rest, o.aRowStride, slivers, rowsInPlace * stride, stride);
        } else if (!o.aPacked) {
            o.packA(ic, mc, pc, kc, slivers);
        }
    }

    private void tiles(int ic, int mc, int jc, int nc, int pc, int kc) {
        for (int jr = 0; jr < nc; jr += NR) { // LOOP 2
            int columns = Math.min(NR, nc - jr);
            MicroKernel kernel = MicroKernels.forPanel(panels.storage(), mc, columns);
            boolean packs = packedInTiles && mc >= MR && columns == NR;
            MemorySegment panel = packs ? panels.block(0) : panel(kernel, jr, jc, nc, pc, kc);
            if (columns < kernel.columns() && o.bias != null && !o.biasAlongM) {
                System.arraycopy(o.bias, o.biasOffset + jc + jr, biasRow, 0, columns);
            }
            int ir = 0;
            if (packs) {
                tile(kernel, true, ir, jr, panel, ic, MR, jc + jr, columns, pc, kc);
                ir = MR;
            }
            if (columns == kernel.columns() && startsInMemory(pc)) {
                ir = wholeTiles(kernel, panel, ir, ic, mc, jc, jr, pc, kc);
            }
            while (ir < mc) { // LOOP 1
                MicroKernel low = MicroKernels.forRows(mc - ir, kernel);
                int rows = Math.min(low.rows(), mc - ir);
                tile(low, false, ir, jr, panel, ic + ir, rows, jc + jr, columns, pc, kc);
                ir += rows;
            }
        }
    }

    /** Whether the chains go on from C, or start from zeros or a bias along N: the tiles of a panel then differ in place only. */
    private boolean startsInMemory(int pc) {
        return pc > 0 || o.beta == 0f && (o.bias == null || !o.biasAlongM);
    }

    /** LOOP 1 over the full tiles from row {@code start} on, with nothing in it but the micro-kernel. Returns the rows done. */
    private int wholeTiles(
            MicroKernel kernel, MemorySegment panel, int start, int ic, int mc, int jc, int jr, int pc, int kc) {
        boolean last = pc + kc == o.k;
        int j = jc + jr;
        int sumsAt = jr / NR * sumsColumn;
        float[] init = pc > 0 ? sums : o.bias != null ? o.bias : zeros;
        int initOffset = pc > 0 ? sumsAt : o.bias != null ? o.biasOffset + j : 0;
        int initStride = pc > 0 ? NR : 0;
        float[] c = last ? o.c : sums;
        int first = last ? o.cOffset + ic * o.ldc + j : sumsAt;
        int ldc = last ? o.ldc : NR;
        int height = kernel.rows();
        int rows = mc / height * height;
        boolean finishes = last && o.finishesTiles();
        if (rowsInPlace > 0) {
            MicroKernel.Strided body = kernel.strided();
            int stride = o.aRowStride;
            for (int ir = start; ir < rows; ir += height) {
                int a = blockOffset + ir * stride;
                body.run(
                        kc,
                        o.a,
                        a,
                        stride,
                        panel,
                        init,
                        initOffset + ir * initStride,
                        initStride,
                        c,
                        first + ir * ldc,
                        ldc);
                if (finishes) {
                    o.finish(height, kernel.columns(), first + ir * ldc);
                }
            }
        } else {
            MicroKernel.Body body = kernel.body();
            kernel.beside();
            for (int ir = start; ir < rows; ir += height) {
                int a = leftOffset + ir * MicroKernel.SLIVER_STRIDE;
                body.run(kc, left, a, panel, init, initOffset + ir * initStride, initStride, c, first + ir * ldc, ldc);
                if (finishes) {
                    o.finish(height, kernel.columns(), first + ir * ldc);
                }
            }
        }
        return rows;
    }

    /** The panel at column {@code jr} of a block, as the kernel reads it: packed now, or widened, where it has to be. */
    private MemorySegment panel(MicroKernel kernel, int jr, int jc, int nc, int pc, int kc) {
        if (packedOnTheWay) {
            int group = packedInTiles ? NR : Packing.panelsOnTheWay(o.bColumnStride) * NR;
            if (jr % group == 0) {
                packB(0, pc, kc, jc + jr, Math.min(group, nc - jr));
            }
            return panels.block(jr % group / NR);
        }
        MemorySegment panel = packedPanel(jr, pc);
        if (MicroKernels.reads(kernel, panels.storage())) {
            return panel;
        }
        MemorySegment floats = ownPanels.block(0);
        Halves.widen(panels.storage(), kc, kernel.columns(), panel, floats);
        return floats;
    }

    private MemorySegment packedPanel(int jr, int pc) {
        return panels.block(panelsFirst + pc / Blocking.depth(o.k) * panelsAcross + jr / NR);
    }

    private void tile(
            MicroKernel kernel,
            boolean packs,
            int ir,
            int jr,
            MemorySegment panel,
            int i,
            int rows,
            int j,
            int columns,
            int pc,
            int kc) {
        boolean last = pc + kc == o.k;
        boolean full = rows == kernel.rows() && columns == kernel.columns();
        int cTile = o.cOffset + i * o.ldc + j;
        int sumsTile = jr / NR * sumsColumn + ir * NR;

        float[] init = tile;
        int initOffset = 0;
        int initStride = NR;
        if (pc > 0) {
            init = sums;
            initOffset = sumsTile;
        } else if (o.beta == 0f && o.bias == null) {
            init = zeros;
            initStride = 0;
        } else if (o.beta == 0f && !o.biasAlongM) {
            init = columns == kernel.columns() ? o.bias : biasRow;
            initOffset = columns == kernel.columns() ? o.biasOffset + j : 0;
            initStride = 0;
        } else {
            o.fillStart(i, rows, j, columns, tile, 0, NR);
        }

        float[] out = !last ? sums : full ? o.c : tile;
        int outOffset = !last ? sumsTile : full ? cTile : 0;
        int outStride = last && full ? o.ldc : NR;
        int sliver = leftOffset + ir * MicroKernel.SLIVER_STRIDE;
        if (packs) {
            int b = o.bOffset + pc * o.bRowStride + j;
            kernel.packing()
                    .run(
                            kc,
                            left,
                            sliver,
                            o.b,
                            b,
                            o.bRowStride,
                            panel,
                            init,
                            initOffset,
                            initStride,
                            out,
                            outOffset,
                            outStride);
        } else if (ir < rowsInPlace) {
            int stride = o.aRowStride;
            int row = blockOffset + ir * stride;
            kernel.strided().run(kc, o.a, row, stride, panel, init, initOffset, initStride, out, outOffset, outStride);
        } else {
            kernel.beside();
            kernel.body().run(kc, left, sliver, panel, init, initOffset, initStride, out, outOffset, outStride);
        }
        if (last) {
            if (!full) {
                Operands.copyRows(rows, columns, tile, 0, NR, o.c, cTile, o.ldc);
            }
            if (o.finishesTiles()) {
                o.finish(rows, columns, cTile);
            }
        }
    }
}
