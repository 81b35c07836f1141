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

    /** Shapes whose offsets a thread keeps: a network's first layers come in turn, and are small beside their offsets. */
    private static final int KEPT = 4;

    private final ConvShape[] shapes = new ConvShape[KEPT];
    private final int[] rowsOf = new int[KEPT];
    private final int[][] offsetsOf = new int[KEPT][0];
    private int next;

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

    /** Where the taps lie: (kh, kw, c) in the planes of a group, which follow each other, c fastest. */
    int[] offsets(ConvShape s, int rows) {
        for (int i = 0; i < KEPT; i++) {
            if (shapes[i] == s && rowsOf[i] == rows) {
                return offsetsOf[i];
            }
        }
        int oldest = next;
        next = (next + 1) % KEPT;
        if (offsetsOf[oldest].length < s.patchElements()) {
            offsetsOf[oldest] = new int[s.patchElements()];
        }
        shapes[oldest] = s;
        rowsOf[oldest] = rows;
        locate(s, rows, offsetsOf[oldest]);
        return offsetsOf[oldest];
    }

    private static void locate(ConvShape s, int rows, int[] offsets) {
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
                for (int c = 0; c < s.groupChannels(); c++) {
                    offsets[t++] = at + c * plane;
                }
            }
        }
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
        int above = Math.clamp(Math.ceilDiv(s.paddingTop() - ph, s.strideHeight()) - oh, 0, last);
        int below = Math.clamp(Math.ceilDiv(s.height() + s.paddingTop() - ph, s.strideHeight()) - oh, above, last);
        int top = (oh + above) * s.strideHeight() + ph - s.paddingTop();
        int at = toOffset + above * q + first;
        zero(to, toOffset, above < below ? at : toOffset + below * q);
        int n = end - first;
        int from = plane + (top * s.width() + column) * apart;
        int line = s.strideHeight() * s.width() * apart;
        int phaseEnd = toOffset + last * q;
        int r = 0;
        if (VectorSupport.ENABLED && step * apart == 1 && n >= Lanes.COUNT && below - above > 1) {
            r = below - above - 1;
            WindowCopy.EMPTY_ROWS.beside();
            WindowCopy.rows(r, n, src, from, line, to, at, q);
        }
        for (; r < below - above; r++) {
            int row = at + r * q;
            row(n, src, from + r * line, step * apart, to, row);
            zero(to, row + n, Math.min(row + q, phaseEnd));
        }
        zero(to, toOffset + below * q, phaseEnd);
    }

    private static void row(int n, float[] src, int from, int distance, float[] to, int toOffset) {
        if (distance == 1) {
            System.arraycopy(src, from, to, toOffset, n);
        } else {
            PixelCopy.collect(n, src, from, distance, to, toOffset);
        }
    }

    private static void zero(float[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] = 0f;
        }
    }
}
