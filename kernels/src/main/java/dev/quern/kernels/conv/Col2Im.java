// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
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
     * NHWC: adds output rows {@code [firstRow, endRow)}, of which {@code from} holds the columns. Output rows come last first,
     * here and from call to call, because a pixel's later output row sees it with an earlier tap.
     */
    static void addPixels(
            ConvShape s, int group, float[] columns, int from, int firstRow, int endRow, float[] dst, int image) {
        int run = s.groupChannels();
        boolean joined = Im2Col.isJoined(s);
        for (int oh = endRow - 1; oh >= firstRow; oh--) {
            int windows = from + (oh - firstRow) * s.outWidth() * s.patchElements();
            for (int kh = 0; kh < s.kernelHeight(); kh++, windows += s.kernelWidth() * run) {
                int ih = oh * s.strideHeight() - s.paddingTop() + kh * s.dilationHeight();
                if (ih < 0 || ih >= s.height()) {
                    continue;
                }
                int row = image + ih * s.width() * s.channels() + group * run;
                if (joined) {
                    addJoinedRow(s, columns, windows, dst, row);
                } else {
                    addRow(s, columns, windows, dst, row);
                }
            }
        }
    }

    /**
     * NHWC, no groups, no dilation along the width: a kernel row of a window is one run of the source. Windows come last
     * first, because a pixel's later window sees it with an earlier tap.
     */
    private static void addJoinedRow(ConvShape s, float[] columns, int windows, float[] dst, int row) {
        int channels = s.channels();
        for (int ow = s.outWidth() - 1; ow >= 0; ow--) {
            int left = ow * s.strideWidth() - s.paddingLeft();
            int first = Math.clamp(-left, 0, s.kernelWidth());
            int end = Math.clamp(s.width() - left, first, s.kernelWidth());
            int window = windows + ow * s.patchElements();
            addRun(columns, window + first * channels, dst, row + (left + first) * channels, (end - first) * channels);
        }
    }

    /** NHWC: a tap at a time, each the channels of a group. */
    private static void addRow(ConvShape s, float[] columns, int windows, float[] dst, int row) {
        int run = s.groupChannels();
        for (int kw = 0; kw < s.kernelWidth(); kw++) {
            int end = s.horizontal().endOutput(kw);
            for (int ow = s.horizontal().firstOutput(kw); ow < end; ow++) {
                int iw = ow * s.strideWidth() - s.paddingLeft() + kw * s.dilationWidth();
                addRun(columns, windows + ow * s.patchElements() + kw * run, dst, row + iw * s.channels(), run);
            }
        }
    }

    /** NCHW: an output row of a tap is one run; with stride 1 it adds to one run of the source. */
    private static void sumPlane(ConvShape s, int c, float[] columns, int from, float[] dst, int plane) {
        Arrays.fill(dst, plane, plane + s.height() * s.width(), 0f);
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int firstRow = s.vertical().firstOutput(kh);
            int endRow = s.vertical().endOutput(kh);
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int first = s.horizontal().firstOutput(kw);
                int n = s.horizontal().endOutput(kw) - first;
                int tap = (kh * s.kernelWidth() + kw) * s.groupChannels() + c;
                for (int oh = firstRow; oh < endRow; oh++) {
                    int ih = oh * s.strideHeight() - s.paddingTop() + kh * s.dilationHeight();
                    int iw = first * s.strideWidth() - s.paddingLeft() + kw * s.dilationWidth();
                    int row = from + tap * s.positions() + oh * s.outWidth() + first;
                    int to = plane + ih * s.width() + iw;
                    if (s.strideWidth() == 1) {
                        addRun(columns, row, dst, to, n);
                    } else {
                        for (int o = 0; o < n; o++) {
                            dst[to + o * s.strideWidth()] += columns[row + o];
                        }
                    }
                }
            }
        }
    }

    private static void addRun(float[] from, int fromOffset, float[] to, int toOffset, int n) {
        for (int i = 0; i < n; i++) {
            to[toOffset + i] += from[fromOffset + i];
        }
    }
}
