// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.DepthwiseScalar;
import dev.quern.kernels.conv.loops.DepthwiseVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a depthwise convolution's weights, with output channels in lanes and a chain for each tap. A task is a
 * logical lane of the batch and a block of output channels. The workspace holds the lanes' sums, then for each thread the
 * source rows that an output row sees and, in NCHW, the row of the destination's gradient turned round.
 */
final class DepthwiseBackwardWeights {
    private DepthwiseBackwardWeights() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return DepthwiseForward.suits(s);
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        if (Depthwise3x3BackwardWeights.suits(s)) {
            return Depthwise3x3BackwardWeights.workspaceFloats(s, pool);
        }
        return (long) BackwardWeights.lanes(s) * s.weightElements() + slotFloats(s) * pool.threads();
    }

    private static long slotFloats(ConvShape s) {
        int block = DepthwiseForward.blockChannels(s);
        return PaddedRows.ringFloats(s, block) + (s.layout() == Layout.NHWC ? 0 : (long) s.outWidth() * block);
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
        if (Depthwise3x3BackwardWeights.suits(s)) {
            Depthwise3x3BackwardWeights.run(
                    s, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
            return;
        }
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            int lanes = BackwardWeights.lanes(s);
            int tasks = lanes * Math.ceilDiv(s.outChannels(), DepthwiseForward.blockChannels(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, 0, src, srcOffset, diffDst, diffDstOffset, scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> task(s, task, slot, src, srcOffset, diffDst, diffDstOffset, scratch));
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
            int slot,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] scratch) {
        int lanes = BackwardWeights.lanes(s);
        int lane = task % lanes;
        int block = DepthwiseForward.blockChannels(s);
        int k = task / lanes * block;
        int channels = Math.min(block, s.outChannels() - k);
        int sums = lane * s.weightElements() + k;
        for (int tap = 0; tap < s.patchElements(); tap++) {
            Arrays.fill(scratch, sums + tap * s.outChannels(), sums + tap * s.outChannels() + channels, 0f);
        }
        int ring = (int) ((long) lanes * s.weightElements() + slot * slotFloats(s));
        int turned = ring + (int) PaddedRows.ringFloats(s, block);
        boolean pixels = s.layout() == Layout.NHWC;
        var padded = PaddedRows.ofThread();
        for (int image = lane; image < s.batch(); image += BackwardWeights.LANES) {
            padded.of(s, src, srcOffset + image * s.imageElements(), k, channels, scratch, ring);
            int y = diffDstOffset + image * s.positions() * s.outChannels();
            for (int oh = 0; oh < s.outHeight(); oh++) {
                padded.load(oh);
                int row = padded.offset(oh);
                if (pixels) {
                    int at = y + oh * s.outWidth() * s.outChannels() + k;
                    row(s, channels, scratch, ring, row, diffDst, at, s.outChannels(), scratch, sums);
                } else {
                    for (int c = 0; c < channels; c++) {
                        int from = y + (k + c) * s.positions() + oh * s.outWidth();
                        PixelCopy.spread(s.outWidth(), diffDst, from, scratch, turned + c, channels);
                    }
                    row(s, channels, scratch, ring, row, scratch, turned, channels, scratch, sums);
                }
            }
        }
        padded.release();
    }

    private static void row(
            ConvShape s,
            int channels,
            float[] x,
            int ring,
            int first,
            float[] dy,
            int dyFirst,
            int dyStep,
            float[] sums,
            int sumsFirst) {
        int pixel = PaddedRows.pixelFloats(channels);
        int rowStep = s.dilationHeight() * (int) PaddedRows.rowFloats(s, channels);
        int ringFloats = (int) PaddedRows.ringFloats(s, channels);
        // A chain must not be continued twice: what does not fill a vector is left to the twin.
        int whole = VectorSupport.ENABLED ? channels / Lanes.COUNT * Lanes.COUNT : 0;
        if (whole > 0) {
            DepthwiseVector.backwardWeights(
                    whole,
                    s.outWidth(),
                    s.kernelWidth(),
                    s.kernelHeight(),
                    x,
                    ring,
                    ringFloats,
                    first,
                    rowStep,
                    s.dilationWidth() * pixel,
                    s.strideWidth() * pixel,
                    dy,
                    dyFirst,
                    dyStep,
                    sums,
                    sumsFirst,
                    s.outChannels());
        }
        if (whole < channels) {
            DepthwiseScalar.backwardWeights(
                    channels - whole,
                    s.outWidth(),
                    s.kernelWidth(),
                    s.kernelHeight(),
                    x,
                    ring + whole,
                    ringFloats,
                    first + whole,
                    rowStep,
                    s.dilationWidth() * pixel,
                    s.strideWidth() * pixel,
                    dy,
                    dyFirst + whole,
                    dyStep,
                    sums,
                    sumsFirst + whole,
                    s.outChannels());
        }
    }
}
