// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.ChainSumVector;
import dev.quern.kernels.conv.loops.ChainVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.transpose.Transposition;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * The gradient of a convolution's source in NHWC with stride 1, many channels and rows of a multiple of 7 pixels: some rows of diffDst are
 * copied to lines of 64 channels ({@link ChannelLines}), zeros round them, and a pixel's taps, each a chain, are added up in registers. Taps
 * that do not exist are zeros times weights: these have to be finite, see {@link PlaneBackwardData#finite}.
 *
 * <pre>
 * task     a block of an image's rows
 * LOOP 3   32 input channels
 * LOOP 2   rows of the block
 * LOOP 1   7 pixels of a row, each with all taps
 * </pre>
 *
 * The workspace holds weights as (group of 32 input channels, kh, kw, k, c) and, for each thread, lines of diffDst.
 */
final class ChainBackwardData {
    private static final int LINE = ChainVector.LINE;

    private static final int LANES = 16;

    private static final int GROUP = ChainVector.CHANNELS;

    /** Floats of copied rows, unless one row of the source needs more: 256 KB. */
    private static final int BLOCK_FLOATS = 64 << 10;

    /** Floats of the weights of a group: 576 KB, which the second-level cache holds beside a block. */
    private static final int GROUP_FLOATS = 144 << 10;

    private ChainBackwardData() {}

    /** Whether this is a way for a shape, with finite weights. */
    static boolean suits(ConvShape s) {
        return VectorSupport.ENABLED
                && Lanes.COUNT == LANES
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.channels() > 0
                && s.channels() % GROUP == 0
                && s.outChannels() > 0
                && s.outChannels() % LINE == 0
                && s.width() > 0
                && s.width() % ChainSumVector.PIXELS == 0
                && groupFloats(s) <= GROUP_FLOATS
                && floats(s, 1) <= BLOCK_FLOATS;
    }

    private static long groupFloats(ConvShape s) {
        return (long) s.kernelHeight() * s.kernelWidth() * s.outChannels() * GROUP;
    }

    private static long columns(ConvShape s) {
        return s.width() + (s.kernelWidth() - 1L) * s.dilationWidth();
    }

    private static long rowFloats(ConvShape s) {
        return columns(s) * LINE;
    }

    /** Rows of diffDst that some rows of the source need. */
    private static long rows(ConvShape s, int rows) {
        return rows + (s.kernelHeight() - 1L) * s.dilationHeight();
    }

    private static long floats(ConvShape s, int rows) {
        return s.outChannels() / LINE * rows(s, rows) * rowFloats(s);
    }

    /** Rows of a block: fewer where threads would have none. */
    private static int blockRows(ConvShape s, WorkerPool pool) {
        long all = BLOCK_FLOATS / (s.outChannels() / LINE * rowFloats(s));
        long most = Math.clamp(all - rows(s, 1) + 1, 1, s.height());
        long blocks = Math.max(Math.ceilDiv(s.height(), most), Math.ceilDiv(pool.threads(), Math.max(1, s.batch())));
        return Math.ceilDiv(s.height(), (int) Math.min(blocks, s.height()));
    }

    private static int tasks(ConvShape s, WorkerPool pool) {
        return s.batch() * Math.ceilDiv(s.height(), blockRows(s, pool));
    }

    /** A task that is alone packs the weights of a group when it comes to it: they stay near. */
    private static long packedFloats(ConvShape s, WorkerPool pool) {
        return tasks(s, pool) == 1 ? groupFloats(s) : s.weightElements();
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return packedFloats(s, pool) + floats(s, blockRows(s, pool)) * pool.threads();
    }

    private static void pack(ConvShape s, int c, float[] weights, int offset, float[] to, int at) {
        int depth = s.outChannels();
        for (int tap = 0; tap < s.kernelHeight() * s.kernelWidth(); tap++) {
            int from = offset + (tap * s.channels() + c) * depth;
            Transposition.run(GROUP, depth, weights, from, depth, to, at + tap * depth * GROUP, GROUP);
        }
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
            int lines = (int) packedFloats(s, pool);
            int step = blockRows(s, pool);
            int tasks = tasks(s, pool);
            for (int c = 0; c < s.channels() && tasks > 1; c += GROUP) {
                pack(s, c, weights, weightsOffset, scratch, c / GROUP * (int) groupFloats(s));
            }
            float[] plain = tasks > 1 ? null : weights;
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(
                            s,
                            step,
                            task,
                            lines,
                            diffDst,
                            diffDstOffset,
                            plain,
                            weightsOffset,
                            diffSrc,
                            diffSrcOffset,
                            scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int own = lines + slot * (int) floats(s, step);
                    task(
                            s,
                            step,
                            task,
                            own,
                            diffDst,
                            diffDstOffset,
                            plain,
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

    /** With weights that are still to be packed, or null. */
    private static void task(
            ConvShape s,
            int step,
            int task,
            int lines,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int parts = Math.ceilDiv(s.height(), step);
        int image = task / parts;
        int ih = task % parts * step;
        int rows = Math.min(step, s.height() - ih);
        int in = (int) rows(s, rows);
        ChannelLines.copy(
                LINE,
                diffDst,
                diffDstOffset + image * s.positions() * s.outChannels(),
                s.outHeight(),
                s.outWidth(),
                s.outChannels(),
                ih + s.paddingTop() - (s.kernelHeight() - 1) * s.dilationHeight(),
                in,
                s.paddingLeft() - (s.kernelWidth() - 1) * s.dilationWidth(),
                (int) columns(s),
                1,
                scratch,
                lines);
        int[] offsets = offsets(s, in);
        int taps = s.kernelHeight() * s.kernelWidth();
        int blocks = s.outChannels() / LINE;
        int pixel = s.channels();
        int line = s.width() * pixel;
        int at = diffSrcOffset + (image * s.height() + ih) * line;
        for (int c = 0; c < pixel; c += GROUP) { // LOOP 3
            int group = weights != null ? 0 : c / GROUP * (int) groupFloats(s);
            if (weights != null) {
                pack(s, c, weights, weightsOffset, scratch, group);
            }
            for (int r = 0; r < rows; r++) { // LOOP 2
                int x = lines + r * (int) rowFloats(s);
                for (int iw = 0; iw < s.width(); iw += ChainSumVector.PIXELS) { // LOOP 1
                    int to = at + r * line + iw * pixel + c;
                    ChainSumVector.EMPTY_TILE.beside();
                    ChainSumVector.tile(
                            taps, blocks, offsets, scratch, x + iw * LINE, scratch, group, diffSrc, to, pixel);
                }
            }
        }
    }

    /** Where the lines of diffDst lie that each tap brings to a pixel: the first tap's last. */
    private static int[] offsets(ConvShape s, int in) {
        int[] offsets = ChannelLines.ofThread().offsets(s.kernelHeight() * s.kernelWidth() * s.outChannels() / LINE);
        int block = in * (int) rowFloats(s);
        int t = 0;
        for (int kh = s.kernelHeight() - 1; kh >= 0; kh--) {
            for (int kw = s.kernelWidth() - 1; kw >= 0; kw--) {
                int at = kh * s.dilationHeight() * (int) rowFloats(s) + kw * s.dilationWidth() * LINE;
                for (int k = 0; k < s.outChannels(); k += LINE) {
                    offsets[t++] = at + k / LINE * block;
                }
            }
        }
        return offsets;
    }
}
