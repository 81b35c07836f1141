// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/**
 * Convolution forward as im2col and a matrix product, a block of an image's positions at a time.
 *
 * <pre>
 * NHWC  dst (positions × K)  ←  columns (positions × patch) · weights (patch × K)
 * NCHW  dst (K × positions)  ←  weightsᵀ (K × patch) · columns (patch × positions)
 * </pre>
 *
 * The workspace holds, in NCHW, the transposed weights, which every block of positions reads; then a block of columns for
 * each thread.
 */
final class Forward {
    /** Floats of a block of columns: it is written and read once or twice, from the second-level cache. */
    private static final int BLOCK_FLOATS = 1 << 16;

    /** Blocks are multiples of this many positions, a multiple of every tile's height and width. */
    private static final int BLOCK_STEP = 96;

    /** Positions of a block that needs no columns. */
    private static final int POINTWISE_BLOCK = 1152;

    private Forward() {}

    static long workspaceFloats(ConvShape s, boolean packed, WorkerPool pool) {
        return (packed ? 0 : turnedFloats(s)) + slotFloats(s) * pool.threads();
    }

    /** Packs weights for good: panels in NHWC, the transposed weights in NCHW. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        if (s.layout() == Layout.NHWC) {
            return PackedWeights.ofPanels(s, weights, weightsOffset);
        }
        float[] turned = new float[s.weightElements()];
        PixelCopy.transpose(s.patchElements(), s.outChannels(), weights, weightsOffset, turned, 0);
        return PackedWeights.of(turned);
    }

    /** Whether transposed weights are read often enough to be worth their making. */
    private static boolean isTurned(ConvShape s) {
        return s.layout() == Layout.NCHW && s.batch() * blocks(s) > 1;
    }

    private static int blocks(ConvShape s) {
        return Math.ceilDiv(s.positions(), blockPositions(s));
    }

    private static long turnedFloats(ConvShape s) {
        return isTurned(s) ? s.weightElements() : 0;
    }

    private static long slotFloats(ConvShape s) {
        return s.isPointwise() ? 0 : (long) blockPositions(s) * s.patchElements();
    }

    private static int blockPositions(ConvShape s) {
        if (s.isPointwise()) {
            return Math.min(s.positions(), POINTWISE_BLOCK);
        }
        int fit = BLOCK_FLOATS / s.patchElements() / BLOCK_STEP * BLOCK_STEP;
        return Math.min(s.positions(), Math.max(BLOCK_STEP, fit));
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, packed != null, pool));
        try {
            int slots = packed == null ? (int) turnedFloats(s) : 0;
            float[] turned = packed != null ? packed.array() : isTurned(s) ? scratch : null;
            if (packed == null && isTurned(s)) {
                PixelCopy.transpose(s.patchElements(), s.outChannels(), weights, weightsOffset, scratch, 0);
            }
            int blocks = blocks(s);
            int tasks = s.batch() * blocks;
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    block(
                            s,
                            task,
                            blocks,
                            slots,
                            src,
                            srcOffset,
                            weights,
                            weightsOffset,
                            packed,
                            turned,
                            e,
                            dst,
                            dstOffset,
                            scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> block(
                                s,
                                task,
                                blocks,
                                (int) (slots + slot * slotFloats(s)),
                                src,
                                srcOffset,
                                weights,
                                weightsOffset,
                                packed,
                                turned,
                                e,
                                dst,
                                dstOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void block(
            ConvShape s,
            int task,
            int blocks,
            int columns,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            float[] turned,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int image = task / blocks;
        int from = task % blocks * blockPositions(s);
        int to = Math.min(s.positions(), from + blockPositions(s));
        int imageOffset = srcOffset + image * s.imageElements();
        int out = dstOffset + image * s.positions() * s.outChannels();
        var gemm = BlockedGemm.ofThread();
        for (int group = 0; group < s.groups(); group++) {
            int k = group * s.groupOutChannels();
            if (s.layout() == Layout.NHWC) {
                if (s.isPointwise()) {
                    int pixel = imageOffset + from * s.channels() + group * s.groupChannels();
                    gemm.left(src, pixel, s.channels(), 1);
                } else {
                    Im2Col.patches(s, group, src, imageOffset, from, to, scratch, columns);
                    gemm.left(scratch, columns, s.patchElements(), 1);
                }
                if (packed == null) {
                    gemm.right(1f, weights, weightsOffset + k, s.outChannels(), 1);
                } else {
                    gemm.rightPacked(packed.panels(group), 0);
                }
                gemm.start(0f, e.bias(), e.biasOffset() + k, false)
                        .into(dst, out + from * s.outChannels() + k, s.outChannels(), e.activation())
                        .run(to - from, s.groupOutChannels(), s.patchElements());
            } else {
                if (turned != null) {
                    gemm.left(turned, k * s.patchElements(), s.patchElements(), 1);
                } else {
                    gemm.left(weights, weightsOffset + k, 1, s.outChannels());
                }
                if (s.isPointwise()) {
                    int plane = imageOffset + group * s.groupChannels() * s.positions();
                    gemm.right(1f, src, plane + from, s.positions(), 1);
                } else {
                    Im2Col.patches(s, group, src, imageOffset, from, to, scratch, columns);
                    gemm.right(1f, scratch, columns, to - from, 1);
                }
                gemm.start(0f, e.bias(), e.biasOffset() + k, true)
                        .into(dst, out + k * s.positions() + from, s.positions(), e.activation())
                        .run(s.groupOutChannels(), to - from, s.patchElements());
            }
        }
    }
}
