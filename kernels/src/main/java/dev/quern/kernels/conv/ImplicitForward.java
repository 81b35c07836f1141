// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

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
        WorkerPool pool = workspace.pool();
        workspace.acquire(0);
        try {
            product(s, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, pool);
        } finally {
            workspace.release();
        }
    }

    private static void product(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            WorkerPool pool) {
        int all = s.batch() * s.positions();
        if (pool.threads() == 1) {
            // One product, so that the weights are packed once. How M is cut changes no bit.
            rows(s, 0, all, src, srcOffset, weights, weightsOffset, e, dst, dstOffset);
            return;
        }
        int tasks = Math.ceilDiv(all, ROWS);
        int each = Math.ceilDiv(Math.ceilDiv(all, tasks), 6) * 6;
        pool.run(Math.ceilDiv(all, each), (task, slot) -> {
            int from = task * each;
            rows(s, from, Math.min(each, all - from), src, srcOffset, weights, weightsOffset, e, dst, dstOffset);
        });
    }

    private static void rows(
            ConvShape s,
            int from,
            int rows,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset) {
        var gemm = BlockedGemm.ofThread();
        var images = ImageRows.ofThread();
        for (int group = 0; group < s.groups(); group++) {
            int k = group * s.groupOutChannels();
            if (s.isPointwise()) {
                gemm.left(src, srcOffset + from * s.channels() + group * s.groupChannels(), s.channels(), 1);
            } else {
                gemm.left(images.of(s, group, src, srcOffset, from));
            }
            gemm.right(1f, weights, weightsOffset + k, s.outChannels(), 1)
                    .start(0f, e.bias(), e.biasOffset() + k, false)
                    .into(dst, dstOffset + from * s.outChannels() + k, s.outChannels(), e.activation())
                    .run(rows, s.groupOutChannels(), s.patchElements());
        }
        images.release();
    }
}
