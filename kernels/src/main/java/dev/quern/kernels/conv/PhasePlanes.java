// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Planes of an image with zeros round them, such that each tap of a convolution is a shift. With strides a plane is cut into
 * phases: source row and column modulo the strides. In a phase, output position (oh, ow) lies at {@code oh·Q + ow}, and a
 * tap sees the float {@link #offsets} further on; Q is the width of a row with the zeros beside it. Between one row's last
 * position and the next row's first there are positions that mean nothing.
 *
 * <p>There is one object a thread, for the offsets, so that a call allocates nothing.
 */
final class PhasePlanes {
    private static final ThreadLocal<PhasePlanes> OF_THREAD = ThreadLocal.withInitial(PhasePlanes::new);

    private int[] offsets = new int[0];

    private PhasePlanes() {}

    static PhasePlanes ofThread() {
        return OF_THREAD.get();
    }

    /** Q. */
    static long rowFloats(ConvShape s) {
        return s.outWidth() + (s.kernelWidth() - 1L) * s.dilationWidth() / s.strideWidth();
    }

    private static long phaseRows(ConvShape s, int rows) {
        return rows + (s.kernelHeight() - 1L) * s.dilationHeight() / s.strideHeight();
    }

    /** Floats of all phases of a plane, for so many output rows. */
    static long planeFloats(ConvShape s, int rows) {
        return (long) s.strideHeight() * s.strideWidth() * phaseRows(s, rows) * rowFloats(s);
    }

    /** Where the taps lie: (kh, kw, c) in planes that follow each other, c fastest. */
    int[] offsets(ConvShape s, int channels, int rows) {
        int taps = s.kernelHeight() * s.kernelWidth() * channels;
        if (offsets.length < taps) {
            offsets = new int[taps];
        }
        int q = (int) rowFloats(s);
        int phase = (int) phaseRows(s, rows) * q;
        int plane = (int) planeFloats(s, rows);
        int t = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int h = kh * s.dilationHeight();
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int w = kw * s.dilationWidth();
                int at = (h % s.strideHeight() * s.strideWidth() + w % s.strideWidth()) * phase
                        + h / s.strideHeight() * q
                        + w / s.strideWidth();
                for (int c = 0; c < channels; c++) {
                    offsets[t++] = at + c * plane;
                }
            }
        }
        return offsets;
    }

    /**
     * Copies what {@code rows} output rows from {@code oh} on see of a plane, whose pixels lie {@code apart} floats apart. A
     * vector's length behind the phases may be overwritten.
     */
    static void copy(ConvShape s, int oh, int rows, float[] src, int plane, int apart, float[] to, int toOffset) {
        int phaseFloats = (int) (phaseRows(s, rows) * rowFloats(s));
        for (int ph = 0; ph < s.strideHeight(); ph++) {
            for (int pw = 0; pw < s.strideWidth(); pw++) {
                phase(s, oh, rows, ph, pw, src, plane, apart, to, toOffset);
                toOffset += phaseFloats;
            }
        }
    }

    private static void phase(
            ConvShape s,
            int oh,
            int rows,
            int ph,
            int pw,
            float[] src,
            int plane,
            int apart,
            float[] to,
            int toOffset) {
        int q = (int) rowFloats(s);
        int step = s.strideWidth();
        int first = Math.clamp(Math.ceilDiv(s.paddingLeft() - pw, step), 0, q);
        int end = Math.clamp(Math.ceilDiv(s.width() + s.paddingLeft() - pw, step), first, q);
        int column = first * step + pw - s.paddingLeft();
        int last = (int) phaseRows(s, rows);
        for (int r = 0; r < last; r++, toOffset += q) {
            int ih = (oh + r) * s.strideHeight() + ph - s.paddingTop();
            if (ih < 0 || ih >= s.height()) {
                zero(to, toOffset, toOffset + q);
                continue;
            }
            int from = plane + (ih * s.width() + column) * apart;
            zero(to, toOffset, toOffset + first);
            row(end - first, src, from, step * apart, to, toOffset + first);
            zero(to, toOffset + end, toOffset + q);
        }
    }

    private static void row(int n, float[] src, int from, int distance, float[] to, int toOffset) {
        if (distance == 1) {
            row(n, src, from, to, toOffset);
        } else {
            PixelCopy.collect(n, src, from, distance, to, toOffset);
        }
    }

    private static void row(int n, float[] src, int from, float[] to, int toOffset) {
        if (VectorSupport.ENABLED && from + n + Lanes.COUNT <= src.length) {
            WindowCopy.runs(1, n, src, from, 0, to, toOffset, 0);
        } else {
            System.arraycopy(src, from, to, toOffset, n);
        }
    }

    private static void zero(float[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] = 0f;
        }
    }
}
