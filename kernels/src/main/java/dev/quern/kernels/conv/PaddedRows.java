// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import java.util.Arrays;

/**
 * The rows of an image that a depthwise kernel sees, for a block of its output channels: zeros beside and above and
 * below the image in place, so that a kernel knows no border, and a pixel's channels side by side whatever the layout.
 * Row r lies in slot {@code r mod slots} of a ring; each is copied once, shortly before it is needed, and is then read
 * from the first- or second-level cache.
 *
 * <p>A source channel appears once for each of its output channels. There is one object a thread, so that a call
 * allocates nothing.
 */
final class PaddedRows {
    private static final ThreadLocal<PaddedRows> OF_THREAD = ThreadLocal.withInitial(PaddedRows::new);

    /** Pixels whose distance is a multiple of this would share few sets of the first-level cache. */
    private static final int ALIASING = 256;

    private ConvShape s;
    private float[] src;
    private int image;
    private int firstChannel;
    private int channels;
    private float[] ring;
    private int ringOffset;
    private int slots;
    private int next;

    private PaddedRows() {}

    static PaddedRows ofThread() {
        return OF_THREAD.get();
    }

    /** Floats from one pixel to the next. */
    static int pixelFloats(int channels) {
        return channels % ALIASING == 0 ? channels + 16 : channels;
    }

    /** Floats from one row to the next. */
    static long rowFloats(ConvShape s, int channels) {
        return width(s) * pixelFloats(channels);
    }

    /** Floats of a ring that holds what one output row sees. */
    static long ringFloats(ConvShape s, int channels) {
        return slots(s) * rowFloats(s, channels);
    }

    private static long width(ConvShape s) {
        return (s.outWidth() - 1L) * s.strideWidth() + (s.kernelWidth() - 1L) * s.dilationWidth() + 1;
    }

    private static long slots(ConvShape s) {
        return (s.kernelHeight() - 1L) * s.dilationHeight() + 1;
    }

    /** Names an image, a block of output channels and the memory for the ring. */
    PaddedRows of(
            ConvShape shape, float[] array, int imageOffset, int first, int count, float[] memory, int memoryOffset) {
        s = shape;
        src = array;
        image = imageOffset;
        firstChannel = first;
        channels = count;
        ring = memory;
        ringOffset = memoryOffset;
        slots = (int) slots(shape);
        next = Integer.MIN_VALUE;
        return this;
    }

    /** Forgets the arrays. */
    void release() {
        s = null;
        src = null;
        ring = null;
    }

    /** Copies what output row {@code oh} sees, unless it is there. Ascending rows only. */
    void load(int oh) {
        int top = oh * s.strideHeight() - s.paddingTop();
        int end = top + (int) slots(s);
        for (int row = Math.max(next, top); row < end; row++) {
            copyRow(row);
        }
        next = end;
    }

    /** Where the first tap row of output row {@code oh} lies. */
    int offset(int oh) {
        return slot(oh * s.strideHeight() - s.paddingTop());
    }

    private int slot(int row) {
        return ringOffset + Math.floorMod(row, slots) * (int) rowFloats(s, channels);
    }

    private void copyRow(int row) {
        int to = slot(row);
        int pixel = pixelFloats(channels);
        int width = (int) width(s);
        int first = Math.min(s.paddingLeft(), width);
        int end = Math.min(s.paddingLeft() + s.width(), width);
        if (row < 0 || row >= s.height()) {
            Arrays.fill(ring, to, to + width * pixel, 0f);
            return;
        }
        Arrays.fill(ring, to, to + first * pixel, 0f);
        Arrays.fill(ring, to + end * pixel, to + width * pixel, 0f);
        int multiplier = s.groupOutChannels();
        if (s.layout() == Layout.NCHW) {
            for (int c = 0; c < channels; c++) {
                int plane = image + (firstChannel + c) / multiplier * s.height() * s.width();
                PixelCopy.spread(end - first, src, plane + row * s.width(), ring, to + first * pixel + c, pixel);
            }
        } else {
            int from = image + row * s.width() * s.channels();
            if (multiplier == 1) {
                PixelCopy.runs(
                        end - first, channels, src, from + firstChannel, s.channels(), ring, to + first * pixel, pixel);
            } else {
                for (int i = 0; i < end - first; i++) {
                    for (int c = 0; c < channels; c++) {
                        ring[to + (first + i) * pixel + c] =
                                src[from + i * s.channels() + (firstChannel + c) / multiplier];
                    }
                }
            }
        }
    }
}
