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
 * NHWC  columns (positions × patch)  ←  diffDst (positions × K) · weightsᵀ (K × patch)
 * NCHW  columns (patch × positions)  ←  weights (patch × K) · diffDst (K × positions)
 * </pre>
 *
 * The workspace holds, in NHWC, the transposed weights, whose rows then lie in order; and for each thread the columns of
 * an image.
 */
final class BackwardData {
    private BackwardData() {}

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return transposedFloats(s) + slotFloats(s) * pool.threads();
    }

    private static long transposedFloats(ConvShape s) {
        return s.layout() == Layout.NHWC ? s.weightElements() : 0;
    }

    private static long slotFloats(ConvShape s) {
        return (long) s.positions() * s.patchElements();
    }

    /** Weights (patch × all K) become (all K × patch): the rows of a group follow each other. */
    private static void transpose(ConvShape s, float[] weights, int weightsOffset, float[] to) {
        int patch = s.patchElements();
        for (int i = 0; i < patch; i++) {
            for (int k = 0; k < s.outChannels(); k++) {
                to[k * patch + i] = weights[weightsOffset + i * s.outChannels() + k];
            }
        }
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
                transpose(s, weights, weightsOffset, scratch);
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
        int columns = (int) (transposedFloats(s) + slot * slotFloats(s));
        var gemm = BlockedGemm.ofThread();
        for (int group = 0; group < s.groups(); group++) {
            int k = group * s.groupOutChannels();
            if (s.layout() == Layout.NHWC) {
                gemm.left(diffDst, in + k, s.outChannels(), 1)
                        .right(1f, scratch, k * patch, patch, 1)
                        .start(0f, null, 0, false)
                        .into(scratch, columns, patch, Activation.IDENTITY)
                        .run(positions, patch, s.groupOutChannels());
            } else {
                gemm.left(weights, weightsOffset + k, s.outChannels(), 1)
                        .right(1f, diffDst, in + k * positions, positions, 1)
                        .start(0f, null, 0, false)
                        .into(scratch, columns, positions, Activation.IDENTITY)
                        .run(patch, positions, s.groupOutChannels());
            }
            Col2Im.sum(s, group, scratch, columns, diffSrc, diffSrcOffset + image * s.imageElements());
        }
    }
}
