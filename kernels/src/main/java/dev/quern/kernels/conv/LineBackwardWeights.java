// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.LineGradientVector;
import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.conv.loops.UnitGradientVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * The gradient of a convolution's weights in NHWC with output channels in lanes, where these are too few for a product's tiles: some image
 * rows at a time are copied to lines of channels ({@link ChannelLines}), diffDst is read where it lies.
 *
 * <pre>
 * task     a logical lane: its images, ascending
 * LOOP 4   blocks of output rows, ascending: copies what they see
 * LOOP 3   one or two vectors of output channels
 * LOOP 2   kernel rows, blocks of channels, tiles of their elements
 * LOOP 1   positions of the block, ascending
 * </pre>
 *
 * The workspace holds the lanes' sums, then the lines of each thread.
 */
final class LineBackwardWeights {
    /** Channels at most, on either side. */
    private static final int MOST = 64;

    /** Taps of a kernel row: their elements are whole tiles. */
    private static final int TAPS = 3;

    private static final int TWENTY_FOUR = 24;
    private static final int TWELVE = 12;
    private static final int EIGHT = 8;

    /** Two vectors of output channels. */
    private static final int PAIR = 2 * LineScalar.LINE;

    /** Floats of copied rows, unless one output row sees more. */
    private static final int BLOCK_FLOATS = 7 << 10;

    private static final int LARGEST_BLOCK = 1 << 17;

