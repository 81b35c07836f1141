// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.Depthwise3x3GradientVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.transpose.Transposition;
import dev.quern.kernels.vector.Lanes;
import java.util.Arrays;

/**
 * The gradient of depthwise 3×3 weights where {@link Depthwise3x3} goes forward: a window's elements stay in registers, and the
 * sums of some rows. A task is a logical lane of the batch and a block of channels, which NCHW turns round in the workspace. That
 * holds the lanes' sums, a row of zeros, and for each thread what it turns round.
 */
final class Depthwise3x3BackwardWeights {
    /** Channels of a block in NHWC. */
    private static final int LARGEST_BLOCK = 64;

    /** Channels of a block in NCHW: a vector of the widest kind. */
    private static final int BLOCK = 16;

    /** Floats of source rows that are passed over for one vector of channels after the other, from the second-level cache. */
    private static final int CACHED = 1 << 16;

    private Depthwise3x3BackwardWeights() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return Depthwise3x3.suits(s) && s.channels() % Lanes.COUNT == 0 && slotFloats(s) <= 1 << 26;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return zeros(s) + (long) s.width() * step(s) + slotFloats(s) * pool.threads();
    }

    /** Where the zeros lie: behind the sums. */
    private static long zeros(ConvShape s) {
        return (long) BackwardWeights.lanes(s) * s.weightElements();
    }

    /** From pixel to pixel. */
    private static int step(ConvShape s) {
        return s.layout() == Layout.NHWC ? s.channels() : BLOCK;
    }

    private static long slotFloats(ConvShape s) {
        return s.layout() == Layout.NHWC ? 0 : ((long) s.height() * s.width() + s.positions()) * BLOCK;
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
            Arrays.fill(scratch, 0, (int) zeros(s) + s.width() * step(s), 0f);
            int block = s.layout() == Layout.NHWC ? LARGEST_BLOCK : BLOCK;
            int blocks = Math.ceilDiv(s.channels(), block);
            if (pool.threads() == 1) {
                for (int task = 0; task < lanes * blocks; task++) {
                    task(s, task, block, 0, src, srcOffset, diffDst, diffDstOffset, scratch);
                }
            } else {
                pool.run(
                        lanes * blocks,
                        (task, slot) -> task(s, task, block, slot, src, srcOffset, diffDst, diffDstOffset, scratch));
            }
            BackwardWeights.fold(s.weightElements(), lanes, scratch, 0);
            BackwardWeights.copy(s.weightElements(), lanes, scratch, diffWeights, diffWeightsOffset);
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int block,
            int slot,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] scratch) {
        int lanes = BackwardWeights.lanes(s);
        int lane = task % lanes;
        int k = task / lanes * block;
        int channels = Math.min(block, s.channels() - k);
        int sums = lane * s.weightElements() + k;
        int pixels = s.height() * s.width();
        int turned = (int) (zeros(s) + s.width() * step(s) + slot * slotFloats(s));
        int turnedY = turned + pixels * BLOCK;
        for (int image = lane; image < s.batch(); image += BackwardWeights.LANES) {
            int x = srcOffset + image * s.imageElements();
            int y = diffDstOffset + image * s.positions() * s.channels();
            if (s.layout() == Layout.NHWC) {
                image(s, channels, src, x + k, diffDst, y + k, scratch, sums);
            } else {
                Transposition.run(channels, pixels, src, x + k * pixels, pixels, scratch, turned, BLOCK);
                int from = y + k * s.positions();
                Transposition.run(channels, s.positions(), diffDst, from, s.positions(), scratch, turnedY, BLOCK);
                image(s, channels, scratch, turned, scratch, turnedY, scratch, sums);
            }
        }
    }

    private static void image(
            ConvShape s, int channels, float[] x, int xOffset, float[] dy, int dyOffset, float[] scratch, int sums) {
        int step = step(s);
        int row = s.width() * step;
        int rows = Math.max(1, CACHED / s.width() / channels / s.strideHeight());
        for (int first = 0; first < s.outHeight(); first += rows) {
            int end = Math.min(s.outHeight(), first + rows);
            rows(s, channels, first, end, x, xOffset, row, step, dy, dyOffset, scratch, sums);
        }
    }

    private static void rows(
            ConvShape s,
            int channels,
            int first,
            int end,
            float[] x,
            int xOffset,
            int row,
            int step,
            float[] dy,
            int dyOffset,
            float[] scratch,
            int sums) {
        int inside = Depthwise3x3.lastColumn(s) == s.width() ? s.outWidth() - 1 : s.outWidth();
        boolean padded = s.paddingLeft() > 0;
        int dyRow = s.outWidth() * step;
        if (s.strideHeight() == 1) {
            Depthwise3x3GradientVector.weights(
                    channels,
                    first,
                    end,
                    s.outWidth(),
                    inside,
                    padded,
                    s.paddingTop(),
                    s.height(),
                    x,
                    xOffset,
                    row,
                    step,
                    dy,
                    dyOffset,
                    dyRow,
                    scratch,
                    (int) zeros(s),
                    sums,
                    s.outChannels());
        } else {
            Depthwise3x3GradientVector.weightsOfStride2(
                    channels,
                    first,
                    end,
                    s.outWidth(),
                    inside,
                    padded,
                    s.paddingTop(),
                    s.height(),
                    x,
                    xOffset,
                    row,
                    step,
                    dy,
                    dyOffset,
                    dyRow,
                    scratch,
                    (int) zeros(s),
                    sums,
                    s.outChannels());
        }
    }
}
