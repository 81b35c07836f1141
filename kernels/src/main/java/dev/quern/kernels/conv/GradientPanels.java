// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.RunSumScalar;
import dev.quern.kernels.conv.loops.RunSumVector;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.vector.VectorSupport;

/**
 * How the columns of a gradient are cut into panels, in NHWC, and where the rows of a panel are added. A panel holds a tap's channels, a
 * block of them at most; with few channels whole kernel rows, or neighbouring taps of one: what of a window is contiguous in the source.
 */
final class GradientPanels {
    /** Channels from which a panel holds those of a single tap. */
    private static final int MANY = PanelProduct.WIDTH / 2;

    private GradientPanels() {}

    /** Whether panels are wide enough to be worth their while. */
    static boolean suits(ConvShape s) {
        return s.groupChannels() >= MANY || Im2Col.isJoined(s);
    }

    /** Blocks of a group's channels, which no panel crosses. */
    static int channelBlocks(ConvShape s) {
        return s.groupChannels() >= MANY ? Math.ceilDiv(s.groupChannels(), PanelProduct.WIDTH) : 1;
    }

    /** Channels of a block. */
    static int channels(ConvShape s, int block) {
        return channelBlocks(s) == 1
                ? s.groupChannels()
                : Math.min(PanelProduct.WIDTH, s.groupChannels() - block * PanelProduct.WIDTH);
    }

    /** The first channel of a block. */
    static int channel(ConvShape s, int group, int block) {
        return group * s.groupChannels() + block * PanelProduct.WIDTH;
    }

    /** Kernel rows of a panel. */
    private static int rows(ConvShape s) {
        boolean many = s.groupChannels() >= MANY;
        return many ? 1 : Math.clamp(PanelProduct.WIDTH / (s.kernelWidth() * s.groupChannels()), 1, s.kernelHeight());
    }

    /** Taps of a kernel row in a panel. */
    private static int taps(ConvShape s) {
        boolean many = s.groupChannels() >= MANY;
        return many ? 1 : Math.clamp(PanelProduct.WIDTH / s.groupChannels(), 1, s.kernelWidth());
    }

    private static int panelsAcross(ConvShape s) {
        return Math.ceilDiv(s.kernelWidth(), taps(s));
    }

    /** Panels of a block of channels, in the order in which they are to be added. */
    static int panels(ConvShape s) {
        return Math.ceilDiv(s.kernelHeight(), rows(s)) * panelsAcross(s);
    }

    /** First kernel row of a panel. */
    static int kh(ConvShape s, int panel) {
        return panel / panelsAcross(s) * rows(s);
    }

    /** First tap of a panel's kernel rows. */
    static int kw(ConvShape s, int panel) {
        return panel % panelsAcross(s) * taps(s);
    }

    /** Kernel rows of which a panel holds taps. */
    static int kernelRows(ConvShape s, int panel) {
        return Math.min(rows(s), s.kernelHeight() - kh(s, panel));
    }

    /** Taps of each of these rows. */
    static int kernelTaps(ConvShape s, int panel) {
        return Math.min(taps(s), s.kernelWidth() - kw(s, panel));
    }

    /** The first element of the patch that a panel holds. */
    static int firstColumn(ConvShape s, int channelBlock, int panel) {
        int tap = kh(s, panel) * s.kernelWidth() + kw(s, panel);
        return tap * s.groupChannels() + channelBlock * PanelProduct.WIDTH;
    }

    /** Columns of a panel. */
    static int columns(ConvShape s, int channelBlock, int panel) {
        return kernelRows(s, panel) * kernelTaps(s, panel) * channels(s, channelBlock);
    }

    /**
     * Adds rows {@code [row, row + rows)} of a panel, windows of the whole batch; the last first, because a pixel's later window sees it
     * with an earlier tap.
     *
     * @param to the gradient, zeros at first
     * @param end where the images end that this task may touch
     */
    static void add(
            ConvShape s,
            int group,
            int channelBlock,
            int panel,
            int row,
            int rows,
            float[] from,
            int offset,
            float[] to,
            int toOffset,
            int end) {
        int channel = channel(s, group, channelBlock);
        int positions = s.positions();
        for (int last = row + rows; last > row; ) {
            int position = (last - 1) % positions;
            int ow = position % s.outWidth();
            int count = Math.min(last - row, ow + 1);
            int image = toOffset + (last - 1) / positions * s.imageElements() + channel;
            int at = offset + (last - count - row) * PanelProduct.WIDTH;
            int oh = position / s.outWidth();
            addWindows(s, channelBlock, panel, oh, ow + 1 - count, ow + 1, from, at, to, image, end);
            last -= count;
        }
    }

