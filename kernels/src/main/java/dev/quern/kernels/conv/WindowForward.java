// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.WindowRowScalar;
import dev.quern.kernels.conv.loops.WindowRowVector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with output channels in lanes, for a network's first layers: what a window sees of an image row is short and lies in
 * order, so it is copied as it is to a constant distance from the next window's ({@link WindowRowScalar#DISTANCE}). Image rows are kept apart by
 * phases of the stride, so that the windows of neighbouring output rows follow each other, and tiles know no rows; weights are read as they are.
 *
 * <p>A task is a block of an image's output rows. The workspace holds the windows of each thread.
 */
final class WindowForward {
    private static final int DISTANCE = WindowRowScalar.DISTANCE;

    /** Output channels are multiples of this: whole vectors of any width. */
    private static final int STEP = 16;

    /** Floats of copied windows, unless one output row sees more: they stay in the second-level cache. */
    private static final int BLOCK_FLOATS = 1 << 16;

    private static final int LARGEST_BLOCK = 1 << 20;

    /** Output columns at least: those of the longest tile. */
    private static final int WIDE = 24;

    /** Positions that are activated together, whole tiles of any kind: they are still in the first-level cache. */
    private static final int POSITIONS = 120;

    /** Behind the last window, for copies in whole vectors. */
    private static final int SLACK = 16;

    /** Where there is no bias; at least as many as a tile has channels. */
    private static final float[] ZEROS = new float[64];

    private static final boolean TILES = !VectorSupport.ENABLED || WindowRowVector.SUITS;

