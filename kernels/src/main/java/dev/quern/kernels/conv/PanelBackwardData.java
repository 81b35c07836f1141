// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.RunSumScalar;
import dev.quern.kernels.conv.loops.RunSumVector;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a convolution's source in NHWC, without a matrix of columns: panels of
 * {@code columns (positions × patch) ← diffDst (positions × K) · weightsᵀ (K × patch)} are added to the gradient as soon as some rows
 * of them are done, while these are in the first-level cache.
 *
 * <pre>
 * task     some images, a group, a block of its channels
 * LOOP 4   blocks of positions, the last first: copies diffDst into slivers
 * LOOP 3   panels of the patch, ascending: packs weightsᵀ, unless all of them fit and came along with the first block
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
        return (long) GradientPanels.panels(s) * PanelProduct.depthBlocks(s.groupOutChannels()) <= PanelProduct.ROOM;
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
            int tasks = Math.ceilDiv(s.batch(), taskImages(s)) * s.groups() * GradientPanels.channelBlocks(s);
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, 0, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                task,
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
            int slot,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int channelBlocks = GradientPanels.channelBlocks(s);
        int channelBlock = task % channelBlocks;
        int group = task / channelBlocks % s.groups();
        int image = task / channelBlocks / s.groups() * taskImages(s);
        int images = Math.min(taskImages(s), s.batch() - image);
        if (!s.isPointwise()) {
            clear(s, image, images, group, channelBlock, diffSrc, diffSrcOffset);
        }
        int row = image * s.positions();
        int rows = images * s.positions();
        int step = blockRows(s);
        int last = (rows - 1) / step * step;
        for (int first = last; first >= 0; first -= step) { // LOOP 4
            block(
                    s,
                    group,
                    channelBlock,
                    row + first,
                    Math.min(step, rows - first),
                    first == last || !panelsFit(s),
                    diffDst,
                    diffDstOffset,
                    weights,
                    weightsOffset,
                    diffSrc,
                    diffSrcOffset,
                    diffSrcOffset + (image + images) * s.imageElements(),
                    scratch,
                    (int) (slot * slotFloats(s)));
        }
    }

    private static void clear(
            ConvShape s, int image, int images, int group, int channelBlock, float[] diffSrc, int offset) {
        int n = GradientPanels.channels(s, channelBlock);
        int from = offset + image * s.imageElements();
        if (n == s.channels()) {
            Arrays.fill(diffSrc, from, from + images * s.imageElements(), 0f);
            return;
        }
        int end = from + images * s.imageElements();
        int channel = GradientPanels.channel(s, group, channelBlock);
        for (int at = from + channel; at < end; at += s.channels()) {
            Arrays.fill(diffSrc, at, at + n, 0f);
        }
    }

    private static void block(
            ConvShape s,
            int group,
            int channelBlock,
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
        int tile = slivers + depthBlocks * blockFloats;
        int from = diffDstOffset + row * s.outChannels() + group * depth;
        for (int d = 0; d < depthBlocks; d++) {
            int kc = Math.min(step, depth - d * step);
            product.packLeft(rows, kc, diffDst, from + d * step, s.outChannels(), scratch, slivers + d * blockFloats);
        }
        boolean fit = panelsFit(s);
        for (int panel = 0; panel < GradientPanels.panels(s); panel++) { // LOOP 3
            int columns = GradientPanels.columns(s, channelBlock, panel);
            int first = fit ? panel * depthBlocks : 0;
            if (pack) {
                int column = GradientPanels.firstColumn(s, channelBlock, panel);
                int at = weightsOffset + column * s.outChannels() + group * depth;
                for (int d = 0; d < depthBlocks; d++) {
                    int kc = Math.min(step, depth - d * step);
                    product.packRightTransposed(first + d, kc, columns, weights, at + d * step, s.outChannels());
                }
            }
            for (int r = (rows - 1) / TILE_ROWS * TILE_ROWS; r >= 0; r -= TILE_ROWS) { // LOOP 2
                int n = Math.min(TILE_ROWS, rows - r);
                for (int d = 0; d < depthBlocks; d++) { // LOOP 1
                    int kc = Math.min(step, depth - d * step);
                    int sliver = slivers + d * blockFloats + r * PanelProduct.ROW_FLOATS;
                    product.run(n, columns, kc, scratch, sliver, first + d, d > 0, scratch, tile);
                }
                if (s.isPointwise()) {
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
