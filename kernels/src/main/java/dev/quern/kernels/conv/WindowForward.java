// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.WindowRowScalar;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with output channels in lanes, for a network's first layers: what a window sees of an image row is short and lies in
 * order. Where neighbouring windows lie as far apart as the tiles want it, and rows are long, they are read in place ({@link WindowInPlace}). Else
 * they are cut into parts, which are copied to that distance ({@link WindowTiles#distance}): planes with a part of each window. Image rows are kept
 * apart by phases of the stride, so that the windows of neighbouring output rows follow each other, and tiles know no rows.
 *
 * <p>A task is a block of an image's output rows. The workspace holds the copied weights, and the windows of each thread.
 */
final class WindowForward {
    /** Floats of a window's row at most. */
    private static final int LONGEST_RUN = WindowRowScalar.FAR;

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

    private static final int LARGEST_WEIGHTS = 1 << 24;

    private WindowForward() {}

    /** Whether this is the way for a shape. */
    static boolean suits(ConvShape s) {
        return WindowTiles.EXIST
                && s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.dilationWidth() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && (long) s.kernelWidth() * s.channels() <= LONGEST_RUN
                && s.channels() > 0
                && s.outChannels() > 0
                && s.outChannels() % STEP == 0
                && s.outWidth() >= WIDE
                && s.weightElements() <= LARGEST_WEIGHTS
                && (double) planes(s)
                                * PixelLines.phases(s)
                                * PixelLines.phaseRows(s, 1)
                                * s.outWidth()
                                * WindowTiles.distance(s)
                        <= LARGEST_BLOCK;
    }

    private static int run(ConvShape s) {
        return s.kernelWidth() * s.channels();
    }

    /** Parts of a window's row that lie in planes of their own. */
    private static int planes(ConvShape s) {
        return Math.ceilDiv(run(s), WindowTiles.distance(s));
    }

    private static long planeFloats(ConvShape s, int rows) {
        return PixelLines.phases(s) * PixelLines.phaseRows(s, rows) * s.outWidth() * WindowTiles.distance(s);
    }

    /** Floats of the windows of some output rows. */
    private static long windowFloats(ConvShape s, int rows) {
        return planes(s) * planeFloats(s, rows) + SLACK;
    }

    private static int blockRows(ConvShape s) {
        long most = (BLOCK_FLOATS - windowFloats(s, 1))
                        / ((long) planes(s) * PixelLines.phases(s) * s.outWidth() * WindowTiles.distance(s))
                + 1;
        return Math.ceilDiv(s.outHeight(), (int)
                Math.ceilDiv(s.outHeight(), Math.clamp(most, 1L, (long) s.outHeight())));
    }

    /** Floats of a thread. */
    private static long slotFloats(ConvShape s) {
        return WindowInPlace.suits(s) ? WindowInPlace.patchFloats(s) : windowFloats(s, blockRows(s));
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return WindowTiles.weightFloats(s) + slotFloats(s) * pool.threads();
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
            int copied = WindowTiles.weightFloats(s);
            float[] w = copied == 0 ? weights : scratch;
            int wOffset = copied == 0 ? weightsOffset : 0;
            if (copied > 0) {
                WindowTiles.copyWeights(s, weights, weightsOffset, scratch);
            }
            int tasks = s.batch() * Math.ceilDiv(s.outHeight(), blockRows(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, copied, src, srcOffset, w, wOffset, e, dst, dstOffset, scratch);
                }
            } else {
                pool.run(tasks, (task, slot) -> {
                    int windows = copied + slot * (int) slotFloats(s);
                    task(s, task, windows, src, srcOffset, w, wOffset, e, dst, dstOffset, scratch);
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
        int from = srcOffset + image * s.imageElements();
        if (WindowInPlace.suits(s)) {
            int to = dstOffset + image * s.positions() * s.outChannels();
            WindowInPlace.rows(s, oh, oh + rows, src, from, weights, weightsOffset, e, dst, to, scratch, windows);
            return;
        }
        copy(s, oh, rows, src, from, scratch, windows);
        int[] offsets = offsets(s, rows);
        int out = dstOffset + (image * s.outHeight() + oh) * s.outWidth() * s.outChannels();
        int all = rows * s.outWidth();
        int step;
        for (int i = 0; i < all; i += step) {
            step = all - i < 2 * POSITIONS ? all - i : POSITIONS;
            int x = windows + i * WindowTiles.distance(s);
            int to = out + i * s.outChannels();
            WindowTiles.run(s, step, offsets, scratch, x, weights, weightsOffset, e, dst, to);
            WindowTiles.activate(e, step * s.outChannels(), dst, to);
        }
    }

    /** Where the elements of a window lie: (kh, kw, c), c fastest. */
    private static int[] offsets(ConvShape s, int rows) {
        int[] offsets = ChannelLines.ofThread().offsets(s.patchElements());
        int run = run(s);
        int distance = WindowTiles.distance(s);
        int next = (int) planeFloats(s, rows);
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int h = kh * s.dilationHeight();
            int at = (h % s.strideHeight() * (int) PixelLines.phaseRows(s, rows) + h / s.strideHeight())
                    * s.outWidth()
                    * WindowTiles.distance(s);
            for (int i = 0; i < run; i++) {
                offsets[kh * run + i] = at + i / distance * next + i % distance;
            }
        }
        return offsets;
    }

    private static void copy(ConvShape s, int oh, int rows, float[] src, int image, float[] to, int at) {
        int row = s.outWidth() * WindowTiles.distance(s);
        for (int plane = 0; plane < planes(s); plane++) {
            for (int phase = 0; phase < PixelLines.phases(s); phase++) {
                for (int r = 0; r < PixelLines.phaseRows(s, rows); r++, at += row) {
                    int ih = (oh + r) * s.strideHeight() + phase - s.paddingTop();
                    if (ih < 0 || ih >= s.height()) {
                        Arrays.fill(to, at, at + row, 0f);
                    } else {
                        parts(s, plane, src, image + ih * s.width() * s.channels(), to, at);
                    }
                }
            }
        }
    }

    /** A part of each window of a row. */
    private static void parts(ConvShape s, int plane, float[] src, int line, float[] to, int at) {
        int n = s.outWidth();
        int distance = WindowTiles.distance(s);
        int width = s.width() * s.channels();
        int step = s.strideWidth() * s.channels();
        int shift = plane * distance - s.paddingLeft() * s.channels();
        int length = Math.min(distance, run(s) - plane * distance);
        int first = Math.clamp(Math.ceilDiv(-shift, step), 0, n);
        int end = Math.clamp(Math.floorDiv(width - length - shift, step) + 1L, first, n);
        borders(distance, width, 0, first, length, step, shift, src, line, to, at);
        if (first < end) {
            inside(distance, end - first, length, src, line + first * step + shift, step, to, at + first * distance);
        }
        borders(distance, width, end, n, length, step, shift, src, line, to, at);
    }

    /** Parts of windows that lie inside the image. */
    private static void inside(
            int distance, int count, int length, float[] src, int from, int step, float[] to, int at) {
        if (step == distance) {
            System.arraycopy(src, from, to, at, (count - 1) * distance + length);
            return;
        }
        int whole = 0;
        if (VectorSupport.ENABLED) {
            int room = src.length - length - WindowCopy.overrun() - from;
            whole = room < 0 ? 0 : Math.min(count, room / step + 1);
            WindowCopy.runs(whole, length, src, from, step, to, at, distance);
        }
        for (int i = whole; i < count; i++) {
            System.arraycopy(src, from + i * step, to, at + i * distance, length);
        }
    }

    /** Parts of windows {@code [ow, end)}, which lie partly or wholly beside the image. */
    private static void borders(
            int distance,
            int width,
            int ow,
            int end,
            int length,
            int step,
            int shift,
            float[] src,
            int line,
            float[] to,
            int at) {
        for (int o = ow; o < end; o++) {
            int from = o * step + shift;
            for (int i = 0; i < length; i++) {
                boolean seen = from + i >= 0 && from + i < width;
                to[at + o * distance + i] = seen ? src[line + from + i] : 0f;
            }
        }
    }
}
