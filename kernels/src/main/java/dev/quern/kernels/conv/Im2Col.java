// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.VectorSupport;
import dev.quern.kernels.window.Axis;
import java.util.Objects;

/**
 * Lays out what each output position of a convolution sees, so that the convolution becomes a matrix product.
 *
 * <pre>{@code
 * patch element (kh, kw, c), c fastest:  src[n, oh·strideHeight - top + kh·dilationHeight,
 *                                             ow·strideWidth - left + kw·dilationWidth, g·C/groups + c],  +0 outside
 *
 * NHWC  columns[g][n·oh·ow][kh·kw·c]     a position a row: columns · weights gives the NHWC destination
 * NCHW  columns[n][g][kh·kw·c][oh·ow]    a position a column: weightsᵀ · columns gives the NCHW destination
 * }</pre>
 *
 * The order within a patch is (kh, kw, c) in both layouts, which is that of the weights. Texts that use (c, kh, kw) get
 * theirs by permuting these.
 */
public final class Im2Col {
    private Im2Col() {}

    /**
     * Writes the whole matrix, {@link ConvShape#columnElements} elements.
     *
     * @throws NullPointerException when an argument is null
     * @throws IllegalArgumentException when the effective kernel is larger than the padded source, or columns overlaps
     *     src
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static void transform(
            ConvShape shape, float[] src, int srcOffset, float[] columns, int columnsOffset, WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        Check.range("src", src, srcOffset, shape.sourceElements());
        Check.range("columns", columns, columnsOffset, shape.columnElements());
        Check.disjoint(
                "columns",
                columns,
                columnsOffset,
                shape.columnElements(),
                "src",
                src,
                srcOffset,
                shape.sourceElements());
        Objects.requireNonNull(pool, "pool").requireOpen();
        int blocks = shape.batch() * shape.groups();
        if (pool.threads() == 1) {
            for (int block = 0; block < blocks; block++) {
                block(shape, block, src, srcOffset, columns, columnsOffset);
            }
        } else {
            pool.run(blocks, (block, slot) -> block(shape, block, src, srcOffset, columns, columnsOffset));
        }
    }

    private static void block(ConvShape s, int block, float[] src, int srcOffset, float[] columns, int columnsOffset) {
        int image = block / s.groups();
        int group = block % s.groups();
        int from = srcOffset + image * s.imageElements();
        int at = columnsOffset + blockIndex(s, image, group) * s.positions() * s.patchElements();
        if (VectorSupport.ENABLED && s.layout() == Layout.NHWC && WindowRows.suitsColumns(s)) {
            WindowRows.ofThread().columns(s, src, from, columns, at);
        } else {
            patches(s, group, src, from, 0, s.positions(), columns, at);
        }
    }

    /** Where the block of an image and a group stands among the blocks of the matrix. */
    static int blockIndex(ConvShape s, int image, int group) {
        return s.layout() == Layout.NHWC ? group * s.batch() + image : image * s.groups() + group;
    }

    /**
     * Writes positions {@code [from, to)} of one image and group: in NHWC as {@code to - from} rows of a patch each, in
     * NCHW as a row of {@code to - from} for each patch element. Unchecked.
     */
    static void patches(ConvShape s, int group, float[] src, int image, int from, int to, float[] out, int outOffset) {
        if (s.layout() == Layout.NHWC) {
            pixels(s, group, src, image, from, to, out, outOffset);
        } else {
            int plane = image + group * s.groupChannels() * s.height() * s.width();
            for (int kh = 0; kh < s.kernelHeight(); kh++) {
                for (int kw = 0; kw < s.kernelWidth(); kw++) {
                    for (int c = 0; c < s.groupChannels(); c++) {
                        tap(s, kh, kw, src, plane + c * s.height() * s.width(), from, to, out, outOffset);
                        outOffset += to - from;
                    }
                }
            }
        }
    }

    /** NHWC: one row of the matrix for each position, an output row at a time. */
    private static void pixels(
            ConvShape s, int group, float[] src, int image, int from, int to, float[] out, int outOffset) {
        int patch = s.patchElements();
        int outEnd = outOffset + (to - from) * patch;
        int end;
        for (int position = from; position < to; position = end) {
            int ow = position % s.outWidth();
            end = Math.min(to, position - ow + s.outWidth());
            int owEnd = ow + end - position;
            int top = position / s.outWidth() * s.strideHeight() - s.paddingTop();
            int at = outOffset + (position - from) * patch;
            int first = owEnd;
            int last = owEnd;
            if (VectorSupport.ENABLED && isJoined(s) && isInsideVertically(s, top)) {
                first = Math.clamp(s.horizontal().firstOutput(0), ow, owEnd);
                last = Math.clamp(s.horizontal().endOutput(s.kernelWidth() - 1), first, owEnd);
                last -= windowsToSpare(s, src, image, top, last, at + (last - ow) * patch, outEnd);
                last = Math.max(first, last);
            }
            patches(s, group, src, image, top, ow, first, out, at);
            if (first < last) {
                WindowCopy.windows(
                        last - first,
                        s.kernelHeight(),
                        s.kernelWidth() * s.channels(),
                        src,
                        start(s, image, top, first),
                        s.strideWidth() * s.channels(),
                        s.dilationHeight() * s.width() * s.channels(),
                        out,
                        at + (first - ow) * patch);
            }
            patches(s, group, src, image, top, last, owEnd, out, at + (last - ow) * patch);
        }
    }