    private LineBackwardWeights() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.channels() % LineScalar.LINE == 0
                && s.outChannels() % LineScalar.LINE == 0
                && s.channels() <= MOST
                && s.outChannels() <= MOST
                && s.kernelWidth() == TAPS
                && s.dilationWidth() == 1
                && floats(s, 1) <= LARGEST_BLOCK;
    }

    private static long columns(ConvShape s) {
        return (s.outWidth() - 1L) * s.strideWidth() + TAPS;
    }

    private static long rowFloats(ConvShape s) {
        return columns(s) * LineScalar.LINE;
    }

    private static long sourceRows(ConvShape s, int rows) {
        return (rows - 1L) * s.strideHeight() + (s.kernelHeight() - 1L) * s.dilationHeight() + 1;
    }

    /** Floats of the lines that some output rows see. */
    private static long floats(ConvShape s, int rows) {
        return s.channels() / LineScalar.LINE * sourceRows(s, rows) * rowFloats(s);
    }

    private static int blockRows(ConvShape s) {
        long all = BLOCK_FLOATS / (s.channels() / LineScalar.LINE * rowFloats(s));
        long most = Math.clamp((all - sourceRows(s, 1)) / s.strideHeight() + 1, 1, s.outHeight());
        return Math.ceilDiv(s.outHeight(), (int) Math.ceilDiv(s.outHeight(), most));
    }

    /** Floats of a thread: lines of the source, and of diffDst where that is not lines of two vectors already. */
    private static long slotFloats(ConvShape s) {
        int rows = blockRows(s);
        return floats(s, rows) + (isUnit(s) && s.outChannels() > PAIR ? (long) rows * s.outWidth() * PAIR : 0);
    }

    /** Whether neighbouring positions lie one line of the source and one or two of diffDst apart. */
    private static boolean isUnit(ConvShape s) {
        return VectorSupport.ENABLED
                && Lanes.COUNT == LineScalar.LINE
                && s.strideWidth() == 1
                && (s.outChannels() == LineScalar.LINE ? s.outWidth() > 1 : s.outChannels() % PAIR == 0);
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return (long) BackwardWeights.lanes(s) * s.weightElements() + slotFloats(s) * pool.threads();
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
            int n = s.weightElements();
            if (lanes == 0) {
                Arrays.fill(diffWeights, diffWeightsOffset, diffWeightsOffset + n, 0f);
                return;
            }
            Arrays.fill(scratch, 0, lanes * n, 0f);
            if (pool.threads() == 1) {
                for (int lane = 0; lane < lanes; lane++) {
                    lane(s, lane, lanes * n, src, srcOffset, diffDst, diffDstOffset, scratch);
                }
            } else {
                pool.run(lanes, (lane, slot) -> {
                    int lines = lanes * n + slot * (int) slotFloats(s);
                    lane(s, lane, lines, src, srcOffset, diffDst, diffDstOffset, scratch);
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
            int lines,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] scratch) {
        int step = blockRows(s);
        for (int image = lane; image < s.batch(); image += BackwardWeights.LANES) {
            for (int oh = 0; oh < s.outHeight(); oh += step) { // LOOP 4
                int rows = Math.min(step, s.outHeight() - oh);
                int in = (int) sourceRows(s, rows);
                ChannelLines.copy(
                        src,
                        srcOffset + image * s.imageElements(),
                        s.height(),
                        s.width(),
                        s.channels(),
                        oh * s.strideHeight() - s.paddingTop(),
                        in,
                        -s.paddingLeft(),
                        (int) columns(s),
                        1,
                        scratch,
                        lines);
                int d = diffDstOffset + (image * s.positions() + oh * s.outWidth()) * s.outChannels();
                block(s, rows, in, diffDst, d, scratch, lines, lane * s.weightElements());
            }
        }
    }

    private static void block(
            ConvShape s, int rows, int in, float[] d, int dOffset, float[] scratch, int lines, int sums) {
        if (isUnit(s)) {
            if (s.outChannels() == LineScalar.LINE) {
                taps(s, rows, in, d, dOffset, scratch, lines, sums);
            } else {
                pairs(s, rows, in, d, dOffset, scratch, lines, sums);
            }
            return;
        }
        int row = (int) rowFloats(s);
        int run = TAPS * LineScalar.LINE;
        int group = group(s);
        int tile = VectorSupport.ENABLED && Lanes.COUNT == 16 && group == Lanes.COUNT ? TWENTY_FOUR : TWELVE;
        for (int k = 0; k < s.outChannels(); k += group) { // LOOP 3
            int at = sums + k;
            for (int kh = 0; kh < s.kernelHeight(); kh++) { // LOOP 2
                for (int c = 0; c < s.channels(); c += LineScalar.LINE) {
                    int x = lines + (c / LineScalar.LINE * in + kh * s.dilationHeight()) * row;
                    for (int i = 0; i < run; i += tile) {
                        tile(s, group, tile, rows, scratch, x + i, row, d, dOffset + k, at);
                        at += tile * s.outChannels();
                    }
                }
            }
        }
    }

    /** One vector of output channels: each column of the source is read once for all taps that see it. */
    private static void taps(
            ConvShape s, int rows, int in, float[] d, int dOffset, float[] scratch, int lines, int sums) {
        int row = (int) rowFloats(s);
        int line = LineScalar.LINE;
        for (int kh = 0; kh < s.kernelHeight(); kh++) { // LOOP 2
            for (int c = 0; c < s.channels(); c += EIGHT) {
                int x = lines + (c / line * in + kh * s.dilationHeight()) * row + c % line;
                int at = sums + ((kh * s.channels() + c / line * line) * TAPS + c % line) * line;
                UnitGradientVector.eight(
                        rows,
                        s.outWidth(),
                        scratch,
                        x,
                        s.strideHeight() * row,
                        d,
                        dOffset,
                        s.outWidth() * line,
                        scratch,
                        at,
                        line);
            }
        }
    }

    /** Two vectors of output channels at a time, copied where there are more. */
    private static void pairs(
            ConvShape s, int rows, int in, float[] d, int dOffset, float[] scratch, int lines, int sums) {
        int row = (int) rowFloats(s);
        int run = TAPS * LineScalar.LINE;
        int positions = rows * s.outWidth();
        int copy = lines + (int) floats(s, rows);
        int n = s.outChannels();
        for (int k = 0; k < n; k += PAIR) { // LOOP 3
            if (n > PAIR) {
                WindowCopy.runs(positions, PAIR, d, dOffset + k, n, scratch, copy, PAIR);
            }
            float[] from = n > PAIR ? scratch : d;
            int at = sums + k;
            for (int kh = 0; kh < s.kernelHeight(); kh++) { // LOOP 2
                for (int c = 0; c < s.channels(); c += LineScalar.LINE) {
                    int x = lines + (c / LineScalar.LINE * in + kh * s.dilationHeight()) * row;
                    for (int i = 0; i < run; i += TWELVE, at += TWELVE * n) {
                        UnitGradientVector.twelve(
                                rows,
                                s.outWidth(),
                                scratch,
                                x + i,
                                s.strideHeight() * row,
                                from,
                                n > PAIR ? copy : dOffset,
                                scratch,
                                at,
                                n);
                    }
                }
            }
        }
    }

    /** Output channels that are computed together. */
    private static int group(ConvShape s) {
        if (!VectorSupport.ENABLED) {
            return LineScalar.LINE;
        }
        return Lanes.COUNT == 16 && s.outChannels() % 32 == 0 ? 32 : Lanes.COUNT;
    }

    private static void tile(
            ConvShape s,
            int group,
            int tile,
            int rows,
            float[] x,
            int xOffset,
            int row,
            float[] d,
            int dOffset,
            int at) {
        int width = s.outWidth();
        int down = s.strideHeight() * row;
        int step = s.strideWidth() * LineScalar.LINE;
        int k = s.outChannels();
        if (!VectorSupport.ENABLED) {
            LineScalar.gradient(tile, group, rows, width, x, xOffset, down, step, d, dOffset, k, x, at, k);
        } else if (tile == TWENTY_FOUR) {
            LineGradientVector.twentyFour(rows, width, x, xOffset, down, step, d, dOffset, k, x, at, k);
        } else if (group > Lanes.COUNT) {
            LineGradientVector.twelve(rows, width, x, xOffset, down, step, d, dOffset, k, x, at, k);
        } else {
            LineGradientVector.narrow(rows, width, x, xOffset, down, step, d, dOffset, k, x, at, k);
        }
    }

    /** Brings the sums, whose order is (kh, block of channels, kw, channel of the block, k), into the order of the weights. */
    private static void place(ConvShape s, float[] sums, float[] diffWeights, int offset) {
        int n = LineScalar.LINE * s.outChannels();
        int from = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int c = 0; c < s.channels(); c += LineScalar.LINE) {
                for (int kw = 0; kw < TAPS; kw++, from += n) {
                    int to = offset + ((kh * TAPS + kw) * s.channels() + c) * s.outChannels();
                    System.arraycopy(sums, from, diffWeights, to, n);
                }
            }
        }
    }
}
