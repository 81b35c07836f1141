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
 * The workspace holds, in NHWC, the transposed weights, whose rows then lie in order; and for each thread a block of
 * columns, in NCHW those of an image.
 */
final class BackwardData {
    /** Floats of a block of columns: it is written and read once, from the second-level cache. */
    private static final long BLOCK_FLOATS = 1 << 18;

    private BackwardData() {}

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return transposedFloats(s) + slotFloats(s) * pool.threads();
    }

    private static long transposedFloats(ConvShape s) {
        return s.layout() == Layout.NHWC ? s.weightElements() : 0;
    }

    private static int blockRows(ConvShape s) {
        return Math.clamp(BLOCK_FLOATS / ((long) s.outWidth() * s.patchElements()), 1, s.outHeight());
    }

    private static long slotFloats(ConvShape s) {
        long rows = s.layout() == Layout.NHWC ? blockRows(s) : s.outHeight();
        return rows * s.outWidth() * s.patchElements();
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
                PixelCopy.transpose(s.patchElements(), s.outChannels(), weights, weightsOffset, scratch, 0);
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
        int in = diffDstOffset + image * s.positions() * s.outChannels();
        int out = diffSrcOffset + image * s.imageElements();
        int columns = (int) (transposedFloats(s) + slot * slotFloats(s));
        for (int group = 0; group < s.groups(); group++) {
            if (s.layout() == Layout.NHWC) {
                pixels(s, group, diffDst, in, diffSrc, out, scratch, columns);
            } else {
                planes(s, group, diffDst, in, weights, weightsOffset, diffSrc, out, scratch, columns);
            }
        }
    }

    /** Some output rows at a time, the last ones first. */
    private static void pixels(
            ConvShape s, int group, float[] diffDst, int in, float[] diffSrc, int out, float[] scratch, int columns) {
        int k = group * s.groupOutChannels();
        int patch = s.patchElements();
        int rows = blockRows(s);
        Col2Im.clearPixels(s, group, diffSrc, out);
        for (int end = s.outHeight(); end > 0; end -= rows) {
            int first = Math.max(0, end - rows);
            BlockedGemm.ofThread()
                    .left(diffDst, in + first * s.outWidth() * s.outChannels() + k, s.outChannels(), 1)
                    .right(1f, scratch, k * patch, patch, 1)
                    .start(0f, null, 0, false)
                    .into(scratch, columns, patch, Activation.IDENTITY)
                    .run((end - first) * s.outWidth(), patch, s.groupOutChannels());
            Col2Im.addPixels(s, group, scratch, columns, first, end, diffSrc, out);
        }
    }

    private static void planes(
            ConvShape s,
            int group,
            float[] diffDst,
            int in,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int out,
            float[] scratch,
            int columns) {
        int k = group * s.groupOutChannels();
        int positions = s.positions();
        BlockedGemm.ofThread()
                .left(weights, weightsOffset + k, s.outChannels(), 1)
                .right(1f, diffDst, in + k * positions, positions, 1)
                .start(0f, null, 0, false)
                .into(scratch, columns, positions, Activation.IDENTITY)
                .run(s.patchElements(), positions, s.groupOutChannels());
        Col2Im.sum(s, group, scratch, columns, diffSrc, out);
    }
}
