// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.ChannelScalar;
import dev.quern.kernels.conv.loops.ChannelVector;
import dev.quern.kernels.conv.loops.SixChannelsVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Convolution forward in NHWC with output channels in lanes, for layers of few input channels: a network's first ones. Pixels are copied
 * to planes with zeros round them ({@link PhasePlanes}), where what neighbouring windows see with a tap lies side by side; weights are
 * read as they are.
 *
 * <p>A task is a block of an image's output rows. The workspace holds the planes of each thread.
 */
final class ChannelForward {
    /** Input channels at most: copying them is to be little beside the multiplications. */
    private static final int FEW = 8;

    /** Input channels that have a way of their own. */
    private static final int SIX = 6;

    /** Output channels are multiples of this: whole vectors of any width. */
    private static final int STEP = 16;

    /** Positions of a task: its planes go through the second-level cache. */
    private static final int POSITIONS = 1 << 11;

    /** Output columns at least: a tile's. */
    private static final int WIDE = 10;

    /** Floats behind the planes that copying may overwrite. */
    private static final int SLACK = 16;

    private static final int LARGEST_STRIDE = 4;
    private static final int LARGEST_PLANES = 1 << 20;

    /** Where there is no bias; at least as many as a tile has channels. */
    private static final float[] ZEROS = new float[64];

    /** Whether there are registers for two rows of one vector. */
    private static final boolean PAIRS = VectorSupport.ENABLED && Lanes.COUNT == 16;

    private ChannelForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.channels() <= FEW
                && s.kernelHeight() * s.kernelWidth() > 1
                && s.outChannels() > 0
                && s.outChannels() % STEP == 0
                && s.outWidth() >= WIDE
                && s.strideHeight() <= LARGEST_STRIDE
                && s.strideWidth() <= LARGEST_STRIDE
                && PhasePlanes.rowFloats(s) <= 2L * s.outWidth()
                && planeFloats(s) <= LARGEST_PLANES;
    }

    private static int blockRows(ConvShape s) {
        return Math.clamp(POSITIONS / PhasePlanes.rowFloats(s), 1, s.outHeight());
    }

    private static long planeFloats(ConvShape s) {
        return s.channels() * PhasePlanes.planeFloats(s, blockRows(s)) + SLACK;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return planeFloats(s) * pool.threads();
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
            int tasks = s.batch() * Math.ceilDiv(s.outHeight(), blockRows(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, 0, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int planes = slot * (int) planeFloats(s);
                    task(s, task, planes, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, scratch);
                });
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int planes,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch) {
        int blocks = Math.ceilDiv(s.outHeight(), blockRows(s));
        int image = task / blocks;
        int oh = task % blocks * blockRows(s);
        int rows = Math.min(blockRows(s), s.outHeight() - oh);
        int plane = (int) PhasePlanes.planeFloats(s, rows);
        int from = srcOffset + image * s.imageElements();
        if (isWhole(s)) {
            sixPlanes(plane, src, from + oh * s.width() * SIX, scratch, planes);
        } else {
            for (int c = 0; c < s.channels(); c++) {
                PhasePlanes.copy(s, oh, rows, src, from + c, s.channels(), scratch, planes + c * plane);
            }
        }
        int[] offsets = PhasePlanes.ofThread().offsets(s, rows);
        int q = (int) PhasePlanes.rowFloats(s);
        int line = s.outWidth() * s.outChannels();
        int out = dstOffset + (image * s.outHeight() + oh) * line;
        float[] start = e.bias() == null ? ZEROS : e.bias();
        for (int k = 0; k < s.outChannels(); ) {
            int channels = group(s.outChannels() - k);
            int first = e.bias() == null ? 0 : e.biasOffset() + k;
            int r = PAIRS && channels == Lanes.COUNT
                    ? pairs(s, rows, offsets, scratch, planes, weights, weightsOffset + k, start, first, dst, out + k)
                    : 0;
            for (; r < rows; r++) {
                int x = planes + r * q;
                int to = out + r * line + k;
                row(s, channels, offsets, scratch, x, weights, weightsOffset + k, start, first, dst, to);
            }
            k += channels;
        }
        if (e.activation() != Activation.IDENTITY) {
            e.activation().forward(rows * line, dst, out, dst, out);
        }
    }

    /** Whether all planes of six channels are the image's, without a float between its rows. */
    private static boolean isWhole(ConvShape s) {
        return s.channels() == SIX
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.paddingTop() == 0
                && s.paddingBottom() == 0
                && s.paddingLeft() == 0
                && s.paddingRight() == 0;
    }

    private static void sixPlanes(int pixels, float[] src, int from, float[] to, int planes) {
        int done = 0;
        if (VectorSupport.ENABLED && SixChannelsVector.SUITS) {
            int groups = pixels / SixChannelsVector.PIXELS;
            SixChannelsVector.EMPTY_SPLIT.beside();
            SixChannelsVector.split(groups, src, from, to, planes, pixels);
            done = groups * SixChannelsVector.PIXELS;
        }
        for (int c = 0; c < SIX; c++) {
            PixelCopy.gather(pixels - done, src, from + done * SIX + c, SIX, to, planes + c * pixels + done);
        }
    }

    /** Output channels that are computed together, where so many are left. */
    private static int group(int left) {
        if (!VectorSupport.ENABLED) {
            return Math.min(left, ZEROS.length);
        }
        return Lanes.COUNT == 16 && left >= 4 * Lanes.COUNT ? 4 * Lanes.COUNT : Lanes.COUNT;
    }

    /** Rows two by two, as many as there are. Returns them. */
    private static int pairs(
            ConvShape s,
            int rows,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset) {
        int n = s.outWidth();
        int taps = s.patchElements();
        int k = s.outChannels();
        int q = (int) PhasePlanes.rowFloats(s);
        int line = n * k;
        int r = 0;
        for (; r < rows - 1; r += 2) {
            for (int i = 0; i < n; i += ChannelVector.TEN) {
                int first = Math.min(i, n - ChannelVector.TEN);
                int from = xOffset + r * q + first;
                int to = outOffset + r * line + first * k;
                ChannelVector.EMPTY_TWENTY.beside();
                ChannelVector.twenty(taps, offsets, x, from, q, w, wOffset, k, start, startOffset, out, to, line, k);
            }
        }
        return r;
    }

    private static void row(
            ConvShape s,
            int channels,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int to) {
        int n = s.outWidth();
        int taps = s.patchElements();
        int k = s.outChannels();
        if (!VectorSupport.ENABLED) {
            ChannelScalar.row(n, channels, taps, offsets, x, xOffset, w, wOffset, k, start, startOffset, out, to, k);
        } else if (channels == Lanes.COUNT) {
            ChannelVector.ten(n, taps, offsets, x, xOffset, w, wOffset, k, start, startOffset, out, to, k);
        } else {
            ChannelVector.six(n, taps, offsets, x, xOffset, w, wOffset, k, start, startOffset, out, to, k);
        }
    }
}
