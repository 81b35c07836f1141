// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.InterleaveVector;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * An NHWC image turned so that a window's elements lie in order, as (kw, kh, c): first with zeros round it and columns, not rows, one after the
 * other; then for each output row a slab of what its windows see of each column. Neighbouring windows overlap in the slab, so it
 * has {@code KH} times the pixels, not {@code KH·KW} times as a matrix of columns. For one group without dilation.
 */
final class ColumnSlabs {
    /** Floats that vectors may touch behind the image and the slabs. */
    static final int SLACK = 32;

    private ColumnSlabs() {}

    private static int height(ConvShape s) {
        return (s.outHeight() - 1) * s.strideHeight() + s.kernelHeight();
    }

    private static int width(ConvShape s) {
        return (s.outWidth() - 1) * s.strideWidth() + s.kernelWidth();
    }

    /** Floats of the turned image. */
    static long imageFloats(ConvShape s) {
        return ((s.outHeight() - 1L) * s.strideHeight() + s.kernelHeight())
                * ((s.outWidth() - 1L) * s.strideWidth() + s.kernelWidth())
                * s.channels();
    }

    /** Floats of what a window sees of a column. */
    static int columnFloats(ConvShape s) {
        return s.kernelHeight() * s.channels();
    }

    /** Floats of a slab. */
    static long slabFloats(ConvShape s) {
        return ((s.outWidth() - 1L) * s.strideWidth() + s.kernelWidth()) * columnFloats(s);
    }

    private static boolean interleaves(ConvShape s) {
        boolean few = s.channels() == 1 && s.kernelHeight() <= InterleaveVector.MOST;
        return few && VectorSupport.ENABLED && InterleaveVector.SUITS;
    }

    /** Turns an image. */
    static void turn(ConvShape s, float[] src, int image, float[] to, int offset) {
        int c = s.channels();
        if (interleaves(s)) {
            rows(s, src, image, to, offset);
            return;
        }
        int column = height(s) * c;
        int top = Math.min(s.paddingTop() * c, column);
        int run = Math.min(s.height() * c, column - top);
        for (int w = 0; w < width(s); w++, offset += column) {
            int iw = w - s.paddingLeft();
            if (iw < 0 || iw >= s.width()) {
                Arrays.fill(to, offset, offset + column, 0f);
                continue;
            }
            zero(to, offset, offset + top);
            // May write beyond the column: zeros follow, or the next column.
            pixels(run / c, c, src, image + iw * c, s.width() * c, to, offset + top);
            zero(to, offset + top + run, offset + column);
        }
    }

    /** The rows of one channel as they are, with zeros round them. */
    private static void rows(ConvShape s, float[] src, int image, float[] to, int offset) {
        int width = width(s);
        int left = Math.min(s.paddingLeft(), width);
        int n = Math.min(s.width(), width - left);
        for (int h = 0; h < height(s); h++, offset += width) {
            int ih = h - s.paddingTop();
            if (ih < 0 || ih >= s.height()) {
                Arrays.fill(to, offset, offset + width, 0f);
                continue;
            }
            zero(to, offset, offset + left);
            System.arraycopy(src, image + ih * s.width(), to, offset + left, n);
            zero(to, offset + left + n, offset + width);
        }
    }

    private static void pixels(int n, int channels, float[] src, int from, int stride, float[] to, int offset) {
        if (channels == 1) {
            PixelCopy.collect(n, src, from, stride, to, offset);
        } else if (VectorSupport.ENABLED && from + (n - 1L) * stride + channels + SLACK <= src.length) {
            WindowCopy.runs(n, channels, src, from, stride, to, offset, channels);
        } else {
            for (int i = 0; i < n; i++) {
                for (int c = 0; c < channels; c++) {
                    to[offset + i * channels + c] = src[from + i * stride + c];
                }
            }
        }
    }

    /** Makes the slabs of output rows {@code [oh, oh + rows)} of a turned image. */
    static void fill(ConvShape s, float[] memory, int image, int oh, int rows, int slabs) {
        int n = columnFloats(s);
        int column = height(s) * s.channels();
        int width = width(s);
        if (interleaves(s)) {
            for (int r = 0; r < rows; r++) {
                interleave(n, width, memory, image + (oh + r) * s.strideHeight() * width, slabs + r * width * n);
            }
            return;
        }
        for (int r = 0; r < rows; r++, slabs += width * n) {
            int from = image + (oh + r) * s.strideHeight() * s.channels();
            if (VectorSupport.ENABLED) {
                WindowCopy.runs(width, n, memory, from, column, memory, slabs, n);
            } else {
                for (int w = 0; w < width; w++) {
                    System.arraycopy(memory, from + w * column, memory, slabs + w * n, n);
                }
            }
        }
    }

    private static void interleave(int rows, int width, float[] memory, int from, int to) {
        int groups = width / InterleaveVector.GROUP;
        int done = groups * InterleaveVector.GROUP;
        InterleaveVector.run(groups, rows, memory, from, width, memory, to);
        for (int r = 0; r < rows; r++) {
            PixelCopy.spread(width - done, memory, from + r * width + done, memory, to + done * rows + r, rows);
        }
    }

    private static void zero(float[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] = 0f;
        }
    }
}
