// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.transpose.Transposition;
import java.util.Objects;

/**
 * Copies images from one {@link Layout} to the other.
 *
 * <pre>{@code  NHWC element ((n·H + y)·W + x)·C + c     NCHW element ((n·C + c)·H + y)·W + x}</pre>
 *
 * An image is a matrix of pixels by channels, which is transposed; no number changes, NaN payloads included.
 */
public final class LayoutConversion {
    /** Elements of one task: what is read and what is written stay in the second-level cache together. */
    private static final int TASK = 1 << 14;

    /** Pixels of a task are a multiple of it, so that only the last of an image is ragged. */
    private static final int PIXELS = 16;

    private LayoutConversion() {}

    /**
     * {@code dst}, laid out as {@code to}, becomes {@code src}, laid out as {@code from}.
     *
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when a size is negative, {@code batch·height·width·channels} is above 2³¹-1, or dst
     *     overlaps src
     * @throws IndexOutOfBoundsException when an array does not hold the images from its offset on
     */
    public static void convert(
            Layout from,
            Layout to,
            int batch,
            int height,
            int width,
            int channels,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset,
            WorkerPool pool) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Check.notNegative("batch", batch);
        Check.notNegative("height", height);
        Check.notNegative("width", width);
        Check.notNegative("channels", channels);
        int n = elements(batch, height, width, channels);
        Check.range("src", src, srcOffset, n);
        Check.range("dst", dst, dstOffset, n);
        Check.disjoint("dst", dst, dstOffset, n, "src", src, srcOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (n == 0) {
            return;
        }
        if (from == to) {
            System.arraycopy(src, srcOffset, dst, dstOffset, n);
            return;
        }
        boolean channelsFirst = to == Layout.NCHW;
        int pixels = height * width;
        int step = Math.max(1, TASK / channels / PIXELS) * PIXELS;
        int parts = Math.ceilDiv(pixels, step);
        if (pool.threads() == 1) {
            for (int task = 0; task < batch * parts; task++) {
                part(channelsFirst, task, parts, step, pixels, channels, src, srcOffset, dst, dstOffset);
            }
        } else {
            pool.run(
                    batch * parts,
                    (task, slot) ->
                            part(channelsFirst, task, parts, step, pixels, channels, src, srcOffset, dst, dstOffset));
        }
    }

    /** The product of four sizes, step by step: {@link Check#product} makes an array of them, so it only refuses. */
    private static int elements(int batch, int height, int width, int channels) {
        if (batch == 0 || height == 0 || width == 0 || channels == 0) {
            return 0;
        }
        long n = (long) batch * height;
        n = n > Integer.MAX_VALUE ? n : n * width;
        n = n > Integer.MAX_VALUE ? n : n * channels;
        return n > Integer.MAX_VALUE
                ? Check.product("batch·height·width·channels", batch, height, width, channels)
                : (int) n;
    }

    /** Some pixels of an image. */
    private static void part(
            boolean channelsFirst,
            int task,
            int parts,
            int step,
            int pixels,
            int channels,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset) {
        int image = task / parts * pixels * channels;
        int first = task % parts * step;
        int count = Math.min(step, pixels - first);
        int planes = image + first;
        int rows = image + first * channels;
        if (channelsFirst) {
            Transposition.run(count, channels, src, srcOffset + rows, channels, dst, dstOffset + planes, pixels);
        } else {
            Transposition.run(channels, count, src, srcOffset + planes, pixels, dst, dstOffset + rows, channels);
        }
    }
}
