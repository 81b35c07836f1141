// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.ChainAddScalar;
import dev.quern.kernels.conv.loops.ChainAddVector;
import dev.quern.kernels.conv.loops.RunSumScalar;
import dev.quern.kernels.conv.loops.RunSumVector;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The gradient of a convolution's source in NHWC, without a matrix of columns: panels of
 * {@code columns (positions × patch) ← diffDst (positions × K) · weightsᵀ (K × patch)} are added to the gradient as soon as some rows
 * of them are done, while these are in the first-level cache.
 *
 * <pre>
 * task     some images, a group, a block of its channels, or as many blocks as there is room for if there is one thread
 * LOOP 4   blocks of positions, the last first: copies diffDst into slivers
 * LOOP 3   blocks of channels, and panels of the patch, ascending: packs weightsᵀ, unless all of them fit and came along with the first block
 * LOOP 2   some rows of the panel, the last first: then added
 * LOOP 1   the depth K, ascending: micro-kernels
 * </pre>
 *
 * A pixel's taps are thus added in ascending order: a panel holds neighbouring taps, and a later window sees a pixel with an
 * earlier tap.
 */
final class PanelBackwardData {
    /** Rows of a task at least, as far as there are images: each task packs its weights. */
    private static final int TASK_ROWS = 1024;

    /** Rows of a block where all panels fit: its part of the gradient and a panel share the first-level cache. */
    private static final int FEW_ROWS = 96;

    /** Floats of copied rows of diffDst else: for them all panels are packed anew. */
    private static final int SLIVER_FLOATS = 3 << 16;

    /** Rows that are added at a time. */
    private static final int TILE_ROWS = 48;

    /** Behind the last row, for a vector. */
    private static final int SLACK = 16;

    private static final float[] ZEROS = new float[PanelProduct.WIDTH];

    private static final boolean TILES = !VectorSupport.ENABLED || ChainAddVector.SUITS;

