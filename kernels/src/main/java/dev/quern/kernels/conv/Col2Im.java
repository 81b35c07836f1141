// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.Arrays;

/**
 * The adjoint of {@link Im2Col}: adds up, for each source element, the matrix elements that were copies of it.
 *
 * <pre>{@code  dst[n, h, w, c] ← Σ over taps (kh, kw) ascending of columns[(n, oh, ow), (kh, kw, c)]
 *              where oh·strideHeight - top + kh·dilationHeight = h, and likewise along the width}</pre>
 *
 * In gather form: every element starts from +0 and adds its own taps in ascending (kh, kw), so nothing is written twice
 * and the order of the sum depends on the shape alone.
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
            sumPixels(s, columns, from, dst, image + group * s.groupChannels());
        } else {
            int plane = s.height() * s.width();
            for (int c = 0; c < s.groupChannels(); c++) {
                sumPlane(s, c, columns, from, dst, image + (group * s.groupChannels() + c) * plane);
            }
        }
    }

    /** NHWC: a pixel's channels are one run. */
    private static void sumPixels(ConvShape s, float[] columns, int from, float[] dst, int image) {
        int run = s.groupChannels();
        for (int ih = 0; ih < s.height(); ih++) {
            for (int iw = 0; iw < s.width(); iw++) {
                int pixel = image + (ih * s.width() + iw) * s.channels();
                Arrays.fill(dst, pixel, pixel + run, 0f);
                for (int kh = 0; kh < s.kernelHeight(); kh++) {
                    int oh = output(ih + s.paddingTop() - kh * s.dilationHeight(), s.strideHeight(), s.outHeight());
                    for (int kw = 0; oh >= 0 && kw < s.kernelWidth(); kw++) {
                        int ow = output(iw + s.paddingLeft() - kw * s.dilationWidth(), s.strideWidth(), s.outWidth());
                        if (ow >= 0) {
                            int position = oh * s.outWidth() + ow;
                            int tap = kh * s.kernelWidth() + kw;
                            addRun(columns, from + position * s.patchElements() + tap * run, dst, pixel, run);
                        }
                    }
                }
            }
        }
    }

    /** The output whose window has a tap {@code distance} before its own start, or -1. */
    private static int output(int distance, int stride, int outputs) {
        return distance >= 0 && distance % stride == 0 && distance / stride < outputs ? distance / stride : -1;
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
