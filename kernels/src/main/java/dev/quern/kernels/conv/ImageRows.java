// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.gemm.blocked.RowSource;
import dev.quern.kernels.vector.VectorSupport;

/**
 * The im2col matrix of a batch of NHWC images, one group: a row for each output position of each image, a column for each patch
 * element. It is never written down: the product packs its left-hand operand anyway, and packs it from the images.
 *
 * <p>A row is made of runs that are contiguous in the source: a kernel row where taps are neighbours and there is one group, else the
 * group's channels of a tap. There is one object a thread, so that a call allocates nothing.
 */
final class ImageRows implements RowSource {
    private static final ThreadLocal<ImageRows> OF_THREAD = ThreadLocal.withInitial(ImageRows::new);

    private ConvShape s;
    private float[] src;
    private int srcOffset;
    private int firstChannel;
    private int firstRow;
    private boolean joined;
    private int run;

    private ImageRows() {}

    static ImageRows ofThread() {
        return OF_THREAD.get();
    }

    /** Names the batch, the group and the matrix's row that is to be this operand's row 0. */
    ImageRows of(ConvShape shape, int group, float[] array, int offset, int row) {
        s = shape;
        src = array;
        srcOffset = offset;
        firstChannel = group * shape.groupChannels();
        firstRow = row;
        joined = Im2Col.isJoined(shape);
        run = joined ? shape.kernelWidth() * shape.channels() : shape.groupChannels();
        return this;
    }

    /** Forgets the images. */
    void release() {
        s = null;
        src = null;
    }

    @Override
    public void pack(int row, int rows, int from, int depth, float[] to, int stride) {
        int end = from + depth;
        for (int r = from / run; r * run < end; r++) {
            int start = Math.max(from, r * run);
            int n = Math.min(end, (r + 1) * run) - start;
            int kh = joined ? r : r / s.kernelWidth();
            int kw = joined ? 0 : r % s.kernelWidth();
            run(firstRow + row, rows, kh, kw, start - r * run, n, to, start - from, stride);
        }
    }

    /** Floats {@code [skip, skip + n)} of one run, for {@code rows} rows of the matrix. */
    private void run(int row, int rows, int kh, int kw, int skip, int n, float[] to, int at, int stride) {
        int width = joined ? s.kernelWidth() : 1;
        int shift = kw * s.dilationWidth() - s.paddingLeft();
        int inside = Math.ceilDiv(-shift, s.strideWidth());
        int outside = Math.floorDiv(s.width() - width - shift, s.strideWidth()) + 1;
        int end = row + rows;
        while (row < end) {
            int position = row % s.positions();
            int ow = position % s.outWidth();
            int count = Math.min(end - row, s.outWidth() - ow);
            int ih = position / s.outWidth() * s.strideHeight() - s.paddingTop() + kh * s.dilationHeight();
            int line =
                    srcOffset + row / s.positions() * s.imageElements() + ih * s.width() * s.channels() + firstChannel;
            if (ih < 0 || ih >= s.height()) {
                for (int i = 0; i < count; i++) {
                    zero(to, at + i * stride, n);
                }
            } else {
                int first = Math.clamp(inside, ow, ow + count);
                int last = Math.clamp(outside, first, ow + count);
                borders(line, shift, ow, first, skip, n, to, at, stride);
                runs(line, shift, first, last, skip, n, to, at + (first - ow) * stride, stride);
                borders(line, shift, last, ow + count, skip, n, to, at + (last - ow) * stride, stride);
            }
            row += count;
            at += count * stride;
        }
    }

    /** Output columns {@code [ow, end)}, whose runs lie inside the source. */
    private void runs(int line, int shift, int ow, int end, int skip, int n, float[] to, int at, int stride) {
        int step = s.strideWidth() * s.channels();
        int from = line + (ow * s.strideWidth() + shift) * s.channels() + skip;
        int count = end - ow;
        int whole = 0;
        if (VectorSupport.ENABLED) {
            int room = src.length - n - WindowCopy.overrun() - from;
            whole = room < 0 ? 0 : Math.min(count, room / step + 1);
            WindowCopy.runs(whole, n, src, from, step, to, at, stride);
        }
        for (int i = whole; i < count; i++) {
            System.arraycopy(src, from + i * step, to, at + i * stride, n);
        }
    }

    /** Output columns {@code [ow, end)}, whose runs lie partly or wholly beside the source. */
    private void borders(int line, int shift, int ow, int end, int skip, int n, float[] to, int at, int stride) {
        int width = joined ? s.kernelWidth() : 1;
        int pixel = s.groupChannels();
        for (; ow < end; ow++, at += stride) {
            int iw = ow * s.strideWidth() + shift;
            int first = Math.clamp(Math.clamp(-(long) iw, 0, width) * pixel, skip, skip + n);
            int last = Math.clamp(Math.clamp((long) s.width() - iw, 0, width) * pixel, first, skip + n);
            zero(to, at, first - skip);
            if (first < last) {
                System.arraycopy(src, line + iw * s.channels() + first, to, at + first - skip, last - first);
            }
            zero(to, at + last - skip, skip + n - last);
        }
    }

    private static void zero(float[] to, int from, int n) {
        for (int i = from; i < from + n; i++) {
            to[i] = 0f;
        }
    }
}
