// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.gemm.blocked.Grid;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/**
 * Convolution forward in NHWC as a product without a column matrix:
 * {@code dst (N·OH·OW × K) ← patches (N·OH·OW × patch) · weights (patch × K)}, the patches packed from the images themselves
 * ({@link ImageRows}). It needs no workspace. Threads share dst as {@link Grid} cuts it: where an image has few positions, along
 * the output channels.
 */
final class ImplicitForward {
    /** Rows that are to be a number even when they are rounded up to blocks. */
    private static final int SLACK = 516;

    private ImplicitForward() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC && (long) s.batch() * s.positions() <= Integer.MAX_VALUE - SLACK;
    }

    /** Packs weights for good. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        return PixelForward.suits(s)
                ? PixelForward.pack(s, weights, weightsOffset)
                : PackedWeights.ofPanels(s, weights, weightsOffset);
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        run(s, src, srcOffset, weights, weightsOffset, null, e, null, 0, dst, dstOffset, workspace);
    }

    /**
     * With weights that may be packed already, and with something that may be added to the chains before the activation;
     * null where they are not.
     */
    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        if (PixelForward.suits(s)) {
            PixelForward.run(
                    s,
                    src,
                    srcOffset,
                    weights,
                    weightsOffset,
                    packed,
                    e,
                    residual,
                    residualOffset,
                    dst,
                    dstOffset,
                    workspace);
            return;
        }
        if (TapForward.suits(s)) {
            TapForward.run(
                    s,
                    src,
                    srcOffset,
                    weights,
                    weightsOffset,
                    packed,
                    e,
                    residual,
                    residualOffset,
                    dst,
                    dstOffset,
                    workspace);
            return;
        }
        WorkerPool pool = workspace.pool();
        workspace.acquire(0);
        try {
            int rows = s.batch() * s.positions();
            int columns = s.groupOutChannels();
            int depth = s.patchElements() * s.groups();
            Grid grid = pool.threads() == 1 ? null : Grid.ofPacked(rows, columns, depth, pool.threads());
            if (grid == null || grid.count() == 1) {
                part(
                        s,
                        0,
                        rows,
                        0,
                        columns,
                        src,
                        srcOffset,
                        weights,
                        weightsOffset,
                        packed,
                        e,
                        residual,
                        residualOffset,
                        dst,
                        dstOffset);
            } else {
                pool.run(
                        grid.count(),
                        (task, slot) -> part(
                                s,
                                grid.rowFrom(task),
                                grid.rowTo(task),
                                grid.columnFrom(task),
                                grid.columnTo(task),
                                src,
                                srcOffset,
                                weights,
                                weightsOffset,
                                packed,
                                e,
                                residual,
                                residualOffset,
                                dst,
                                dstOffset));
            }
        } finally {
            workspace.release();
        }
    }

    /** Rows {@code [i, iTo)} of the product and columns {@code [j, jTo)} of each group. */
    private static void part(
            ConvShape s,
            int i,
            int iTo,
            int j,
            int jTo,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset) {
        var gemm = BlockedGemm.ofThread();
        var images = ImageRows.ofThread();
        for (int group = 0; group < s.groups(); group++) {
            int k = group * s.groupOutChannels() + j;
            if (s.isPointwise()) {
                gemm.left(src, srcOffset + i * s.channels() + group * s.groupChannels(), s.channels(), 1);
            } else {
                gemm.left(images.of(s, group, src, srcOffset, i));
            }
            if (packed == null) {
                gemm.right(1f, weights, weightsOffset + k, s.outChannels(), 1);
            } else {
                gemm.rightPacked(packed.panels(group), j);
            }
            int first = i * s.outChannels() + k;
            if (residual != null) {
                gemm.plus(residual, residualOffset + first);
            }
            gemm.start(0f, e.bias(), e.biasOffset() + k, false)
                    .into(dst, dstOffset + first, s.outChannels(), e.activation())
                    .run(iTo - i, jTo - j, s.patchElements());
        }
        images.release();
    }
}