    private PanelBackwardData() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && GradientPanels.suits(s)
                && PanelProduct.depthBlocks(s.groupOutChannels()) <= PanelProduct.ROOM;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return slotFloats(s) * pool.threads();
    }

    private static long slotFloats(ConvShape s) {
        return sliverFloats(s) + TILE_ROWS * PanelProduct.WIDTH + SLACK;
    }

    private static long sliverFloats(ConvShape s) {
        return (long) blockRows(s) * PanelProduct.depthBlocks(s.groupOutChannels()) * PanelProduct.ROW_FLOATS;
    }

    private static int taskImages(ConvShape s) {
        return Math.clamp(Math.ceilDiv(TASK_ROWS, s.positions()), 1, Math.max(1, s.batch()));
    }

    private static int blockRows(ConvShape s) {
        int depthBlocks = PanelProduct.depthBlocks(s.groupOutChannels());
        int rows = FEW_ROWS;
        if (!panelsFit(s)) {
            int fit = SLIVER_FLOATS / (depthBlocks * PanelProduct.ROW_FLOATS);
            rows = Math.max(1, fit / TILE_ROWS) * TILE_ROWS;
        }
        long all = (long) taskImages(s) * s.positions();
        return all < rows ? PanelProduct.padded((int) all) : rows;
    }

    private static boolean panelsFit(ConvShape s) {
        return blocksOfPanels(s) <= PanelProduct.ROOM;
    }

    private static long blocksOfPanels(ConvShape s) {
        return (long) GradientPanels.panels(s) * PanelProduct.depthBlocks(s.groupOutChannels());
    }

    /** Whether a task is one block of positions: each panel is needed once. */
    private static boolean isOneBlock(ConvShape s) {
        return (long) taskImages(s) * s.positions() <= blockRows(s);
    }

    /**
     * Blocks of channels of a task, which share the slivers: all if no panel is needed again, else those whose panels fit.
     * Several threads have one each.
     */
    private static int channelBlocks(ConvShape s, WorkerPool pool) {
        int all = GradientPanels.channelBlocks(s);
        if (pool.threads() > 1) {
            return 1;
        }
        return isOneBlock(s) ? all : Math.clamp(PanelProduct.ROOM / blocksOfPanels(s), 1, all);
    }

    /** Whether a pixel has one tap at most, and later windows see later pixels: blocks of positions then meet pixels of their own. */
    private static boolean isSingleTap(ConvShape s) {
        return s.kernelHeight() == 1
                && s.kernelWidth() == 1
                && s.paddingTop() == 0
                && s.paddingLeft() == 0
                && s.paddingBottom() == 0
                && s.paddingRight() == 0;
    }

    static void run(
            ConvShape s,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            int together = channelBlocks(s, pool);
            int parts = Math.ceilDiv(GradientPanels.channelBlocks(s), together);
            int tasks = Math.ceilDiv(s.batch(), taskImages(s)) * s.groups() * parts;
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            task,
                            together,
                            0,
                            diffDst,
                            diffDstOffset,
                            weights,
                            weightsOffset,
                            diffSrc,
                            diffSrcOffset,
                            scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                task,
                                together,
                                slot,
                                diffDst,
                                diffDstOffset,
                                weights,
                                weightsOffset,
                                diffSrc,
                                diffSrcOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int together,
            int slot,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int parts = Math.ceilDiv(GradientPanels.channelBlocks(s), together);
        int channelBlock = task % parts * together;
        int channelBlockEnd = Math.min(channelBlock + together, GradientPanels.channelBlocks(s));
        int group = task / parts % s.groups();
        int image = task / parts / s.groups() * taskImages(s);
        int images = Math.min(taskImages(s), s.batch() - image);
        int imagesFrom = diffSrcOffset + image * s.imageElements();
        int imagesEnd = imagesFrom + images * s.imageElements();
        boolean clearsBlocks = isSingleTap(s);
        if (!clearsBlocks) {
            clear(s, group, channelBlock, channelBlockEnd, diffSrc, imagesFrom, imagesEnd);
        }
        int row = image * s.positions();
        int rows = images * s.positions();
        int step = blockRows(s);
        int last = (rows - 1) / step * step;
        int end = imagesEnd;
        for (int first = last; first >= 0; first -= step) { // LOOP 4
            if (clearsBlocks && !s.isPointwise()) {
                int from = first == 0 ? imagesFrom : diffSrcOffset + pixel(s, row + first);
                clear(s, group, channelBlock, channelBlockEnd, diffSrc, from, end);
                end = from;
            }
            block(
                    s,
                    group,
                    channelBlock,
                    channelBlockEnd,
                    row + first,
                    Math.min(step, rows - first),
                    first == last || !panelsFit(s),
                    diffDst,
                    diffDstOffset,
                    weights,
                    weightsOffset,
                    diffSrc,
                    diffSrcOffset,
                    imagesEnd,
                    scratch,
                    (int) (slot * slotFloats(s)));
        }
    }

    /** Where the pixel is that a position of a single tap sees. */
    private static int pixel(ConvShape s, int row) {
        int position = row % s.positions();
        int ih = position / s.outWidth() * s.strideHeight();
        int iw = position % s.outWidth() * s.strideWidth();
        return row / s.positions() * s.imageElements() + (ih * s.width() + iw) * s.channels();
    }

    /** Clears channels of the pixels from one on to another. */
    private static void clear(
            ConvShape s, int group, int channelBlock, int channelBlockEnd, float[] diffSrc, int from, int end) {
        int channel = GradientPanels.channel(s, group, channelBlock);
        int lastBlock = channelBlockEnd - 1;
        int n = GradientPanels.channel(s, group, lastBlock) + GradientPanels.channels(s, lastBlock) - channel;
        if (n == s.channels()) {
            Arrays.fill(diffSrc, from, end, 0f);
            return;
        }
        for (int at = from + channel; at < end; at += s.channels()) {
            Arrays.fill(diffSrc, at, at + n, 0f);
        }
    }

    private static void block(
            ConvShape s,
            int group,
            int channelBlock,
            int channelBlockEnd,
            int row,
            int rows,
            boolean pack,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            int diffSrcEnd,
            float[] scratch,
            int slivers) {
        var product = PanelProduct.ofThread();
        int depth = s.groupOutChannels();
        int step = PanelProduct.depth(depth);
        int depthBlocks = PanelProduct.depthBlocks(depth);
        int blockFloats = blockRows(s) * PanelProduct.ROW_FLOATS;
        int from = diffDstOffset + row * s.outChannels() + group * depth;
        for (int d = 0; d < depthBlocks; d++) {
            int kc = Math.min(step, depth - d * step);
            product.packLeft(rows, kc, diffDst, from + d * step, s.outChannels(), scratch, slivers + d * blockFloats);
        }
        for (int c = channelBlock; c < channelBlockEnd; c++) {
            int room = isOneBlock(s) ? 0 : (c - channelBlock) * GradientPanels.panels(s) * depthBlocks;
            panels(
                    s,
                    group,
                    c,
                    room,
                    row,
                    rows,
                    pack,
                    weights,
                    weightsOffset,
                    diffSrc,
                    diffSrcOffset,
                    diffSrcEnd,
                    scratch,
                    slivers);
        }
    }

    /** The panels of a block of channels, whose place is {@code room} if all fit. */
    private static void panels(
            ConvShape s,
            int group,
            int channelBlock,
            int room,
            int row,
            int rows,
            boolean pack,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            int diffSrcEnd,
            float[] scratch,
            int slivers) {
        var product = PanelProduct.ofThread();
        int depth = s.groupOutChannels();
        int step = PanelProduct.depth(depth);
        int depthBlocks = PanelProduct.depthBlocks(depth);
        int blockFloats = blockRows(s) * PanelProduct.ROW_FLOATS;
        int tile = slivers + depthBlocks * blockFloats;
        boolean fit = panelsFit(s);
        for (int panel = 0; panel < GradientPanels.panels(s); panel++) { // LOOP 3
            int columns = GradientPanels.columns(s, channelBlock, panel);
            int first = fit ? room + panel * depthBlocks : 0;
            if (pack) {
                int column = GradientPanels.firstColumn(s, channelBlock, panel);
                int at = weightsOffset + column * s.outChannels() + group * depth;
                for (int d = 0; d < depthBlocks; d++) {
                    int kc = Math.min(step, depth - d * step);
                    product.packRightTransposed(first + d, kc, columns, weights, at + d * step, s.outChannels());
                }
            }
            int whole = addsInPlace(s) ? depthBlocks - 1 : depthBlocks;
            int tileRows = whole == 0 ? rows : TILE_ROWS;
            for (int r = (rows - 1) / tileRows * tileRows; r >= 0; r -= tileRows) { // LOOP 2
                int n = Math.min(tileRows, rows - r);
                for (int d = 0; d < whole; d++) { // LOOP 1
                    int kc = Math.min(step, depth - d * step);
                    int sliver = slivers + d * blockFloats + r * PanelProduct.ROW_FLOATS;
                    product.run(n, columns, kc, scratch, sliver, first + d, d > 0, scratch, tile);
                }
                if (whole < depthBlocks) {
                    int kc = depth - whole * step;
                    int sliver = slivers + whole * blockFloats + r * PanelProduct.ROW_FLOATS;
                    MemorySegment last = product.panel(first + whole);
                    int channel = GradientPanels.channel(s, group, channelBlock);
                    chains(
                            s,
                            panel,
                            row + r,
                            n,
                            kc,
                            scratch,
                            sliver,
                            last,
                            whole > 0,
                            tile,
                            diffSrc,
                            diffSrcOffset + channel);
                } else if (s.isPointwise()) {
                    int to = diffSrcOffset + (row + r) * s.channels() + GradientPanels.channel(s, group, channelBlock);
                    place(n, columns, scratch, tile, diffSrc, to, s.channels());
                } else {
                    GradientPanels.add(
                            s,
                            group,
                            channelBlock,
                            panel,
                            row + r,
                            n,
                            scratch,
                            tile,
                            diffSrc,
                            diffSrcOffset,
                            diffSrcEnd);
                }
            }
        }
    }

    /**
     * Whether a panel is full, and holds one tap: its chains are then added from registers. With more than two blocks of the depth it is not the
     * last one that counts.
     */
    private static boolean addsInPlace(ConvShape s) {
        return TILES
                && s.groupChannels() % PanelProduct.WIDTH == 0
                && PanelProduct.depthBlocks(s.groupOutChannels()) <= 2;
    }

    /** The end of the chains of some windows, to which the gradient of the pixel that a tap sees is added. */
    private static void chains(
            ConvShape s,
            int tap,
            int row,
            int rows,
            int depth,
            float[] scratch,
            int sliver,
            MemorySegment panel,
            boolean goOn,
            int tile,
            float[] diffSrc,
            int diffSrcOffset) {
        int pixel = s.channels();
        int shift = tap % s.kernelWidth() * s.dilationWidth() - s.paddingLeft();
        int down = tap / s.kernelWidth() * s.dilationHeight() - s.paddingTop();
        int inside = Math.ceilDiv(-shift, s.strideWidth());
        int outside = Math.floorDiv(s.width() - 1 - shift, s.strideWidth()) + 1;
        int count;
        for (int done = 0; done < rows; done += count) {
            int position = (row + done) % s.positions();
            int ow = position % s.outWidth();
            count = Math.min(rows - done, s.outWidth() - ow);
            int ih = position / s.outWidth() * s.strideHeight() + down;
            int first = Math.clamp(inside, ow, ow + count);
            int n = Math.clamp(outside, first, ow + count) - first;
            if (ih < 0 || ih >= s.height() || n == 0) {
                continue;
            }
            int skip = done + first - ow;
            int image = diffSrcOffset + (row + done) / s.positions() * s.imageElements();
            int to = image + (ih * s.width() + first * s.strideWidth() + shift) * pixel;
            int start = goOn ? tile + skip * PanelProduct.WIDTH : 0;
            boolean fresh = isSingleTap(s);
            add(
                    n,
                    depth,
                    scratch,
                    sliver + skip * PanelProduct.ROW_FLOATS,
                    panel,
                    goOn ? scratch : ZEROS,
                    start,
                    goOn ? PanelProduct.WIDTH : 0,
                    fresh ? ZEROS : diffSrc,
                    fresh ? 0 : to,
                    fresh ? 0 : s.strideWidth() * pixel,
                    diffSrc,
                    to,
                    s.strideWidth() * pixel);
        }
    }

    private static void add(
            int rows,
            int depth,
            float[] a,
            int sliver,
            MemorySegment panel,
            float[] init,
            int start,
            int initStride,
            float[] base,
            int from,
            int baseStride,
            float[] c,
            int to,
            int stride) {
        if (!VectorSupport.ENABLED) {
            ChainAddScalar.run(
                    rows,
                    PanelProduct.WIDTH,
                    depth,
                    a,
                    sliver,
                    panel,
                    init,
                    start,
                    initStride,
                    base,
                    from,
                    baseStride,
                    c,
                    to,
                    stride);
            return;
        }
        int tile;
        for (int left = rows; left > 0; left -= tile) {
            if (left >= PanelProduct.ROWS) {
                tile = PanelProduct.ROWS;
                ChainAddVector.six(
                        depth, a, sliver, panel, init, start, initStride, base, from, baseStride, c, to, stride);
            } else if (left > 1) {
                tile = 2;
                ChainAddVector.two(
                        depth, a, sliver, panel, init, start, initStride, base, from, baseStride, c, to, stride);
            } else {
                tile = 1;
                ChainAddVector.one(
                        depth, a, sliver, panel, init, start, initStride, base, from, baseStride, c, to, stride);
            }
            sliver += tile * PanelProduct.ROW_FLOATS;
            start += tile * initStride;
            from += tile * baseStride;
            to += tile * stride;
        }
    }

    /** Where a pixel has one tap: what adding it to +0 gives. */
    private static void place(int rows, int n, float[] tile, int from, float[] diffSrc, int to, int stride) {
        int whole = VectorSupport.ENABLED
                ? RunSumVector.place(rows, n, tile, from, PanelProduct.WIDTH, diffSrc, to, stride)
                : 0;
        if (whole < n) {
            RunSumScalar.place(rows, whole, n, tile, from, PanelProduct.WIDTH, diffSrc, to, stride);
        }
    }
}
