// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.WindowGradientScalar;
import dev.quern.kernels.conv.loops.WindowGradientVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights in NHWC for few channels on both sides: what windows see is in lanes, taken from slabs in which
 * neighbouring windows overlap ({@link ColumnSlabs}).
 *
 * <pre>
 * task     a logical lane: its images, ascending; each is turned
 * LOOP 4   blocks of output rows, ascending: fills their slabs, which stay in the first-level cache
 * LOOP 3   tiles of output channels
 * LOOP 2   tiles of a window's elements
 * LOOP 1   positions, ascending
 * </pre>
 *
 * The workspace holds the lanes' sums, tile by tile, then for each thread a turned image and its slabs. The last tile of output channels lies
 * over the one before where the channels are no multiple of a tile's; both have sums of their own.
 */
final class WindowBackwardWeights {
    /** Output channels of the lower tile; where there are fewer, too much of it would mean nothing. */
    private static final int SIX = 6;

    private static final int EIGHT = 8;

    /** Output channels at most. */
    private static final int MOST = 32;

    /** Elements of a tile. */
    private static final int ELEMENTS = VectorSupport.ENABLED ? 2 * Lanes.COUNT : 16;

    /** Floats of the slabs of a block. */
    private static final int SLAB_FLOATS = 6 << 10;

    /** Floats of a turned image at most. */
    private static final int LARGEST_IMAGE = 1 << 18;

    private WindowBackwardWeights() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && (s.kernelHeight() > 1 || s.kernelWidth() > 1)
                && s.outChannels() >= SIX
                && s.outChannels() <= MOST
                && ColumnSlabs.imageFloats(s) <= LARGEST_IMAGE
                && ColumnSlabs.slabFloats(s) <= SLAB_FLOATS;
    }

    /** Output channels of a tile: eight where that is not more in all, and there are registers for it. */
    private static int tileChannels(ConvShape s) {
        int k = s.outChannels();
        boolean fits = VectorSupport.ENABLED && Lanes.COUNT == 16 && k >= EIGHT;
        return fits && Math.ceilDiv(k, EIGHT) * EIGHT <= Math.ceilDiv(k, SIX) * SIX ? EIGHT : SIX;
    }

    private static int tilesAcross(ConvShape s) {
        return Math.ceilDiv(s.patchElements(), ELEMENTS);
    }

    /** Floats of a lane's sums. */
    private static int sumFloats(ConvShape s) {
        int tile = tileChannels(s);
        return Math.ceilDiv(s.outChannels(), tile) * tile * tilesAcross(s) * ELEMENTS;
    }

    private static int blockRows(ConvShape s) {
        return Math.clamp(SLAB_FLOATS / ColumnSlabs.slabFloats(s), 1, s.outHeight());
    }

    private static long slotFloats(ConvShape s) {
        return ColumnSlabs.imageFloats(s) + blockRows(s) * ColumnSlabs.slabFloats(s) + 2 * ColumnSlabs.SLACK;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return (long) BackwardWeights.lanes(s) * sumFloats(s) + slotFloats(s) * pool.threads();
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
            int lanes = BackwardWeights.lanes(s);
            int n = sumFloats(s);
            if (lanes == 0) {
                Arrays.fill(diffWeights, diffWeightsOffset, diffWeightsOffset + s.weightElements(), 0f);
                return;
            }
            Arrays.fill(scratch, 0, lanes * n, 0f);
            if (pool.threads() == 1) {
                for (int lane = 0; lane < lanes; lane++) {
                    lane(s, lane, lanes * n, src, srcOffset, diffDst, diffDstOffset, scratch);
                }
            } else {
                pool.run(lanes, (lane, slot) -> {
                    int memory = (int) (lanes * n + slot * slotFloats(s));
                    lane(s, lane, memory, src, srcOffset, diffDst, diffDstOffset, scratch);
                });
            }
            BackwardWeights.fold(n, lanes, scratch, 0);
            place(s, scratch, diffWeights, diffWeightsOffset);
        } finally {
            workspace.release();
        }
    }

    private static void lane(
            ConvShape s,
            int lane,
            int memory,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] scratch) {
        int slabs = memory + (int) ColumnSlabs.imageFloats(s) + ColumnSlabs.SLACK;
        int step = blockRows(s);
        for (int image = lane; image < s.batch(); image += BackwardWeights.LANES) {
            ColumnSlabs.turn(s, src, srcOffset + image * s.imageElements(), scratch, memory);
            for (int oh = 0; oh < s.outHeight(); oh += step) { // LOOP 4
                int rows = Math.min(step, s.outHeight() - oh);
                ColumnSlabs.fill(s, scratch, memory, oh, rows, slabs);
                int d = diffDstOffset + (image * s.positions() + oh * s.outWidth()) * s.outChannels();
                block(s, rows, slabs, diffDst, d, scratch, lane * sumFloats(s));
            }
        }
    }

    private static void block(ConvShape s, int rows, int slabs, float[] d, int from, float[] scratch, int sums) {
        int width = s.outWidth();
        int row = (int) ColumnSlabs.slabFloats(s);
        int step = s.strideWidth() * ColumnSlabs.columnFloats(s);
        int tile = tileChannels(s);
        int k = s.outChannels();
        int at = sums;
        for (int first = 0; first < k; first += tile) { // LOOP 3
            int channel = from + Math.min(first, k - tile);
            for (int i = 0; i < s.patchElements(); i += ELEMENTS) { // LOOP 2
                int x = slabs + i;
                if (!VectorSupport.ENABLED) {
                    WindowGradientScalar.tile(
                            tile, ELEMENTS, rows, width, scratch, x, row, step, d, channel, k, scratch, at);
                } else if (tile == SIX) {
                    WindowGradientVector.EMPTY_SIX.beside();
                    WindowGradientVector.six(rows, width, scratch, x, row, step, d, channel, k, scratch, at);
                } else {
                    WindowGradientVector.EMPTY_EIGHT.beside();
                    WindowGradientVector.eight(rows, width, scratch, x, row, step, d, channel, k, scratch, at);
                }
                at += tile * ELEMENTS;
            }
        }
    }

    /** Brings the sums into the order of the weights. */
    private static void place(ConvShape s, float[] sums, float[] diffWeights, int offset) {
        int k = s.outChannels();
        int tile = tileChannels(s);
        for (int first = 0; first < k; first += tile) {
            int channel = Math.min(first, k - tile);
            for (int i = 0; i < s.patchElements(); i++) {
                int c = i % s.channels();
                int kh = i / s.channels() % s.kernelHeight();
                int kw = i / ColumnSlabs.columnFloats(s);
                int to = offset + ((kh * s.kernelWidth() + kw) * s.channels() + c) * k + channel;
                int from = first * tilesAcross(s) * ELEMENTS + i / ELEMENTS * tile * ELEMENTS + i % ELEMENTS;
                for (int j = 0; j < tile; j++) {
                    diffWeights[to + j] = sums[from + j * ELEMENTS];
                }
            }
        }
    }
}
