// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.conv.loops.RunSumScalar;
import dev.quern.kernels.conv.loops.RunSumVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;
import java.util.Objects;

/**
 * The adjoint of {@link Im2Col}: adds up, for each source element, the matrix elements that were copies of it.
 *
 * <pre>{@code  dst[n, h, w, c] ← Σ over taps (kh, kw) ascending of columns[(n, oh, ow), (kh, kw, c)]
 *              where oh·strideHeight - top + kh·dilationHeight = h, and likewise along the width}</pre>
 *
 * Every element starts from +0 and adds its own taps in ascending (kh, kw), all in the task that owns its image and
 * group: no two threads write the same element, and the order of the sum depends on the shape alone.
 */
public final class Col2Im {
    private Col2Im() {}

    /**
     * Reads a matrix as {@link Im2Col#transform} writes it and writes {@link ConvShape#sourceElements} sums.
     *
     * @throws NullPointerException when an argument is null
     * @throws IllegalArgumentException when the effective kernel is larger than the padded source, or dst overlaps
     *     columns
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static void transform(
            ConvShape shape, float[] columns, int columnsOffset, float[] dst, int dstOffset, WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        Check.range("columns", columns, columnsOffset, shape.columnElements());
        Check.range("dst", dst, dstOffset, shape.sourceElements());
        Check.disjoint(
                "dst",
                dst,
                dstOffset,
                shape.sourceElements(),
                "columns",
                columns,
                columnsOffset,
                shape.columnElements());
        Objects.requireNonNull(pool, "pool").requireOpen();
        int blocks = shape.batch() * shape.groups();
        if (pool.threads() == 1) {
            for (int block = 0; block < blocks; block++) {
                block(shape, block, columns, columnsOffset, dst, dstOffset);
            }
        } else {
            pool.run(blocks, (block, slot) -> block(shape, block, columns, columnsOffset, dst, dstOffset));
        }
    }

    private static void block(ConvShape s, int block, float[] columns, int columnsOffset, float[] dst, int dstOffset) {
        int image = block / s.groups();
        int group = block % s.groups();
        int from = columnsOffset + Im2Col.blockIndex(s, image, group) * s.positions() * s.patchElements();
        sum(s, group, columns, from, dst, dstOffset + image * s.imageElements());
    }

    /** Sums the block of one image and group into the group's channels of the image. Unchecked. */
    static void sum(ConvShape s, int group, float[] columns, int from, float[] dst, int image) {
        if (s.layout() == Layout.NHWC) {
            sumPixels(s, group, columns, from, dst, image);
        } else {
            int plane = s.height() * s.width();
            for (int c = 0; c < s.groupChannels(); c++) {
                sumPlane(s, c, columns, from, dst, image + (group * s.groupChannels() + c) * plane);
            }
        }
    }

    private static void sumPixels(ConvShape s, int group, float[] columns, int from, float[] dst, int image) {
        clearPixels(s, group, dst, image);
        addPixels(s, group, columns, from, 0, s.outHeight(), dst, image);
    }

    /** NHWC: zeros for the group's channels of an image. */
    static void clearPixels(ConvShape s, int group, float[] dst, int image) {
        int run = s.groupChannels();
        if (s.groups() == 1) {
            Arrays.fill(dst, image, image + s.imageElements(), 0f);
            return;
        }
        for (int pixel = 0; pixel < s.height() * s.width(); pixel++) {
            int at = image + pixel * s.channels() + group * run;
            Arrays.fill(dst, at, at + run, 0f);
        }
    }

    /**
     * NHWC: adds output rows {@code [firstRow, endRow)}, of which {@code from} holds the columns. Output rows come last
     * first, here and from call to call, and so do the windows of a row: a pixel's later window sees it with an earlier
     * tap. The taps of a window, which never meet, are added together: the columns are read as they lie.
     */
    static void addPixels(
            ConvShape s, int group, float[] columns, int from, int firstRow, int endRow, float[] dst, int image) {
        int patch = s.patchElements();
        boolean joined = Im2Col.isJoined(s);
        for (int oh = endRow - 1; oh >= firstRow; oh--) {
            int firstTap = s.vertical().firstTapInside(oh);
            int taps = s.vertical().endTapInside(oh) - firstTap;
            int ih = oh * s.strideHeight() - s.paddingTop() + firstTap * s.dilationHeight();
            int row = image + ih * s.width() * s.channels() + group * s.groupChannels();
            int window = from
                    + ((oh - firstRow + 1) * s.outWidth() - 1) * patch
                    + firstTap * s.kernelWidth() * s.groupChannels();
            for (int ow = s.outWidth() - 1; ow >= 0; ow--, window -= patch) {
                int first = s.horizontal().firstTapInside(ow);
                int end = s.horizontal().endTapInside(ow);
                if (joined) {
                    addTaps(s, taps, ow, first, (end - first) * s.channels(), columns, window, dst, row);
                } else {
                    for (int kw = first; kw < end; kw++) {
                        addTaps(s, taps, ow, kw, s.groupChannels(), columns, window, dst, row);
                    }
                }
            }
        }
    }

    /** Adds {@code n} floats from tap {@code kw} on, in each of {@code count} kernel rows of a window. */
    private static void addTaps(
            ConvShape s, int count, int ow, int kw, int n, float[] columns, int window, float[] dst, int row) {
        int iw = ow * s.strideWidth() - s.paddingLeft() + kw * s.dilationWidth();
        addRuns(
                count,
                n,
                columns,
                window + kw * s.groupChannels(),
                s.kernelWidth() * s.groupChannels(),
                dst,
                row + iw * s.channels(),
                s.dilationHeight() * s.width() * s.channels());
    }

    /** NCHW: an output row of a tap is one run; with stride 1 it adds to one run of the source. */
    private static void sumPlane(ConvShape s, int c, float[] columns, int from, float[] dst, int plane) {
        Arrays.fill(dst, plane, plane + s.height() * s.width(), 0f);
        int rowStride = s.strideHeight() * s.width();
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int firstRow = s.vertical().firstOutput(kh);
            int rows = s.vertical().endOutput(kh) - firstRow;
            int ih = firstRow * s.strideHeight() - s.paddingTop() + kh * s.dilationHeight();
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int first = s.horizontal().firstOutput(kw);
                int n = s.horizontal().endOutput(kw) - first;
                int iw = first * s.strideWidth() - s.paddingLeft() + kw * s.dilationWidth();
                int tap = (kh * s.kernelWidth() + kw) * s.groupChannels() + c;
                int row = from + tap * s.positions() + firstRow * s.outWidth() + first;
                int to = plane + ih * s.width() + iw;
                if (s.strideWidth() == 1) {
                    addRuns(rows, n, columns, row, s.outWidth(), dst, to, rowStride);
                } else {
                    addSpread(rows, n, columns, row, s.outWidth(), dst, to, rowStride, s.strideWidth());
                }
            }
        }
    }

    /** Adds {@code n} neighbouring floats to places {@code step} apart, in each of {@code count} rows. */
    private static void addSpread(
            int count, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride, int step) {
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < n; i++) {
                to[toOffset + r * toStride + i * step] += from[offset + r * stride + i];
            }
        }
    }

    /** Adds runs of {@code n} floats, {@code stride} apart, to runs {@code toStride} apart, which do not meet. */
    private static void addRuns(
            int count, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        if (VectorSupport.ENABLED) {
            RunSumVector.apart(count, n, from, offset, stride, to, toOffset, toStride);
        } else {
            RunSumScalar.apart(count, 0, n, from, offset, stride, to, toOffset, toStride);
        }
    }
}
