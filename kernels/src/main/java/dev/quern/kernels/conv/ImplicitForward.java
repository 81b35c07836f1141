// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/**
 * Convolution forward in NHWC as a product without a column matrix:
 * {@code dst (N·OH·OW × K) ← patches (N·OH·OW × patch) · weights (patch × K)}, the patches packed from the images themselves
 * ({@link ImageRows}). It needs no workspace.
 */
final class ImplicitForward {
    /** Rows of a task: what the product takes at a time. */
    private static final int ROWS = 516;

    private ImplicitForward() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC && (long) s.batch() * s.positions() <= Integer.MAX_VALUE - ROWS;
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
        WorkerPool pool = workspace.pool();
        workspace.acquire(0);
        try {
            int all = s.batch() * s.positions();
            // On one thread one product, so that the weights are packed once; but where something is added, in
            // parts whose results are still in cache. How M is cut changes no bit.
            int tasks = pool.threads() == 1 && residual == null ? 1 : Math.ceilDiv(all, ROWS);
            int each = Math.ceilDiv(Math.ceilDiv(all, tasks), 6) * 6;
            if (pool.threads() == 1) {
                for (int from = 0; from < all; from += each) {
                    int rows = Math.min(each, all - from);
                    rows(
                            s,
                            from,
                            rows,
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
                }
                return;
            }
            pool.run(Math.ceilDiv(all, each), (task, slot) -> {
                int from = task * each;
                int rows = Math.min(each, all - from);
                rows(
                        s,
                        from,
                        rows,
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
            });
        } finally {
            workspace.release();
        }
    }

    private static void rows(
            ConvShape s,
            int from,
            int rows,
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
        Activation first = residual == null ? e.activation() : Activation.IDENTITY;
        int start = from * s.outChannels();
        for (int group = 0; group < s.groups(); group++) {
            int k = group * s.groupOutChannels();
            if (s.isPointwise()) {
                gemm.left(src, srcOffset + from * s.channels() + group * s.groupChannels(), s.channels(), 1);
            } else {
                gemm.left(images.of(s, group, src, srcOffset, from));
            }
            if (packed == null) {
                gemm.right(1f, weights, weightsOffset + k, s.outChannels(), 1);
            } else {
                gemm.rightPacked(packed.panels(group), 0);
            }
            gemm.start(0f, e.bias(), e.biasOffset() + k, false)
                    .into(dst, dstOffset + start + k, s.outChannels(), first)
                    .run(rows, s.groupOutChannels(), s.patchElements());
        }
        images.release();
        if (residual != null) {
            int n = rows * s.outChannels();
            ResidualSum.apply(n, residual, residualOffset + start, e.activation(), dst, dstOffset + start);
        }
    }
}
