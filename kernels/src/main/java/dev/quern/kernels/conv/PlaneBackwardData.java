// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.FiniteVector;
import dev.quern.kernels.conv.loops.PlaneScalar;
import dev.quern.kernels.conv.loops.PlaneVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a source of one channel, in NHWC with stride 1 and few output channels: pixels in lanes. The channels of diffDst are copied to
 * planes with zeros round them, where each tap is a shift. Taps that do not exist are zeros times weights: these have to be
 * finite, see {@link #finite}.
 *
 * <p>A task is a block of an image's rows. The workspace holds, for each thread, the planes and the block's results. There is one object
 * a thread, for the offsets of the taps, so that a call allocates nothing.
 */
final class PlaneBackwardData {
    /** Output channels at most. */
    private static final int MOST = 32;

    /** Positions of a task. */
    private static final int POSITIONS = 1 << 11;

    private static final int LARGEST_PLANES = 1 << 20;

    /** Floats that vectors may touch behind planes and results: a step of four of the widest. */
    private static final int SLACK = 64 + 16;

    private static final ThreadLocal<PlaneBackwardData> OF_THREAD = ThreadLocal.withInitial(PlaneBackwardData::new);

    private int[] offsets = new int[0];

    private PlaneBackwardData() {}

    /** Whether this is a way for a shape, with finite weights. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.channels() == 1
                && s.groups() == 1
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.paddingTop() < s.kernelHeight()
                && s.paddingLeft() < s.kernelWidth()
                && s.paddingRight() < s.kernelWidth()
                && s.kernelWidth() <= s.width()
                && s.outChannels() <= MOST
                && planeFloats(s) * s.outChannels() <= LARGEST_PLANES;
    }

    /** Whether no zero times a weight is anything but zero. */
    static boolean finite(ConvShape s, float[] weights, int offset) {
        int n = s.weightElements();
        int done = VectorSupport.ENABLED ? FiniteVector.end(n) : 0;
        if (done > 0 && !FiniteVector.all(n, weights, offset)) {
            return false;
        }
        for (int i = offset + done; i < offset + n; i++) {
            if (!Float.isFinite(weights[i])) {
                return false;
            }
        }
        return true;
    }

    private static long rowFloats(ConvShape s) {
        return s.width() + s.kernelWidth() - 1L;
    }

    private static int blockRows(ConvShape s) {
        return Math.clamp(POSITIONS / rowFloats(s), 1, s.height());
    }

    private static long planeFloats(ConvShape s) {
        return (blockRows(s) + s.kernelHeight() - 1L) * rowFloats(s);
    }

    private static long slotFloats(ConvShape s) {
        return planeFloats(s) * s.outChannels() + blockRows(s) * rowFloats(s) + 2 * SLACK;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return slotFloats(s) * pool.threads();
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
            int tasks = s.batch() * Math.ceilDiv(s.height(), blockRows(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    OF_THREAD
                            .get()
                            .task(
                                    s,
                                    task,
                                    0,
                                    diffDst,
                                    diffDstOffset,
                                    weights,
                                    weightsOffset,
                                    diffSrc,
                                    diffSrcOffset,
                                    scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int memory = slot * (int) slotFloats(s);
                    OF_THREAD
                            .get()
                            .task(
                                    s,
                                    task,
                                    memory,
                                    diffDst,
                                    diffDstOffset,
                                    weights,
                                    weightsOffset,
                                    diffSrc,
                                    diffSrcOffset,
                                    scratch);
                });
            }
        } finally {
            workspace.release();
        }
    }

    private void task(
            ConvShape s,
            int task,
            int planes,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int blocks = Math.ceilDiv(s.height(), blockRows(s));
        int image = task / blocks;
        int ih = task % blocks * blockRows(s);
        int rows = Math.min(blockRows(s), s.height() - ih);
        int q = (int) rowFloats(s);
        locate(s);
        int from = diffDstOffset + image * s.positions() * s.outChannels();
        for (int k = 0; k < s.outChannels(); k++) {
            plane(s, ih, rows, diffDst, from + k, scratch, planes + k * (int) planeFloats(s));
        }
        int results = planes + s.outChannels() * (int) planeFloats(s) + SLACK;
        int n = (rows - 1) * q + s.width();
        int taps = s.kernelHeight() * s.kernelWidth();
        int k = s.outChannels();
        if (VectorSupport.ENABLED) {
            PlaneVector.taps(n, taps, k, offsets, scratch, planes, weights, weightsOffset, scratch, results);
        } else {
            PlaneScalar.taps(n, taps, k, offsets, scratch, planes, weights, weightsOffset, scratch, results);
        }
        int to = diffSrcOffset + image * s.imageElements() + ih * s.width();
        for (int r = 0; r < rows; r++) {
            System.arraycopy(scratch, results + r * q, diffSrc, to + r * s.width(), s.width());
        }
    }

    /** A tap (kh, kw) sees what lies kh rows above and kw columns before: the first tap is the furthest on. */
    private void locate(ConvShape s) {
        int taps = s.kernelHeight() * s.kernelWidth();
        if (offsets.length < taps * s.outChannels()) {
            offsets = new int[taps * s.outChannels()];
        }
        int at = 0;
        for (int tap = taps - 1; tap >= 0; tap--) {
            int shift = tap / s.kernelWidth() * (int) rowFloats(s) + tap % s.kernelWidth();
            for (int k = 0; k < s.outChannels(); k++) {
                offsets[at++] = k * (int) planeFloats(s) + shift;
            }
        }
    }

    /** Copies what rows of the gradient see of a channel. */
    private static void plane(ConvShape s, int ih, int rows, float[] diffDst, int from, float[] to, int offset) {
        int q = (int) rowFloats(s);
        int left = s.kernelWidth() - 1 - s.paddingLeft();
        int line = s.outWidth() * s.outChannels();
        for (int r = 0; r < rows + s.kernelHeight() - 1; r++, offset += q) {
            int oh = ih + r + s.paddingTop() - s.kernelHeight() + 1;
            if (oh < 0 || oh >= s.outHeight()) {
                Arrays.fill(to, offset, offset + q, 0f);
                continue;
            }
            for (int i = 0; i < left; i++) {
                to[offset + i] = 0f;
            }
            // May write beyond the row: zeros follow, or the next row.
            PixelCopy.collect(s.outWidth(), diffDst, from + oh * line, s.outChannels(), to, offset + left);
            for (int i = left + s.outWidth(); i < q; i++) {
                to[offset + i] = 0f;
            }
        }
    }
}
