// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights as im2col and a matrix product over the positions, an image and group at a
 * time.
 *
 * <pre>
 * NHWC  diffWeights (patch × K)  ←  columnsᵀ (patch × positions) · diffDst (positions × K)
 * NCHW  diffWeights (patch × K)  ←  columns (patch × positions) · diffDstᵀ (positions × K)
 * </pre>
 *
 * The sum over the batch runs in {@value #LANES} logical lanes, which are the tasks of a pool: they depend on the batch
 * alone, so the bits do not depend on the threads. The workspace holds the lanes' sums, then for each thread the columns
 * of an image.
 */
final class BackwardWeights {
    /** Logical lanes of the batch: image n belongs to lane n mod LANES. */
    static final int LANES = 8;

    private BackwardWeights() {}

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return (long) lanes(s) * s.weightElements() + slotFloats(s) * pool.threads();
    }

    static int lanes(ConvShape s) {
        return Math.min(LANES, s.batch());
    }

    private static long slotFloats(ConvShape s) {
        return (long) s.positions() * s.patchElements();
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
            int lanes = lanes(s);
            if (pool.threads() == 1) {
                for (int lane = 0; lane < lanes; lane++) {
                    lane(s, lane, 0, src, srcOffset, diffDst, diffDstOffset, scratch);
                }
            } else {
                pool.run(lanes, (lane, slot) -> lane(s, lane, slot, src, srcOffset, diffDst, diffDstOffset, scratch));
            }
            fold(s.weightElements(), lanes, scratch, diffWeights, diffWeightsOffset);
        } finally {
            workspace.release();
        }
    }

    private static void lane(
            ConvShape s,
            int lane,
            int slot,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] scratch) {
        int positions = s.positions();
        int patch = s.patchElements();
        int columns = (int) ((long) lanes(s) * s.weightElements() + slot * slotFloats(s));
        boolean pixels = s.layout() == Layout.NHWC;
        var gemm = BlockedGemm.ofThread();
        for (int image = lane; image < s.batch(); image += LANES) {
            int in = diffDstOffset + image * positions * s.outChannels();
            for (int group = 0; group < s.groups(); group++) {
                int k = group * s.groupOutChannels();
                Im2Col.patches(s, group, src, srcOffset + image * s.imageElements(), 0, positions, scratch, columns);
                if (pixels) {
                    gemm.left(scratch, columns, 1, patch).right(1f, diffDst, in + k, s.outChannels(), 1);
                } else {
                    gemm.left(scratch, columns, positions, 1).right(1f, diffDst, in + k * positions, 1, positions);
                }
                gemm.start(image == lane ? 0f : 1f, null, 0, false)
                        .into(scratch, lane * s.weightElements() + k, s.outChannels(), Activation.IDENTITY)
                        .run(patch, s.groupOutChannels(), positions);
            }
        }
    }

    /** Lane l adds lane l + 4, then l + 2, then l + 1, as far as they exist; lane 0 is the result. */
    static void fold(int n, int lanes, float[] sums, float[] out, int outOffset) {
        if (lanes == 0) {
            Arrays.fill(out, outOffset, outOffset + n, 0f);
            return;
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half && lane + half < lanes; lane++) {
                int to = lane * n;
                int from = (lane + half) * n;
                for (int i = 0; i < n; i++) {
                    sums[to + i] += sums[from + i];
                }
            }
        }
        System.arraycopy(sums, 0, out, outOffset, n);
    }
}
