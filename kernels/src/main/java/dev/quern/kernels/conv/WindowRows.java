// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.RunSumScalar;
import dev.quern.kernels.conv.loops.RunSumVector;
import dev.quern.kernels.conv.loops.SevenRunsVector;
import java.util.Arrays;

/**
 * The rows of an image that one output row sees, in a copy with padding round them: so windows know no border, and whole vectors may reach
 * beyond them. Each image row is copied once; columns that are added to it are brought back when no further output row sees it.
 *
 * <p>There is one object a thread, so that a call allocates nothing.
 */
final class WindowRows {
    private static final ThreadLocal<WindowRows> OF_THREAD = ThreadLocal.withInitial(WindowRows::new);

    /** Floats of the copies: more would lie beyond the first-level cache, and large padding would need any number. */
    private static final int MOST = 1 << 14;

    /** Lanes of the widest vectors. */
    private static final int WIDEST = 16;

    /** Floats on either side of a row that vectors may touch. */
    private static final int MARGIN = 2 * WIDEST;

    /** Runs of as many floats and more fill vectors well enough where they are. */
    private static final int LONG_RUN = 96;

    /** Longer runs are copied as fast from where they are, borders included. */
    private static final int SHORT_RUN = 3 * WIDEST;

    private float[] rows = new float[0];

    private WindowRows() {}

    static WindowRows ofThread() {
        return OF_THREAD.get();
    }

    /** Whether kernel rows are short runs of the source that do not fill vectors, and windows overlap. */
    static boolean suits(ConvShape s) {
        long run = (long) s.kernelWidth() * s.channels();
        return Im2Col.isJoined(s)
                && s.dilationHeight() == 1
                && (s.strideWidth() < s.kernelWidth() || s.strideHeight() < s.kernelHeight())
                && run < LONG_RUN
                && run % WIDEST != 0
                && s.kernelHeight() * pitch(s) <= MOST;
    }

    /** Whether columns are copied from here: where runs are shorter still, and some windows lie beside the image. */
    static boolean suitsColumns(ConvShape s) {
        boolean padded = s.paddingTop() + (long) s.paddingBottom() + s.paddingLeft() + s.paddingRight() > 0;
        return padded && suits(s) && s.kernelWidth() * s.channels() <= SHORT_RUN;
    }

    /** Floats from one row's copy to the next. */
    private static long pitch(ConvShape s) {
        long windows = (s.outWidth() - 1L) * s.strideWidth() + s.kernelWidth();
        long padded = Math.max(windows, (long) s.paddingLeft() + s.width()) * s.channels();
        return padded + 2 * MARGIN;
    }

    /** See {@link Col2Im#addPixels}; there is one group. */
    void add(ConvShape s, float[] columns, int from, int firstRow, int endRow, float[] dst, int image) {
        int pitch = reserve(s);
        int taps = s.kernelHeight();
        int fresh = Math.min(s.strideHeight(), taps);
        int kept = taps - fresh;
        for (int oh = endRow - 1; oh >= firstRow; oh--) {
            int top = oh * s.strideHeight() - s.paddingTop();
            fetch(s, pitch, 0, oh == endRow - 1 ? taps : fresh, dst, image, top);
            addWindows(s, pitch, columns, from + (oh - firstRow) * s.outWidth() * s.patchElements());
            bringBack(s, pitch, oh == firstRow ? 0 : kept, dst, image, top);
            System.arraycopy(rows, 0, rows, fresh * pitch, kept * pitch);
        }
    }

    /** Writes the columns of an image; there is one group. */
    void columns(ConvShape s, float[] src, int image, float[] out, int outOffset) {
        int pitch = reserve(s);
        int taps = s.kernelHeight();
        int fresh = Math.min(s.strideHeight(), taps);
        int kept = taps - fresh;
        int run = s.kernelWidth() * s.channels();
        int step = s.strideWidth() * s.channels();
        int line = s.outWidth() * s.patchElements();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = oh * s.strideHeight() - s.paddingTop();
            int copied = oh == 0 ? 0 : kept;
            System.arraycopy(rows, fresh * pitch, rows, 0, copied * pitch);
            fetch(s, pitch, copied, taps, src, image, top);
            int at = outOffset + oh * line;
            int whole = whole(s, at + WindowCopy.overrun(), outOffset + s.outHeight() * line);
            WindowCopy.windows(whole, taps, run, rows, MARGIN, step, pitch, out, at);
            Im2Col.patches(s, 0, src, image, top, whole, s.outWidth(), out, at + whole * s.patchElements());
        }
    }

    /** How many windows of an output row have their columns between {@code from} and {@code end}. */
    private static int whole(ConvShape s, int from, int end) {
        return Math.clamp((end - from) / s.patchElements(), 0, s.outWidth());
    }

    /** Makes room for rows. */
    private int reserve(ConvShape s) {
        int pitch = (int) pitch(s);
        int floats = s.kernelHeight() * pitch;
        if (rows.length < floats) {
            rows = new float[floats];
        }
        return pitch;
    }

    /** Copies image rows {@code [top + first, top + end)}, as far as they exist, to rows {@code [first, end)} here, with zeros round them. */
    private void fetch(ConvShape s, int pitch, int first, int end, float[] src, int image, int top) {
        int line = s.width() * s.channels();
        Arrays.fill(rows, first * pitch, end * pitch, 0f);
        for (int r = Math.max(first, -top); r < Math.min(end, s.height() - top); r++) {
            System.arraycopy(src, image + (top + r) * line, rows, r * pitch + start(s), line);
        }
    }

    /** Copies rows from {@code first} on back to the image, of which row 0 here is row {@code top}. */
    private void bringBack(ConvShape s, int pitch, int first, float[] dst, int image, int top) {
        int line = s.width() * s.channels();
        for (int r = Math.max(first, -top); r < Math.min(s.kernelHeight(), s.height() - top); r++) {
            System.arraycopy(rows, r * pitch + start(s), dst, image + (top + r) * line, line);
        }
    }

    /** Where an image row starts in its copy. */
    private static int start(ConvShape s) {
        return MARGIN + s.paddingLeft() * s.channels();
    }

    private void addWindows(ConvShape s, int pitch, float[] columns, int from) {
        int taps = s.kernelHeight();
        int run = s.kernelWidth() * s.channels();
        int step = s.strideWidth() * s.channels();
        int patch = s.patchElements();
        int whole = whole(s, from + RunSumVector.overrun(), columns.length);
        int at = MARGIN + whole * step;
        RunSumScalar.windows(
                s.outWidth() - whole, taps, run, columns, from + whole * patch, patch, rows, at, step, pitch);
        if (whole > 0 && SevenRunsVector.suits(taps, run, step)) {
            SevenRunsVector.add(whole, run, columns, from, patch, rows, MARGIN, step, pitch);
        } else {
            RunSumVector.windows(whole, taps, run, columns, from, patch, rows, MARGIN, step, pitch);
        }
    }
}
