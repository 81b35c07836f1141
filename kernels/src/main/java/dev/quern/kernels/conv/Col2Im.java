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
    /** Lanes of the widest vectors. */
    private static final int WIDEST = 16;

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
     * first, here and from call to call: a pixel's later window sees it with an earlier tap.
     */
    static void addPixels(
            ConvShape s, int group, float[] columns, int from, int firstRow, int endRow, float[] dst, int image) {
        if (VectorSupport.ENABLED && WindowRows.suits(s)) {
            WindowRows.ofThread().add(s, columns, from, firstRow, endRow, dst, image);
            return;
        }
        boolean byPixels = s.strideWidth() == 1 && s.kernelWidth() == 3 && s.groupChannels() % WIDEST == 0;
        for (int oh = endRow - 1; oh >= firstRow; oh--) {
            int firstTap = s.vertical().firstTapInside(oh);
            int taps = s.vertical().endTapInside(oh) - firstTap;
            int ih = oh * s.strideHeight() - s.paddingTop() + firstTap * s.dilationHeight();
            int row = image + ih * s.width() * s.channels() + group * s.groupChannels();
            int windows = from
                    + (oh - firstRow) * s.outWidth() * s.patchElements()
                    + firstTap * s.kernelWidth() * s.groupChannels();
            if (byPixels) {
                for (int tap = 0; tap < taps; tap++) {
                    int kernelRow = windows + tap * s.kernelWidth() * s.groupChannels();
                    addToPixels(s, columns, kernelRow, dst, row + tap * s.dilationHeight() * s.width() * s.channels());
                }
            } else {
                addWindows(s, taps, columns, windows, dst, row);
            }
        }
    }

    /**
     * Adds a kernel row of three taps of all windows of an output row to a row of the source, horizontal stride 1: pixels that
     * all taps see are loaded and stored once.
     */
    private static void addToPixels(ConvShape s, float[] columns, int from, float[] dst, int row) {
        int run = s.groupChannels();
        int patch = s.patchElements();
        int first = Math.clamp(2 * s.dilationWidth() - s.paddingLeft(), 0, s.width());
        int end = Math.clamp(s.outWidth() - s.paddingLeft(), first, s.width());
        addToEdge(s, 0, first, columns, from, dst, row);
        addToEdge(s, end, s.width(), columns, from, dst, row);
        int at = from + (first + s.paddingLeft()) * patch;
        int step = s.dilationWidth() * patch - run;
        addThree(end - first, run, columns, at, patch, step, dst, row + first * s.channels(), s.channels());
    }

    /** Pixels {@code [pixel, end)} of a row, which some taps do not see. */
    private static void addToEdge(ConvShape s, int pixel, int end, float[] columns, int from, float[] dst, int row) {
        for (; pixel < end; pixel++) {
            for (int kw = 0; kw < 3; kw++) {
                int ow = pixel + s.paddingLeft() - kw * s.dilationWidth();
                if (ow >= 0 && ow < s.outWidth()) {
                    int at = from + ow * s.patchElements() + kw * s.groupChannels();
                    addRuns(1, s.groupChannels(), columns, at, 0, dst, row + pixel * s.channels(), 0);
                }
            }
        }
    }

    /**
     * Adds the windows of an output row, last first. The taps of a window, which never meet, are added together: the columns are
     * read as they lie.
     */
    private static void addWindows(ConvShape s, int taps, float[] columns, int from, float[] dst, int row) {
        int patch = s.patchElements();
        boolean joined = Im2Col.isJoined(s);
        for (int ow = s.outWidth() - 1; ow >= 0; ow--) {
            int window = from + ow * patch;
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

    /** Adds to each run three, see {@link RunSumScalar#three}. */
    private static void addThree(
            int count, int n, float[] from, int offset, int stride, int step, float[] to, int toOffset, int toStride) {
        if (VectorSupport.ENABLED) {
            RunSumVector.three(count, n, from, offset, stride, step, to, toOffset, toStride);
        } else {
            RunSumScalar.three(count, 0, n, from, offset, stride, step, to, toOffset, toStride);
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
