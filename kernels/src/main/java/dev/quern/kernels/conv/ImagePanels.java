// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.quern.kernels.conv.loops.PanelCopyVector;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;

/**
 * Packs blocks of the im2col matrix of an NHWC image as panels of a right-hand operand, from the image itself: a row of the panel is what a
 * window sees of the columns that {@link GradientPanels} names.
 */
final class ImagePanels {
    /** What a window sees beside the image: a panel's width, and a vector. */
    private static final float[] ZEROS = new float[PanelProduct.WIDTH + 16];

    private ImagePanels() {}

    /** Writes windows {@code [position, position + count)} of an image. */
    static void pack(
            ConvShape s,
            int group,
            int channelBlock,
            int panel,
            float[] src,
            int image,
            int position,
            int count,
            MemorySegment to) {
        int columns = GradientPanels.columns(s, channelBlock, panel);
        int width = PanelProduct.panelWidth(columns);
        int channel = GradientPanels.channel(s, group, channelBlock);
        int n;
        for (int done = 0; done < count; done += n) {
            int ow = (position + done) % s.outWidth();
            int oh = (position + done) / s.outWidth();
            n = Math.min(count - done, s.outWidth() - ow);
            windows(s, channelBlock, panel, src, image + channel, oh, ow, ow + n, to, done, width, done + n < count);
        }
    }

    /** Windows {@code [ow, owEnd)} of an output row, from row {@code at} of the panel on. */
    private static void windows(
            ConvShape s,
            int channelBlock,
            int panel,
            float[] src,
            int image,
            int oh,
            int ow,
            int owEnd,
            MemorySegment to,
            int at,
            int width,
            boolean followed) {
        int rows = GradientPanels.kernelRows(s, panel);
        int taps = GradientPanels.kernelTaps(s, panel);
        int run = taps * GradientPanels.channels(s, channelBlock);
        int top = oh * s.strideHeight() - s.paddingTop() + GradientPanels.kh(s, panel) * s.dilationHeight();
        int shift = GradientPanels.kw(s, panel) * s.dilationWidth() - s.paddingLeft();
        int stride = s.dilationHeight() * s.width() * s.channels();
        int step = s.strideWidth() * s.channels();
        int line = image + top * s.width() * s.channels();
        boolean allOutside = rows == 1 && (top < 0 || top >= s.height());
        boolean allInside = top >= 0 && top + (rows - 1) * s.dilationHeight() < s.height();
        int first = ow;
        int last = owEnd;
        if (!allOutside) {
            first = allInside ? Math.clamp(Math.ceilDiv(-shift, s.strideWidth()), ow, owEnd) : owEnd;
            last = Math.clamp(Math.floorDiv(s.width() - taps - shift, s.strideWidth()) + 1, first, owEnd);
        }
        // Whole vectors write beyond a window, where the next one is to come: there has to be one.
        int count = last - first - (followed || last < owEnd ? 0 : 1);
        if (VectorSupport.ENABLED && count > 0) {
            float[] from = allOutside ? ZEROS : src;
            int offset = allOutside ? 0 : line + (first * s.strideWidth() + shift) * s.channels();
            int room = from.length - PanelCopyVector.overrun() - run - (rows - 1) * stride - offset;
            count = allOutside ? count : room < 0 ? 0 : Math.min(count, room / step + 1);
            long bytes = (long) (at + first - ow) * width * Float.BYTES;
            long rowBytes = (long) width * Float.BYTES;
            PanelCopyVector.windows(count, rows, run, from, offset, allOutside ? 0 : step, stride, to, bytes, rowBytes);
        } else {
            count = 0;
        }
        borders(s, rows, taps, run, src, line, top, shift, ow, first, to, at, width);
        borders(s, rows, taps, run, src, line, top, shift, first + count, owEnd, to, at + first + count - ow, width);
    }

    /** Windows {@code [ow, owEnd)}, wherever their taps lie. */
    private static void borders(
            ConvShape s,
            int rows,
            int taps,
            int run,
            float[] src,
            int line,
            int top,
            int shift,
            int ow,
            int owEnd,
            MemorySegment to,
            int at,
            int width) {
        int channels = run / taps;
        for (int o = ow; o < owEnd; o++) {
            int iw = o * s.strideWidth() + shift;
            int first = Math.clamp(-(long) iw, 0, taps) * channels;
            int last = Math.clamp(Math.clamp((long) s.width() - iw, 0, taps) * channels, first, run);
            long row = (long) (at + o - ow) * width;
            for (int r = 0; r < rows; r++, row += run) {
                int ih = top + r * s.dilationHeight();
                boolean inside = ih >= 0 && ih < s.height();
                int from = line + (r * s.dilationHeight() * s.width() + iw) * s.channels();
                for (int i = 0; i < run; i++) {
                    boolean seen = inside && i >= first && i < last;
                    to.setAtIndex(JAVA_FLOAT, row + i, seen ? src[from + i] : 0f);
                }
            }
        }
    }
}
