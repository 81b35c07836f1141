// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.LineSumSweepVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * The gradient of a convolution's source in NHWC with three kernel rows and stride 1, input channels in lanes: rows of diffDst are swept from
 * the bottom, so that a pixel is broadcast once for three rows of the source ({@link LineSumSweepVector}). Taps that do not exist beside the
 * image are zeros times weights: these have to be finite, see {@link PlaneBackwardData#finite}. Those above and below it are left out, as
 * they would add zeros to sums that never are -0.
 *
 * <pre>
 * task     some of an image's rows, or 4 columns of them
 * LOOP 2   tiles of 4 columns
 * LOOP 1   16 input channels
 * </pre>
 *
 * The workspace holds weights as (c / 16, kw, k / 16, kh, k mod 16, c mod 16) and, for each thread, lines of diffDst.
 */
final class LineSweepBackwardData {
    private static final int LINE = LineScalar.LINE;

    private static final int KERNEL_ROWS = 3;

    private static final int COLUMNS = LineSumSweepVector.COLUMNS;

    /** Output channels at most. */
    private static final int MOST = 64;

    /** Input channels at most: from 64 on a product's tiles are as quick. */
    private static final int MOST_LANES = 48;

    /** Kernel columns at most. */
    private static final int WIDEST = 9;

    /** From so many images on, rows of a task are whole, so that memory is read in its order; below, threads share an image. */
    private static final int IMAGES = 4;

    /** Columns of a task at most. */
    private static final int MOST_COLUMNS = 64;

    /** Floats of copied lines. */
    private static final int BLOCK_FLOATS = 32 << 10;

    private LineSweepBackwardData() {}

    /** Whether this is a way for a shape, with finite weights. */
    static boolean suits(ConvShape s) {
        return VectorSupport.ENABLED
                && Lanes.COUNT == LINE
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.kernelHeight() == KERNEL_ROWS
                && s.kernelWidth() <= WIDEST
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.channels() % LINE == 0
                && s.channels() > 0
                && s.channels() <= MOST_LANES
                && s.outChannels() % LINE == 0
                && s.outChannels() > 0
                && s.outChannels() <= MOST
                && s.width() % COLUMNS == 0;
    }

    /** Columns of a task: a tile's, or all. */
    private static int taskColumns(ConvShape s) {
        return s.batch() < IMAGES || s.width() > MOST_COLUMNS ? COLUMNS : s.width();
    }

    private static int columns(ConvShape s) {
        return taskColumns(s) + s.kernelWidth() - 1;
    }

    private static int blockRows(ConvShape s) {
        int most = Math.max(1, BLOCK_FLOATS / (s.outChannels() * columns(s)) - KERNEL_ROWS + 1);
        return Math.ceilDiv(s.height(), Math.ceilDiv(s.height(), most));
    }

    /** Floats of the lines that a task sees. */
    private static int lineFloats(ConvShape s) {
        return (blockRows(s) + KERNEL_ROWS - 1) * s.outChannels() * columns(s);
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return s.weightElements() + (long) lineFloats(s) * pool.threads();
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
            pack(s, weights, weightsOffset, scratch);
            int tasks = s.batch() * Math.ceilDiv(s.height(), blockRows(s)) * (s.width() / taskColumns(s));
            int lines = s.weightElements();
            if (pool.threads() == 1) {
                // From the end, which the gradient of the weights has left in the cache.
                for (int task = tasks - 1; task >= 0; task--) {
                    task(s, task, diffDst, diffDstOffset, diffSrc, diffSrcOffset, scratch, lines);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int own = lines + slot * lineFloats(s);
                    task(s, task, diffDst, diffDstOffset, diffSrc, diffSrcOffset, scratch, own);
                });
            }
        } finally {
            workspace.release();
        }
    }

    private static void pack(ConvShape s, float[] weights, int offset, float[] to) {
        int at = 0;
        for (int c = 0; c < s.channels(); c += LINE) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                for (int k = 0; k < s.outChannels(); k += LINE) {
                    for (int kh = 0; kh < KERNEL_ROWS; kh++, at += LINE * LINE) {
                        int row = (kh * s.kernelWidth() + kw) * s.channels() + c;
                        turn(weights, offset + row * s.outChannels() + k, s.outChannels(), to, at);
                    }
                }
            }
        }
    }

    private static void turn(float[] from, int offset, int stride, float[] to, int at) {
        for (int i = 0; i < LINE; i++) {
            for (int j = 0; j < LINE; j++) {
                to[at + j * LINE + i] = from[offset + i * stride + j];
            }
        }
    }

    private static void task(
            ConvShape s,
            int task,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch,
            int lines) {
        int tiles = s.width() / taskColumns(s);
        int blocks = Math.ceilDiv(s.height(), blockRows(s));
        int image = task / (tiles * blocks);
        int ih = task / tiles % blocks * blockRows(s);
        int iw = task % tiles * taskColumns(s);
        int height = Math.min(blockRows(s), s.height() - ih);
        int from = Math.clamp(ih + s.paddingTop() - KERNEL_ROWS + 1, 0, s.outHeight());
        int rows = Math.clamp(ih + height + s.paddingTop(), from, s.outHeight()) - from;
        int row = columns(s) * LINE;
        ChannelLines.copy(
                diffDst,
                diffDstOffset + image * s.positions() * s.outChannels(),
                s.outHeight(),
                s.outWidth(),
                s.outChannels(),
                from,
                rows,
                iw + s.paddingLeft() - s.kernelWidth() + 1,
                columns(s),
                1,
                scratch,
                lines);
        int end =
                from + rows + KERNEL_ROWS - 1 - s.paddingTop(); // of the rows of the source that a tap of these reaches
        int group = s.kernelWidth() * KERNEL_ROWS * s.outChannels() * LINE;
        int outRow = s.width() * s.channels();
        int to = diffSrcOffset + image * s.imageElements() + (ih + height - 1) * outRow + iw * s.channels();
        for (int tile = 0; tile < taskColumns(s); tile += COLUMNS) { // LOOP 2
            for (int c = 0; c < s.channels(); c += LINE) { // LOOP 1
                LineSumSweepVector.sweep(
                        rows,
                        end - ih - height,
                        end - ih,
                        s.kernelWidth(),
                        s.outChannels() / LINE,
                        scratch,
                        lines + (rows - 1) * row + tile * LINE,
                        row,
                        rows * row,
                        scratch,
                        c / LINE * group,
                        diffSrc,
                        to + tile * s.channels() + c,
                        outRow,
                        s.channels());
            }
        }
    }
}
