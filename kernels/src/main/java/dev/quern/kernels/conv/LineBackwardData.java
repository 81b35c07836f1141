// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.LineSumVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * The gradient of a convolution's source in NHWC with input channels in lanes, where channels are too few for a product's tiles: some rows of
 * diffDst at a time are copied to lines of channels ({@link ChannelLines}). With strides the source's pixels are computed phase by phase, row
 * and column modulo the strides: a phase has the same taps everywhere. Taps that do not exist are zeros times weights: these have to
 * be finite, see {@link PlaneBackwardData#finite}.
 *
 * <pre>
 * task     a block of an image's rows, of each phase
 * LOOP 4   phases
 * LOOP 3   one or two vectors of input channels
 * LOOP 2   rows of the block and phase
 * LOOP 1   positions of a row and phase: tiles, taps ascending
 * </pre>
 *
 * The workspace holds the weights as (phase, group of input channels, kh, kw, k, c), then the lines of each thread.
 */
final class LineBackwardData {
    /** Output channels at most. */
    private static final int MOST = 64;

    /** Input channels at most: from 64 on a product's tiles are as quick. */
    private static final int MOST_LANES = 48;

    /** Positions of a row and phase at least: those of the widest tile that may be the only one. */
    private static final int WIDE = 8;

    private static final int SIXTEEN = 16;
    private static final int LARGEST_STRIDE = 4;

    /** Floats of copied rows, unless a row sees more. */
    private static final int BLOCK_FLOATS = 6 << 10;

    private static final int LARGEST_BLOCK = 1 << 17;

    private LineBackwardData() {}

    /** Whether this is a way for a shape, with finite weights. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && !s.isPointwise()
                && s.channels() % LineScalar.LINE == 0
                && s.outChannels() % LineScalar.LINE == 0
                && s.channels() > 0
                && s.channels() <= MOST_LANES
                && s.outChannels() > 0
                && s.outChannels() <= MOST
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && s.strideHeight() <= LARGEST_STRIDE
                && s.strideWidth() <= LARGEST_STRIDE
                && s.width() / s.strideWidth() >= WIDE
                && floats(s, 1) <= LARGEST_BLOCK;
    }

    /** The first row of diffDst that row 0 of a phase may see. */
    private static int above(ConvShape s) {
        return Math.floorDiv(s.paddingTop() - s.kernelHeight() + 1, s.strideHeight());
    }

    private static int left(ConvShape s) {
        return Math.floorDiv(s.paddingLeft() - s.kernelWidth() + 1, s.strideWidth());
    }

    /** Rows of diffDst that {@code rows} rows of a phase see. */
    private static long sightRows(ConvShape s, int rows) {
        return (long) rows + (s.paddingTop() + s.strideHeight() - 1) / s.strideHeight() - above(s);
    }

    private static long columns(ConvShape s) {
        long last = (s.paddingLeft() + s.strideWidth() - 1) / s.strideWidth();
        return Math.ceilDiv(s.width(), s.strideWidth()) + last - left(s);
    }

    private static long rowFloats(ConvShape s) {
        return columns(s) * LineScalar.LINE;
    }

    /** Floats of the lines that some rows see. */
    private static long floats(ConvShape s, int rows) {
        return s.outChannels() / LineScalar.LINE * sightRows(s, rows) * rowFloats(s);
    }

    /** Rows of each phase. */
    private static int phaseRows(ConvShape s) {
        return Math.ceilDiv(s.height(), s.strideHeight());
    }

    private static int blockRows(ConvShape s) {
        long all = BLOCK_FLOATS / (s.outChannels() / LineScalar.LINE * rowFloats(s));
        long most = Math.clamp(all - sightRows(s, 1) + 1, 1, phaseRows(s));
        return Math.ceilDiv(phaseRows(s), (int) Math.ceilDiv(phaseRows(s), most));
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return s.weightElements() + floats(s, blockRows(s)) * pool.threads();
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
            int tasks = s.batch() * Math.ceilDiv(phaseRows(s), blockRows(s));
            if (pool.threads() == 1) {
                // From the end, which the gradient of the weights has left in the cache.
                for (int task = tasks - 1; task >= 0; task--) {
                    task(s, task, s.weightElements(), diffDst, diffDstOffset, diffSrc, diffSrcOffset, scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int lines = s.weightElements() + slot * (int) floats(s, blockRows(s));
                    task(s, task, lines, diffDst, diffDstOffset, diffSrc, diffSrcOffset, scratch);
                });
            }
        } finally {
            workspace.release();
        }
    }

    /** The first tap that a phase sees along an axis; others follow a stride apart. */
    private static int firstTap(int phase, int padding, int stride) {
        return (phase + padding) % stride;
    }

    private static void pack(ConvShape s, float[] weights, int offset, float[] to) {
        int at = 0;
        int tap = s.channels() * s.outChannels();
        int group = group(s);
        for (int ph = 0; ph < s.strideHeight(); ph++) {
            for (int pw = 0; pw < s.strideWidth(); pw++) {
                for (int c = 0; c < s.channels(); c += group) {
                    for (int kh = firstTap(ph, s.paddingTop(), s.strideHeight());
                            kh < s.kernelHeight();
                            kh += s.strideHeight()) {
                        for (int kw = firstTap(pw, s.paddingLeft(), s.strideWidth());
                                kw < s.kernelWidth();
                                kw += s.strideWidth()) {
                            int from = offset + (kh * s.kernelWidth() + kw) * tap + c * s.outChannels();
                            PixelCopy.transpose(group, s.outChannels(), weights, from, to, at);
                            at += group * s.outChannels();
                        }
                    }
                }
            }
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int lines,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int blocks = Math.ceilDiv(phaseRows(s), blockRows(s));
        int image = task / blocks;
        int first = task % blocks * blockRows(s);
        int rows = Math.min(blockRows(s), phaseRows(s) - first);
        int in = (int) sightRows(s, rows);
        ChannelLines.copy(
                diffDst,
                diffDstOffset + image * s.positions() * s.outChannels(),
                s.outHeight(),
                s.outWidth(),
                s.outChannels(),
                first + above(s),
                in,
                left(s),
                (int) columns(s),
                1,
                scratch,
                lines);
        int to = diffSrcOffset + image * s.imageElements();
        int[] offsets = ChannelLines.ofThread()
                .offsets(s.kernelHeight() * s.kernelWidth() * s.outChannels() / LineScalar.SUM_STEP);
        int weights = 0;
        for (int ph = 0; ph < s.strideHeight(); ph++) { // LOOP 4
            for (int pw = 0; pw < s.strideWidth(); pw++) {
                int taps = offsets(s, ph, pw, in, offsets);
                phase(s, ph, pw, taps, offsets, first, rows, scratch, lines, weights, diffSrc, to);
                weights += taps * s.channels() * s.outChannels();
            }
        }
    }

    /** Where the taps of a phase lie: how many. */
    private static int offsets(ConvShape s, int ph, int pw, int in, int[] offsets) {
        int row = (int) rowFloats(s);
        int taps = 0;
        for (int kh = firstTap(ph, s.paddingTop(), s.strideHeight()); kh < s.kernelHeight(); kh += s.strideHeight()) {
            int r = (ph + s.paddingTop() - kh) / s.strideHeight() - above(s);
            for (int kw = firstTap(pw, s.paddingLeft(), s.strideWidth()); kw < s.kernelWidth(); kw += s.strideWidth()) {
                int column = (pw + s.paddingLeft() - kw) / s.strideWidth() - left(s);
                int at = r * row + column * LineScalar.LINE;
                ChannelLines.place(offsets, taps * s.outChannels(), s.outChannels(), LineScalar.SUM_STEP, at, in * row);
                taps++;
            }
        }
        return taps;
    }

    private static void phase(
            ConvShape s,
            int ph,
            int pw,
            int taps,
            int[] offsets,
            int first,
            int rows,
            float[] scratch,
            int lines,
            int weights,
            float[] diffSrc,
            int image) {
        int n = Math.ceilDiv(s.width() - pw, s.strideWidth());
        int apart = s.strideWidth() * s.channels();
        int group = group(s);
        for (int c = 0; c < s.channels(); c += group) { // LOOP 3
            for (int r = 0; r < rows; r++) { // LOOP 2
                int ih = (first + r) * s.strideHeight() + ph;
                if (ih < s.height()) {
                    int x = lines + r * (int) rowFloats(s);
                    int to = image + (ih * s.width() + pw) * s.channels() + c;
                    row(
                            s,
                            n,
                            group,
                            taps,
                            offsets,
                            scratch,
                            x,
                            weights + c * taps * s.outChannels(),
                            diffSrc,
                            to,
                            apart);
                }
            }
        }
    }

    /** Input channels that are computed together. */
    private static int group(ConvShape s) {
        if (!VectorSupport.ENABLED) {
            return LineScalar.LINE;
        }
        return Lanes.COUNT == 16 && s.channels() % 32 == 0 ? 32 : Lanes.COUNT;
    }

    private static void row(
            ConvShape s,
            int n,
            int group,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            int wOffset,
            float[] out,
            int to,
            int apart) {
        int depth = s.outChannels() / LineScalar.SUM_STEP;
        if (!VectorSupport.ENABLED) {
            LineScalar.sums(n, group, taps, depth, offsets, x, xOffset, x, wOffset, out, to, apart);
        } else if (group > Lanes.COUNT) {
            LineSumVector.eight(n, taps, depth, offsets, x, xOffset, x, wOffset, out, to, apart);
        } else if (Lanes.COUNT == 16 && n >= SIXTEEN) {
            LineSumVector.sixteen(n, taps, depth, offsets, x, xOffset, x, wOffset, out, to, apart);
        } else {
            LineSumVector.narrow(n, taps, depth, offsets, x, xOffset, x, wOffset, out, to, apart);
        }
    }
}
