// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * What the windows of some output rows see of an image in NHWC, as lines of 16 neighbouring floats, one for each position: channels of
 * a pixel, once for each column of the kernel; with few channels what lies side by side in an image row. In this order:
 *
 * <pre>
 * lines of channels, or of the run
 * columns of the kernel, one where runs are joined
 * phases of the stride among image rows
 * image rows of the phase, zeros where they are outside
 * columns of the output
 * </pre>
 *
 * So a row of the kernel is a distance, and each tap of the kernel reads all positions of a block of output rows as one run.
 */
final class PixelLines {
    private static final int LINE = LineScalar.LINE;

    /** Floats that a window sees of an image row, where they are few and lie in order: from a line on. */
    private static final int LONGEST_RUN = 48;

    private PixelLines() {}

    /** Whether a line holds neighbouring floats of what a window sees of an image row, and not channels of a pixel. */
    static boolean isJoined(ConvShape s) {
        int run = s.kernelWidth() * s.channels();
        return s.channels() < LINE && s.dilationWidth() == 1 && run > LINE && run <= LONGEST_RUN;
    }

    /** Rows of the weights' matrix for each kernel row and column that is told apart. */
    static int run(ConvShape s) {
        return isJoined(s) ? s.kernelWidth() * s.channels() : s.channels();
    }

    /** Kernel columns that are told apart. */
    static int columns(ConvShape s) {
        return isJoined(s) ? 1 : s.kernelWidth();
    }

    /** Lines of a {@link #run}. */
    static int lines(ConvShape s) {
        return Math.ceilDiv(run(s), LINE);
    }

    /** Phases of the stride among the rows that an output row sees. */
    static int phases(ConvShape s) {
        return (int) Math.min(s.strideHeight(), (s.kernelHeight() - 1L) * s.dilationHeight() + 1);
    }

    /** Rows of a phase that some output rows see. */
    static long phaseRows(ConvShape s, int rows) {
        return rows + (s.kernelHeight() - 1L) * s.dilationHeight() / s.strideHeight();
    }

    /** Floats of a block of channels of what some output rows see. */
    static long lineFloats(ConvShape s, int rows) {
        return (long) columns(s) * phases(s) * phaseRows(s, rows) * s.outWidth() * LINE;
    }

    /** Copies what some output rows see: for each block of channels, column of the kernel and phase, a line of each position. */
    static void copy(
            ConvShape s,
            float[] src,
            int image,
            int firstChannel,
            int channels,
            int oh,
            int rows,
            float[] to,
            int lines) {
        int n = s.outWidth() * LINE;
        int stride = s.strideHeight();
        int phaseRows = (int) phaseRows(s, rows);
        for (int channel = firstChannel; channel < firstChannel + channels; channel += LINE) {
            for (int kw = 0; kw < columns(s); kw++) {
                for (int p = 0; p < phases(s); p++, lines += phaseRows * n) {
                    int first = Math.clamp(Math.ceilDiv(s.paddingTop() - p, stride) - (long) oh, 0, phaseRows);
                    int end = Math.clamp(
                            Math.ceilDiv(s.height() + s.paddingTop() - p, stride) - (long) oh, first, phaseRows);
                    Arrays.fill(to, lines, lines + first * n, 0f);
                    int line = image + ((oh + first) * stride + p - s.paddingTop()) * s.width() * s.channels();
                    if (isJoined(s)) {
                        for (int r = first; r < end; r++, line += stride * s.width() * s.channels()) {
                            joinedRow(s, src, line, channel, to, lines + r * n);
                        }
                    } else {
                        rows(s, end - first, kw, src, line + channel, to, lines + first * n);
                    }
                    Arrays.fill(to, lines + end * n, lines + phaseRows * n, 0f);
                }
            }
        }
    }

    /** What some output rows' windows see with a column of the kernel. */
    private static void rows(ConvShape s, int rows, int kw, float[] src, int line, float[] to, int at) {
        int n = s.outWidth();
        int shift = kw * s.dilationWidth() - s.paddingLeft();
        int first = Math.clamp(Math.ceilDiv(-shift, s.strideWidth()), 0, n);
        int end = Math.clamp(Math.ceilDiv(s.width() - shift, s.strideWidth()), first, n);
        int step = s.strideWidth() * s.channels();
        int from = line + first * step + shift * s.channels();
        int stride = s.strideHeight() * s.width() * s.channels();
        if (VectorSupport.ENABLED) {
            WindowCopy.lines(rows, n, first, end, src, from, stride, step, to, at);
            return;
        }
        for (int r = 0; r < rows; r++, from += stride, at += n * LINE) {
            Arrays.fill(to, at, at + first * LINE, 0f);
            for (int j = first; j < end; j++) {
                System.arraycopy(src, from + (j - first) * step, to, at + j * LINE, LINE);
            }
            Arrays.fill(to, at + end * LINE, at + n * LINE, 0f);
        }
    }

    /** A line of what an output row's windows see of an image row, from an element of it on. */
    private static void joinedRow(ConvShape s, float[] src, int line, int element, float[] to, int at) {
        int n = s.outWidth();
        int step = s.strideWidth() * s.channels();
        int end = s.width() * s.channels();
        int start = element - s.paddingLeft() * s.channels();
        int first = Math.clamp(Math.ceilDiv(-start, step), 0, n);
        int last = Math.clamp(Math.floorDiv(end - LINE - start, step) + 1, first, n);
        ChannelLines.lines(last - first, src, line + start + first * step, step, to, at + first * LINE);
        for (int ow = 0; ow < n; ow++) {
            if (ow == first) {
                ow = last;
            }
            for (int i = 0; ow < n && i < LINE; i++) {
                int from = start + ow * step + i;
                to[at + ow * LINE + i] = from >= 0 && from < end ? src[line + from] : 0f;
            }
        }
    }
}
