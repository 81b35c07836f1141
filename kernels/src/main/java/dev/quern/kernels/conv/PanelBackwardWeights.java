// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights in NHWC, without a matrix of columns: some panels of
 * {@code diffWeightsᵀ (K × patch) ← diffDstᵀ (K × positions) · columns (positions × patch)} at a time, the columns packed from
 * the images themselves ({@link ImagePanels}).
 *
 * <pre>
 * task     a group, some panels of its patch
 * LOOP 4   logical lanes, and the images of each, ascending
 * LOOP 3   blocks of positions, the depth, ascending: copies diffDstᵀ into slivers
 * LOOP 2   the task's panels: packs the block of columns
 * LOOP 1   K: micro-kernels, on sums that stay in the second-level cache
 * </pre>
 *
 * Then the task folds its lanes. The workspace holds, for each thread, a block of diffDstᵀ and the lanes' sums for the panels of
 * a task. How many panels are a task changes no bit.
 */
final class PanelBackwardWeights {
    /** Floats of the sums of a task, unless a panel has more. */
    private static final int SUM_FLOATS = 3 << 17;

    /** Channels below which, on both sides, a product in place on a matrix of columns is quicker. */
    private static final int FEW = 32;

    private PanelBackwardWeights() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && !s.isPointwise()
                && (s.kernelHeight() > 1 || s.kernelWidth() > 1 || s.groupChannels() >= FEW)
                && GradientPanels.suits(s)
                && (s.groupChannels() >= FEW || s.groupOutChannels() >= FEW)
                && slotFloats(s, WorkerPool.CALLER) <= 1 << 26;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return slotFloats(s, pool) * pool.threads();
    }

    private static long slotFloats(ConvShape s, WorkerPool pool) {
        return sliverFloats(s) + taskPanels(s, pool) * panelFloats(s);
    }

    private static long sliverFloats(ConvShape s) {
        return (long) PanelProduct.padded(s.groupOutChannels()) * PanelProduct.ROW_FLOATS;
    }

    /** Floats of the sums of all lanes for one panel. */
    private static long panelFloats(ConvShape s) {
        return (long) BackwardWeights.lanes(s) * laneFloats(s);
    }

    private static int laneFloats(ConvShape s) {
        return PanelProduct.padded(s.groupOutChannels()) * PanelProduct.WIDTH;
    }

    private static int panels(ConvShape s) {
        return GradientPanels.panels(s) * GradientPanels.channelBlocks(s);
    }

    private static int taskPanels(ConvShape s, WorkerPool pool) {
        int fit = (int) Math.max(1, SUM_FLOATS / Math.max(1, panelFloats(s)));
        int shared = pool.threads() == 1 ? panels(s) : Math.ceilDiv(panels(s), 2 * pool.threads());
        int most = Math.min(fit, shared);
        return Math.ceilDiv(panels(s), Math.ceilDiv(panels(s), most));
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            if (s.batch() == 0) {
                Arrays.fill(diffWeights, diffWeightsOffset, diffWeightsOffset + s.weightElements(), 0f);
                return;
            }
            int taskPanels = taskPanels(s, pool);
            int tasks = s.groups() * Math.ceilDiv(panels(s), taskPanels);
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            task,
                            taskPanels,
                            0,
                            src,
                            srcOffset,
                            diffDst,
                            diffDstOffset,
                            diffWeights,
                            diffWeightsOffset,
                            scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                task,
                                taskPanels,
                                (int) (slot * slotFloats(s, pool)),
                                src,
                                srcOffset,
                                diffDst,
                                diffDstOffset,
                                diffWeights,
                                diffWeightsOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int taskPanels,
            int slivers,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            float[] scratch) {
        int tasksAGroup = Math.ceilDiv(panels(s), taskPanels);
        int group = task / tasksAGroup;
        int first = task % tasksAGroup * taskPanels;
        int end = Math.min(panels(s), first + taskPanels);
        int lanes = BackwardWeights.lanes(s);
        int sums = slivers + (int) sliverFloats(s);
        for (int lane = 0; lane < lanes; lane++) { // LOOP 4
            for (int image = lane; image < s.batch(); image += BackwardWeights.LANES) {
                image(
                        s,
                        group,
                        first,
                        end,
                        lane,
                        image,
                        src,
                        srcOffset + image * s.imageElements(),
                        diffDst,
                        diffDstOffset + image * s.positions() * s.outChannels(),
                        scratch,
                        slivers,
                        sums);
            }
        }
        BackwardWeights.fold((end - first) * laneFloats(s), lanes, scratch, sums);
        int k = s.groupOutChannels();
        var product = PanelProduct.ofThread();
        for (int index = first; index < end; index++) {
            int channelBlock = index / GradientPanels.panels(s);
            int panel = index % GradientPanels.panels(s);
            int from = sums + (index - first) * laneFloats(s);
            int column = GradientPanels.firstColumn(s, channelBlock, panel);
            int to = diffWeightsOffset + column * s.outChannels() + group * k;
            int columns = GradientPanels.columns(s, channelBlock, panel);
            product.turn(k, columns, scratch, from, diffWeights, to, s.outChannels());
        }
    }

    private static void image(
            ConvShape s,
            int group,
            int first,
            int end,
            int lane,
            int image,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] scratch,
            int slivers,
            int sums) {
        var product = PanelProduct.ofThread();
        int k = s.groupOutChannels();
        int step = PanelProduct.depth(s.positions());
        for (int position = 0; position < s.positions(); position += step) { // LOOP 3
            int kc = Math.min(step, s.positions() - position);
            int from = diffDstOffset + position * s.outChannels() + group * k;
            product.packLeftTransposed(k, kc, diffDst, from, s.outChannels(), scratch, slivers);
            boolean goOn = image != lane || position > 0;
            for (int index = first; index < end; index++) { // LOOP 2
                int channelBlock = index / GradientPanels.panels(s);
                int panel = index % GradientPanels.panels(s);
                ImagePanels.pack(s, group, channelBlock, panel, src, srcOffset, position, kc, product.panel(0));
                int columns = GradientPanels.columns(s, channelBlock, panel);
                int c = sums + (lane * (end - first) + index - first) * laneFloats(s);
                product.run(k, columns, kc, scratch, slivers, 0, goOn, scratch, c);
            }
        }
    }
}
