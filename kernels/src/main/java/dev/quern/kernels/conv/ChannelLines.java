// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Some rows of an NHWC image with zeros round them, copied so that neighbouring positions lie at a distance the compiler knows: each block of
 * 16 channels by itself, of each pixel a line. With strides along the width a row is cut into phases, column modulo stride.
 *
 * <pre>{@code  to[block][row][phase][column][channel mod 16]}</pre>
 *
 * There is one object a thread, for the offsets of taps, so that a call allocates nothing.
 */
final class ChannelLines {
    private static final int LINE = LineScalar.LINE;

    private static final ThreadLocal<ChannelLines> OF_THREAD = ThreadLocal.withInitial(ChannelLines::new);

    private int[] offsets = new int[0];

    private ChannelLines() {}

    static ChannelLines ofThread() {
        return OF_THREAD.get();
    }

    /** Room for so many offsets. */
    int[] offsets(int n) {
        if (offsets.length < n) {
            offsets = new int[n];
        }
        return offsets;
    }

    /**
     * Where a tap's channels lie, one in {@code step}, for a tap before which there are {@code first} channels; {@code at} is the tap's place in
     * the first block.
     */
    static void place(int[] offsets, int first, int channels, int step, int at, int blockFloats) {
        for (int c = 0; c < channels; c += step) {
            offsets[(first + c) / step] = at + c / LINE * blockFloats + c % LINE;
        }
    }

    /**
     * Copies {@code rows} rows from {@code row} on, and of each the columns {@code column + phase + j · phases}; what is beside the image is zeros.
     */
    static void copy(
            float[] src,
            int image,
            int height,
            int width,
            int channels,
            int row,
            int rows,
            int column,
            int columns,
            int phases,
            float[] to,
            int at) {
        copy(LINE, src, image, height, width, channels, row, rows, column, columns, phases, to, at);
    }

    /** The same with another number of channels in a line. */
    static void copy(
            int line,
            float[] src,
            int image,
            int height,
            int width,
            int channels,
            int row,
            int rows,
            int column,
            int columns,
            int phases,
            float[] to,
            int at) {
        for (int c = 0; c < channels; c += line) {
            for (int r = 0; r < rows; r++) {
                int ih = row + r;
                if (ih < 0 || ih >= height) {
                    Arrays.fill(to, at, at + phases * columns * line, 0f);
                    at += phases * columns * line;
                    continue;
                }
                int start = image + ih * width * channels + c;
                for (int phase = column; phase < column + phases; phase++) {
                    int first = Math.clamp(Math.ceilDiv(-(long) phase, phases), 0, columns);
                    int end = Math.clamp(Math.ceilDiv((long) width - phase, phases), first, columns);
                    Arrays.fill(to, at, at + first * line, 0f);
                    int from = start + (phase + first * phases) * channels;
                    lines(line, end - first, src, from, phases * channels, to, at + first * line);
                    Arrays.fill(to, at + end * line, at + columns * line, 0f);
                    at += columns * line;
                }
            }
        }
    }

    /** Copies a line of each of some pixels that are {@code step} floats apart; where there are none, they may lie outside. */
    static void lines(int count, float[] src, int from, int step, float[] to, int at) {
        lines(LINE, count, src, from, step, to, at);
    }

    private static void lines(int line, int count, float[] src, int from, int step, float[] to, int at) {
        if (count > 0 && step == line) {
            System.arraycopy(src, from, to, at, count * line);
        } else if (VectorSupport.ENABLED) {
            WindowCopy.runs(count, line, src, from, step, to, at, line);
        } else {
            for (int i = 0; i < count; i++) {
                System.arraycopy(src, from + i * step, to, at + i * line, line);
            }
        }
    }
}