    private WindowForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return TILES
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.dilationWidth() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && (long) s.kernelWidth() * s.channels() <= DISTANCE
                && s.channels() > 0
                && s.outChannels() > 0
                && s.outChannels() % STEP == 0
                && s.outWidth() >= WIDE
                && (double) phases(s) * phaseRows(s, 1) * s.outWidth() * DISTANCE <= LARGEST_BLOCK;
    }

    /** Phases of the stride among the rows that an output row sees. */
    private static int phases(ConvShape s) {
        return (int) Math.min(s.strideHeight(), (s.kernelHeight() - 1L) * s.dilationHeight() + 1);
    }

    /** Rows of a phase that some output rows see. */
    private static long phaseRows(ConvShape s, int rows) {
        return rows + (s.kernelHeight() - 1L) * s.dilationHeight() / s.strideHeight();
    }

    /** Floats of the windows of some output rows. */
    private static long windowFloats(ConvShape s, int rows) {
        return phases(s) * phaseRows(s, rows) * s.outWidth() * DISTANCE + SLACK;
    }

    private static int blockRows(ConvShape s) {
        long most = (BLOCK_FLOATS - windowFloats(s, 1)) / ((long) phases(s) * s.outWidth() * DISTANCE) + 1;
        return Math.ceilDiv(s.outHeight(), (int)
                Math.ceilDiv(s.outHeight(), Math.clamp(most, 1L, (long) s.outHeight())));
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return windowFloats(s, blockRows(s)) * pool.threads();
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
                    int windows = slot * (int) windowFloats(s, blockRows(s));
                    task(s, task, windows, src, srcOffset, weights, weightsOffset, e, dst, dstOffset, scratch);
                });
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int windows,
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
        copy(s, oh, rows, src, srcOffset + image * s.imageElements(), scratch, windows);
        int[] offsets = offsets(s, rows);
        int out = dstOffset + (image * s.outHeight() + oh) * s.outWidth() * s.outChannels();
        float[] start = e.bias() == null ? ZEROS : e.bias();
        int all = rows * s.outWidth();
        int step;
        for (int first = 0; first < all; first += step) {
            step = all - first < 2 * POSITIONS ? all - first : POSITIONS;
            int to = out + first * s.outChannels();
            int x = windows + first * DISTANCE;
            for (int k = 0; k < s.outChannels(); ) {
                int channels = group(s.outChannels() - k);
                int bias = e.bias() == null ? 0 : e.biasOffset() + k;
                tiles(s, step, channels, offsets, scratch, x, weights, weightsOffset + k, start, bias, dst, to + k);
                k += channels;
            }
            if (e.activation() != Activation.IDENTITY) {
                e.activation().forward(step * s.outChannels(), dst, to, dst, to);
            }
        }
    }

    /** Where the elements of a window lie: (kh, kw, c), c fastest. */
    private static int[] offsets(ConvShape s, int rows) {
        int[] offsets = ChannelLines.ofThread().offsets(s.patchElements());
        int run = s.kernelWidth() * s.channels();
        int row = s.outWidth() * DISTANCE;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int h = kh * s.dilationHeight();
            int at = (h % s.strideHeight() * (int) phaseRows(s, rows) + h / s.strideHeight()) * row;
            for (int i = 0; i < run; i++) {
                offsets[kh * run + i] = at + i;
            }
        }
        return offsets;
    }

    private static void copy(ConvShape s, int oh, int rows, float[] src, int image, float[] to, int at) {
        int n = s.outWidth();
        int run = s.kernelWidth() * s.channels();
        int step = s.strideWidth() * s.channels();
        int first = Math.clamp(Math.ceilDiv(s.paddingLeft(), s.strideWidth()), 0, n);
        int inside = Math.floorDiv(s.width() + s.paddingLeft() - s.kernelWidth(), s.strideWidth()) + 1;
        int end = Math.clamp(inside, first, n);
        for (int phase = 0; phase < phases(s); phase++) {
            for (int r = 0; r < phaseRows(s, rows); r++, at += n * DISTANCE) {
                int ih = (oh + r) * s.strideHeight() + phase - s.paddingTop();
                if (ih < 0 || ih >= s.height()) {
                    Arrays.fill(to, at, at + n * DISTANCE, 0f);
                    continue;
                }
                int line = image + ih * s.width() * s.channels();
                int from = line + (first * s.strideWidth() - s.paddingLeft()) * s.channels();
                borders(s, 0, first, src, line, to, at);
                windows(end - first, run, src, from, step, to, at + first * DISTANCE);
                borders(s, end, n, src, line, to, at);
            }
        }
    }

    /** Windows that lie inside the image. */
    private static void windows(int count, int run, float[] src, int from, int step, float[] to, int at) {
        int whole = 0;
        if (VectorSupport.ENABLED) {
            int room = src.length - run - WindowCopy.overrun() - from;
            whole = room < 0 ? 0 : Math.min(count, room / step + 1);
            WindowRowVector.copy(whole, run, src, from, step, to, at);
        }
        for (int i = whole; i < count; i++) {
            System.arraycopy(src, from + i * step, to, at + i * DISTANCE, run);
        }
    }

    /** Windows {@code [ow, end)}, which lie partly or wholly beside the image. */
    private static void borders(ConvShape s, int ow, int end, float[] src, int line, float[] to, int at) {
        int run = s.kernelWidth() * s.channels();
        for (int o = ow; o < end; o++) {
            int from = (o * s.strideWidth() - s.paddingLeft()) * s.channels();
            for (int i = 0; i < run; i++) {
                boolean seen = from + i >= 0 && from + i < s.width() * s.channels();
                to[at + o * DISTANCE + i] = seen ? src[line + from + i] : 0f;
            }
        }
    }

    /** Output channels that are computed together, where so many are left. */
    private static int group(int left) {
        if (!VectorSupport.ENABLED) {
            return Math.min(left, ZEROS.length);
        }
        return Lanes.COUNT * (left >= 4 * Lanes.COUNT ? 4 : left >= 2 * Lanes.COUNT ? 2 : 1);
    }

    /** Some positions; the last tile lies over the one before where positions are left: what both compute is the same. */
    private static void tiles(
            ConvShape s,
            int n,
            int channels,
            int[] offsets,
            float[] x,
            int from,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int to) {
        int taps = s.patchElements();
        int k = s.outChannels();
        if (!VectorSupport.ENABLED) {
            WindowRowScalar.run(n, channels, taps, offsets, x, from, w, wOffset, k, start, startOffset, out, to, k);
            return;
        }
        int tile = WindowRowVector.TWENTY_FOUR * Lanes.COUNT / channels;
        for (int i = 0; i < n; i += tile) {
            int first = Math.min(i, n - tile);
            int at = from + first * DISTANCE;
            int c = to + first * k;
            if (tile == WindowRowVector.SIX) {
                WindowRowVector.six(taps, offsets, x, at, w, wOffset, k, start, startOffset, out, c, k);
            } else if (tile == WindowRowVector.TWELVE) {
                WindowRowVector.twelve(taps, offsets, x, at, w, wOffset, k, start, startOffset, out, c, k);
            } else {
                WindowRowVector.twentyFour(taps, offsets, x, at, w, wOffset, k, start, startOffset, out, c, k);
            }
        }
    }
}