    /** Windows {@code [ow, owEnd)} of one output row. */
    private static void addWindows(
            ConvShape s,
            int channelBlock,
            int panel,
            int oh,
            int ow,
            int owEnd,
            float[] from,
            int offset,
            float[] to,
            int image,
            int end) {
        int d = s.dilationHeight();
        int kh = kh(s, panel);
        int ih = oh * s.strideHeight() - s.paddingTop() + kh * d;
        int firstRow = Math.min(kernelRows(s, panel), Math.ceilDiv(Math.max(0, -ih), d));
        int endRow = Math.min(kernelRows(s, panel), Math.floorDiv(s.height() - 1 - ih, d) + 1);
        if (firstRow >= endRow) {
            return;
        }
        int taps = kernelTaps(s, panel);
        int run = taps * channels(s, channelBlock);
        int shift = kw(s, panel) * s.dilationWidth() - s.paddingLeft();
        int first = Math.clamp(Math.ceilDiv(-shift, s.strideWidth()), ow, owEnd);
        int last = Math.clamp(Math.floorDiv(s.width() - taps - shift, s.strideWidth()) + 1, first, owEnd);
        int line = image + (ih + firstRow * d) * s.width() * s.channels();
        int rows = endRow - firstRow;
        int columns = offset + firstRow * run;
        borders(s, taps, shift, rows, last, owEnd, from, columns + (last - ow) * PanelProduct.WIDTH, to, line);
        inside(
                s,
                run,
                rows,
                last - first,
                from,
                columns + (first - ow) * PanelProduct.WIDTH,
                to,
                line + (first * s.strideWidth() + shift) * s.channels(),
                end);
        borders(s, taps, shift, rows, ow, first, from, columns, to, line);
    }

    /** Windows whose taps all lie in the source. */
    private static void inside(
            ConvShape s, int run, int rows, int count, float[] from, int offset, float[] to, int toOffset, int end) {
        int step = s.strideWidth() * s.channels();
        int stride = s.dilationHeight() * s.width() * s.channels();
        if (rows == 1 && run <= step) {
            if (VectorSupport.ENABLED) {
                RunSumVector.apart(count, run, from, offset, PanelProduct.WIDTH, to, toOffset, step);
            } else {
                RunSumScalar.apart(count, 0, run, from, offset, PanelProduct.WIDTH, to, toOffset, step);
            }
            return;
        }
        int whole = 0;
        if (VectorSupport.ENABLED) {
            int room = end - RunSumVector.overrun() - run - (rows - 1) * stride - toOffset;
            whole = room < 0 ? 0 : Math.min(count, room / step + 1);
        }
        RunSumScalar.windows(
                count - whole,
                rows,
                run,
                from,
                offset + whole * PanelProduct.WIDTH,
                PanelProduct.WIDTH,
                to,
                toOffset + whole * step,
                step,
                stride);
        if (whole > 0) {
            RunSumVector.windows(whole, rows, run, from, offset, PanelProduct.WIDTH, to, toOffset, step, stride);
        }
    }

    /** Windows {@code [ow, owEnd)}, some of whose taps lie beside the source. */
    private static void borders(
            ConvShape s,
            int taps,
            int shift,
            int rows,
            int ow,
            int owEnd,
            float[] from,
            int offset,
            float[] to,
            int line) {
        int pixel = s.channels();
        int stride = s.dilationHeight() * s.width() * pixel;
        for (int o = owEnd - 1; o >= ow; o--) {
            int iw = o * s.strideWidth() + shift;
            int first = Math.clamp(-(long) iw, 0, taps);
            int last = Math.clamp((long) s.width() - iw, first, taps);
            int at = offset + (o - ow) * PanelProduct.WIDTH;
            for (int r = 0; r < rows && first < last; r++) {
                // Several taps are those of one group, whose channels are all that a pixel has.
                int skip = first * pixel;
                int n = (last - first) * pixel;
                RunSumScalar.apart(
                        1, 0, n, from, at + r * taps * pixel + skip, 0, to, line + r * stride + iw * pixel + skip, 0);
            }
        }
    }
}
