// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/**
 * The gradient of a convolution's source as a matrix product and col2im, an image and group at a time.
 *
 * <pre>
 * NHWC  columns (positions × patch)  ←  diffDst (positions × K) · weightsᵀ (K × patch), packed once a call
 * NCHW  columns (patch × positions)  ←  weights (patch × K) · diffDst (K × positions)
 * </pre>
 *
 * The workspace holds the packed weights, then for each thread the columns of an image and, in NCHW, its panels.
 */
final class BackwardData {
    private BackwardData() {}

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return packedFloats(s) + slotFloats(s) * pool.threads();
    }

    private static long packedFloats(ConvShape s) {
        return s.layout() == Layout.NHWC ? s.groups() * GroupPanels.floats(s, true) : 0;
    }

    private static long slotFloats(ConvShape s) {
        long columns = (long) s.positions() * s.patchElements();
        return s.layout() == Layout.NHWC
                ? columns
                : columns + BlockedGemm.scratchFloats(s.patchElements(), s.positions(), s.groupOutChannels());
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
            if (s.layout() == Layout.NHWC) {
                GroupPanels.pack(s, true, weights, weightsOffset, scratch);
            }
            if (pool.threads() == 1) {
                for (int image = 0; image < s.batch(); image++) {
                    image(s, image, 0, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, scratch);
                }
            } else {
                pool.run(
                        s.batch(),
                        (image, slot) -> image(
                                s,
                                image,
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

    private static void image(
            ConvShape s,
            int image,
            int slot,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int positions = s.positions();
        int patch = s.patchElements();
        int in = diffDstOffset + image * positions * s.outChannels();
        int columns = (int) (packedFloats(s) + slot * slotFloats(s));
        var gemm = BlockedGemm.ofThread();
        for (int group = 0; group < s.groups(); group++) {
            int k = group * s.groupOutChannels();
            if (s.layout() == Layout.NHWC) {
                int panels = (int) GroupPanels.floats(s, true);
                gemm.left(diffDst, in + k, s.outChannels(), 1)
                        .rightPacked(scratch, group * panels)
                        .start(0f, null, 0, false)
                        .into(scratch, columns, patch, Activation.IDENTITY)
                        .run(positions, patch, s.groupOutChannels());
            } else {
                gemm.left(weights, weightsOffset + k, s.outChannels(), 1)
                        .right(1f, diffDst, in + k * positions, positions, 1, scratch, columns + positions * patch)
                        .start(0f, null, 0, false)
                        .into(scratch, columns, positions, Activation.IDENTITY)
                        .run(patch, positions, s.groupOutChannels());
            }
            Col2Im.sum(s, group, scratch, columns, diffSrc, diffSrcOffset + image * s.imageElements());
        }
    }
}
