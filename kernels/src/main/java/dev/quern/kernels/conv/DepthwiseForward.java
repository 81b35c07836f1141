// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.DepthwiseScalar;
import dev.quern.kernels.conv.loops.DepthwiseVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Depthwise convolution forward: each output channel sees one source channel. Tasks are an image, a block of output
 * channels and a block of output rows; a task copies the source row by row, zeros round it, and convolves one
 * output row after the other with channels in lanes. The workspace holds for each thread the copied rows and an output row.
 */
final class DepthwiseForward {
    /** Output rows of a task; the rows that two tasks see are copied twice. */
    private static final int ROWS = 32;

    /** Floats of copied rows that a block of channels should not exceed: half of a first-level cache. */
    private static final int RING = 1 << 13;

    /** Channels of a block at least: runs of two cache lines. */
    private static final int CHANNELS = 32;

    /** Floats of copied rows at most, for dilation and padding beyond all use; those go through columns. */
    private static final int LARGEST_RING = 1 << 22;

    /** Where chains start without a bias. */
    private static final float[] ZEROS = new float[64];

    private DepthwiseForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return s.groupChannels() == 1 && s.groups() > 1 && PaddedRows.ringFloats(s, blockChannels(s)) <= LARGEST_RING;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return slotFloats(s) * pool.threads();
    }

    private static long slotFloats(ConvShape s) {
        return PaddedRows.ringFloats(s, blockChannels(s)) + (long) s.outWidth() * blockChannels(s);
    }

    static int blockChannels(ConvShape s) {
        long each = Math.max(1, PaddedRows.ringFloats(s, 1));
        int fit = (int) Math.max(CHANNELS, RING / each / CHANNELS * CHANNELS);
        return s.outChannels() < 2 * fit ? s.outChannels() : fit;
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
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            int rowBlocks = Math.ceilDiv(s.outHeight(), ROWS);
            int tasks = s.batch() * rowBlocks * Math.ceilDiv(s.outChannels(), blockChannels(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, rowBlocks, 0, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, scratch);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) -> task(
                                s,
                                task,
                                rowBlocks,
                                slot,
                                src,
                                srcOffset,
                                weights,
                                weightsOffset,
                                e,
                                dst,
                                dstOffset,
                                scratch));
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int rowBlocks,
            int slot,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int block = blockChannels(s);
        int blocks = Math.ceilDiv(s.outChannels(), block);
        int image = task / (rowBlocks * blocks);
        int k = task / rowBlocks % blocks * block;
        int channels = Math.min(block, s.outChannels() - k);
        int from = task % rowBlocks * ROWS;
        int to = Math.min(s.outHeight(), from + ROWS);
        int ring = (int) (slot * slotFloats(s));
        int rows = ring + (int) PaddedRows.ringFloats(s, block);
        boolean direct =
                s.layout() == Layout.NHWC && (e.activation() == Activation.IDENTITY || block == s.outChannels());
        int out = dstOffset + image * s.positions() * s.outChannels();

        var padded = PaddedRows.ofThread();
        padded.of(s, src, srcOffset + image * s.imageElements(), k, channels, scratch, ring);
        for (int oh = from; oh < to; oh++) {
            padded.load(oh);
            float[] y = direct ? dst : scratch;
            int yOffset = direct ? out + oh * s.outWidth() * s.outChannels() + k : rows;
            int yStep = direct ? s.outChannels() : channels;
            convolve(s, padded, oh, channels, scratch, ring, weights, weightsOffset + k, e, k, y, yOffset, yStep);
            int floats = s.outWidth() * channels;
            if (e.activation() != Activation.IDENTITY) {
                e.activation().forward(floats, y, yOffset, y, yOffset);
            }
            if (!direct) {
                store(s, oh, channels, scratch, rows, dst, out, k);
            }
        }
        padded.release();
    }

    private static void convolve(
            ConvShape s,
            PaddedRows padded,
            int oh,
            int channels,
            float[] x,
            int ring,
            float[] weights,
            int w,
            Epilogue e,
            int k,
            float[] y,
            int yOffset,
            int yStep) {
        float[] init = e.bias() == null ? ZEROS : e.bias();
        int initOffset = e.bias() == null ? 0 : e.biasOffset() + k;
        int initStep = e.bias() == null ? 0 : 1;
        int xStep = PaddedRows.pixelFloats(channels);
        int rowFloats = (int) PaddedRows.rowFloats(s, channels);
        int ringFloats = (int) PaddedRows.ringFloats(s, channels);
        if (VectorSupport.ENABLED && channels >= Lanes.COUNT) {
            DepthwiseVector.forwardRow(
                    channels,
                    s.outWidth(),
                    s.kernelWidth(),
                    s.kernelHeight(),
                    x,
                    ring,
                    ringFloats,
                    padded.offset(oh),
                    s.dilationHeight() * rowFloats,
                    s.dilationWidth() * xStep,
                    s.strideWidth() * xStep,
                    weights,
                    w,
                    s.outChannels(),
                    init,
                    initOffset,
                    initStep,
                    y,
                    yOffset,
                    yStep);
        } else {
            DepthwiseScalar.forwardRow(
                    channels,
                    s.outWidth(),
                    s.kernelWidth(),
                    s.kernelHeight(),
                    x,
                    ring,
                    ringFloats,
                    padded.offset(oh),
                    s.dilationHeight() * rowFloats,
                    s.dilationWidth() * xStep,
                    s.strideWidth() * xStep,
                    weights,
                    w,
                    s.outChannels(),
                    init,
                    initOffset,
                    initStep,
                    y,
                    yOffset,
                    yStep);
        }
    }

    /** Copies a finished row from the workspace to its channels of the destination. */
    private static void store(ConvShape s, int oh, int channels, float[] rows, int from, float[] dst, int out, int k) {
        int pixels = s.outWidth();
        int first = oh * s.outWidth();
        if (s.layout() == Layout.NHWC) {
            int to = out + first * s.outChannels() + k;
            PixelCopy.runs(pixels, channels, rows, from, channels, dst, to, s.outChannels());
        } else {
            for (int c = 0; c < channels; c++) {
                PixelCopy.gather(pixels, rows, from + c, channels, dst, out + (k + c) * s.positions() + first);
            }
        }
    }
}
