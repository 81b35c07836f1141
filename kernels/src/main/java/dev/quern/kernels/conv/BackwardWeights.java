// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.LaneSumVector;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights as im2col and a matrix product over the positions, an image and group at a
 * time.
 *
 * <pre>
 * NHWC  diffWeightsᵀ (K × patch)  ←  diffDstᵀ (K × positions) · columns (positions × patch)
 *       diffWeights (patch × K)   ←  columnsᵀ (patch × positions) · diffDst (positions × K), with more output channels than patch elements
 * NCHW  diffWeights (patch × K)   ←  columns (patch × positions) · diffDstᵀ (positions × K)
 * </pre>
 *
 * In NHWC the right-hand operand is thus packed row by row; a transposed sum is turned round at the end. Columns are made a
 * block of positions at a time, and each product goes on from the sums of the one before.
 *
 * <p>The sum over the batch runs in {@value #LANES} logical lanes, which are the tasks of a pool: they depend on the batch
 * alone, so the bits do not depend on the threads. The workspace holds the lanes' sums, then for each thread a block of
 * columns.
 */
final class BackwardWeights {
    /** Logical lanes of the batch: image n belongs to lane n mod LANES. */
    static final int LANES = 8;

    /** Floats of a block of columns: it is written and read once, from the second-level cache. */
    private static final int BLOCK_FLOATS = 1 << 18;

    /** Blocks are multiples of this many positions: each reads and writes all of the sums. */
    private static final int BLOCK_STEP = 512;

    private BackwardWeights() {}

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return (long) lanes(s) * s.weightElements() + slotFloats(s) * pool.threads();
    }

    static int lanes(ConvShape s) {
        return Math.min(LANES, s.batch());
    }

    /** Whether sums are transposed: the longer side of their matrix is to be along lanes. */
    private static boolean isTurned(ConvShape s) {
        return s.layout() == Layout.NHWC && s.patchElements() >= s.groupOutChannels();
    }

    private static int blockPositions(ConvShape s) {
        int fit = BLOCK_FLOATS / s.patchElements() / BLOCK_STEP * BLOCK_STEP;
        return Math.min(s.positions(), Math.max(BLOCK_STEP, fit));
    }

    private static long slotFloats(ConvShape s) {
        return s.layout() == Layout.NHWC && s.isPointwise() ? 0 : (long) blockPositions(s) * s.patchElements();
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
            fold(s.weightElements(), lanes, scratch, 0);
            if (lanes > 0 && isTurned(s)) {
                PixelCopy.transpose(s.outChannels(), s.patchElements(), scratch, 0, diffWeights, diffWeightsOffset);
            } else {
                copy(s.weightElements(), lanes, scratch, diffWeights, diffWeightsOffset);
            }
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
        int columns = (int) ((long) lanes(s) * s.weightElements() + slot * slotFloats(s));
        int sums = lane * s.weightElements();
        int step = blockPositions(s);
        for (int image = lane; image < s.batch(); image += LANES) {
            int from = srcOffset + image * s.imageElements();
            int in = diffDstOffset + image * s.positions() * s.outChannels();
            for (int group = 0; group < s.groups(); group++) {
                for (int first = 0; first < s.positions(); first += step) {
                    int n = Math.min(step, s.positions() - first);
                    float factor = image == lane && first == 0 ? 0f : 1f;
                    if (s.layout() == Layout.NHWC) {
                        pixels(s, group, src, from, first, n, diffDst, in, scratch, columns, sums, factor);
                    } else {
                        planes(s, group, src, from, first, n, diffDst, in, scratch, columns, sums, factor);
                    }
                }
            }
        }
    }

    private static void pixels(
            ConvShape s,
            int group,
            float[] src,
            int image,
            int first,
            int n,
            float[] diffDst,
            int in,
            float[] scratch,
            int columns,
            int sums,
            float factor) {
        int k = group * s.groupOutChannels();
        int patch = s.patchElements();
        boolean inPlace = s.isPointwise();
        if (!inPlace) {
            Im2Col.patches(s, group, src, image, first, first + n, scratch, columns);
        }
        float[] x = inPlace ? src : scratch;
        int from = inPlace ? image + first * s.channels() + group * s.groupChannels() : columns;
        int stride = inPlace ? s.channels() : patch;
        int d = in + first * s.outChannels() + k;
        var gemm = BlockedGemm.ofThread();
        if (isTurned(s)) {
            gemm.left(diffDst, d, 1, s.outChannels())
                    .right(1f, x, from, stride, 1)
                    .start(factor, null, 0, false)
                    .into(scratch, sums + k * patch, patch, Activation.IDENTITY)
                    .run(s.groupOutChannels(), patch, n);
        } else {
            gemm.left(x, from, 1, stride)
                    .right(1f, diffDst, d, s.outChannels(), 1)
                    .start(factor, null, 0, false)
                    .into(scratch, sums + k, s.outChannels(), Activation.IDENTITY)
                    .run(patch, s.groupOutChannels(), n);
        }
    }

    private static void planes(
            ConvShape s,
            int group,
            float[] src,
            int image,
            int first,
            int n,
            float[] diffDst,
            int in,
            float[] scratch,
            int columns,
            int sums,
            float factor) {
        int k = group * s.groupOutChannels();
        Im2Col.patches(s, group, src, image, first, first + n, scratch, columns);
        BlockedGemm.ofThread()
                .left(scratch, columns, n, 1)
                .right(1f, diffDst, in + k * s.positions() + first, 1, s.positions())
                .start(factor, null, 0, false)
                .into(scratch, sums + k, s.outChannels(), Activation.IDENTITY)
                .run(s.patchElements(), s.groupOutChannels(), n);
    }

    /** Lane l adds lane l + 4, then l + 2, then l + 1, as far as they exist; lane 0 is the sum. */
    static void fold(int n, int lanes, float[] sums, int offset) {
        if (lanes == LANES) {
            foldAll(n, sums, offset);
            return;
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int lane = 0; lane < half && lane + half < lanes; lane++) {
                int to = offset + lane * n;
                int from = offset + (lane + half) * n;
                for (int i = 0; i < n; i++) {
                    sums[to + i] += sums[from + i];
                }
            }
        }
    }

    /** The same with all lanes there, in one pass. */
    private static void foldAll(int n, float[] sums, int offset) {
        int whole = VectorSupport.ENABLED ? LaneSumVector.fold(n, sums, offset) : 0;
        for (int i = offset + whole; i < offset + n; i++) {
            float even = (sums[i] + sums[i + 4 * n]) + (sums[i + 2 * n] + sums[i + 6 * n]);
            float odd = (sums[i + n] + sums[i + 5 * n]) + (sums[i + 3 * n] + sums[i + 7 * n]);
            sums[i] = even + odd;
        }
    }

    /** Copies lane 0; zeros where there is none. */
    static void copy(int n, int lanes, float[] sums, float[] out, int outOffset) {
        if (lanes == 0) {
            Arrays.fill(out, outOffset, outOffset + n, 0f);
        } else {
            System.arraycopy(sums, 0, out, outOffset, n);
        }
    }
}