    /** True when a kernel row of a window is one run of the source. */
    static boolean isJoined(ConvShape s) {
        return s.dilationWidth() == 1 && s.groups() == 1;
    }

    private static boolean isInsideVertically(ConvShape s, int top) {
        return top >= 0 && top + (s.kernelHeight() - 1) * s.dilationHeight() < s.height();
    }

    /** Where the window of an output column starts in the source. */
    private static int start(ConvShape s, int image, int top, int ow) {
        return image + (top * s.width() + ow * s.strideWidth() - s.paddingLeft()) * s.channels();
    }

    /** How many of the windows before {@code last} must not be copied with an overrun, to stay in both arrays. */
    private static int windowsToSpare(ConvShape s, float[] src, int image, int top, int last, int outAt, int outEnd) {
        int missingOut = outAt + WindowCopy.overrun() - outEnd;
        int bottom = top + (s.kernelHeight() - 1) * s.dilationHeight();
        int srcEnd = start(s, image, bottom, last - 1) + s.kernelWidth() * s.channels();
        int missingSrc = srcEnd + WindowCopy.overrun() - src.length;
        int forOut = missingOut > 0 ? Math.ceilDiv(missingOut, s.patchElements()) : 0;
        int forSrc = missingSrc > 0 ? Math.ceilDiv(missingSrc, s.strideWidth() * s.channels()) : 0;
        return Math.max(forOut, forSrc);
    }

    /** Output columns {@code [ow, owEnd)} of one output row, wherever their windows lie. */
    static void patches(
            ConvShape s, int group, float[] src, int image, int top, int ow, int owEnd, float[] out, int at) {
        boolean joined = isJoined(s);
        for (int o = ow; o < owEnd; o++, at += s.patchElements()) {
            int left = o * s.strideWidth() - s.paddingLeft();
            if (joined) {
                joinedPatch(s, src, image, top, left, out, at);
            } else {
                patch(s, group, src, image, top, left, out, at);
            }
        }
    }

    /** NHWC, no groups, no dilation along the width: a kernel row of a patch is one run of the source. */
    private static void joinedPatch(ConvShape s, float[] src, int image, int top, int left, float[] out, int at) {
        int channels = s.channels();
        int row = s.kernelWidth() * channels;
        int first = Math.clamp(-left, 0, s.kernelWidth()) * channels;
        int end = Math.clamp(s.width() - left, first / channels, s.kernelWidth()) * channels;
        int rowStride = s.width() * channels;
        for (int kh = 0; kh < s.kernelHeight(); kh++, at += row) {
            int ih = top + kh * s.dilationHeight();
            if (ih < 0 || ih >= s.height()) {
                fillZeros(out, at, at + row);
            } else {
                fillZeros(out, at, at + first);
                copy(src, image + ih * rowStride + left * channels + first, out, at + first, end - first);
                fillZeros(out, at + end, at + row);
            }
        }
    }

    /** NHWC: a patch tap by tap, each the channels of a group. */
    private static void patch(ConvShape s, int group, float[] src, int image, int top, int left, float[] out, int at) {
        int run = s.groupChannels();
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int ih = top + kh * s.dilationHeight();
            for (int kw = 0; kw < s.kernelWidth(); kw++, at += run) {
                int iw = left + kw * s.dilationWidth();
                if (ih < 0 || ih >= s.height() || iw < 0 || iw >= s.width()) {
                    fillZeros(out, at, at + run);
                } else {
                    copy(src, image + (ih * s.width() + iw) * s.channels() + group * run, out, at, run);
                }
            }
        }
    }

    /** NCHW: one row of the matrix, an output row at a time. With stride 1 that is one run of the source. */
    private static void tap(
            ConvShape s, int kh, int kw, float[] src, int plane, int from, int to, float[] out, int at) {
        Axis columns = s.horizontal();
        int outWidth = s.outWidth();
        int end;
        for (int position = from; position < to; position = end) {
            int oh = position / outWidth;
            int ow = position % outWidth;
            end = Math.min(to, position - ow + outWidth);
            int owEnd = ow + end - position;
            int ih = oh * s.strideHeight() - s.paddingTop() + kh * s.dilationHeight();
            boolean inside = ih >= 0 && ih < s.height();
            int first = inside ? Math.clamp(columns.firstOutput(kw), ow, owEnd) : owEnd;
            int last = inside ? Math.clamp(columns.endOutput(kw), first, owEnd) : owEnd;
            int row = plane + ih * s.width() - s.paddingLeft() + kw * s.dilationWidth();
            fillZeros(out, at, at + first - ow);
            if (s.strideWidth() == 1) {
                copy(src, row + first, out, at + first - ow, last - first);
            } else {
                for (int o = first; o < last; o++) {
                    out[at + o - ow] = src[row + o * s.strideWidth()];
                }
            }
            fillZeros(out, at + last - ow, at + owEnd - ow);
            at += owEnd - ow;
        }
    }

    // Runs are often shorter than the cost of calling the JDK's copy or fill.
    private static final int SHORT_RUN = 16;

    private static void copy(float[] src, int from, float[] out, int to, int n) {
        if (n >= SHORT_RUN) {
            System.arraycopy(src, from, out, to, n);
        } else {
            for (int i = 0; i < n; i++) {
                out[to + i] = src[from + i];
            }
        }
    }

    private static void fillZeros(float[] out, int from, int to) {
        for (int i = from; i < to; i++) {
            out[i] = 0f;
        }
    }
}
