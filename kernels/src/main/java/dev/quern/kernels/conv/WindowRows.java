// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.RunSumScalar;
import dev.quern.kernels.conv.loops.RunSumVector;
import dev.quern.kernels.conv.loops.SevenRunsVector;
import java.util.Arrays;

/**
 * Columns added to the rows of an image that one output row sees, in a copy of these with padding round them: so windows know no border, and
 * whole vectors may reach beyond them. Each image row is copied once, and brought back when no further output row sees it.
 *
 * <p>There is one object a thread, so that a call allocates nothing.
 */
final class WindowRows {
    private static final ThreadLocal<WindowRows> OF_THREAD = ThreadLocal.withInitial(WindowRows::new);

    /** Floats of the copies. Beyond the first-level cache they gain nothing, and large padding would need any number. */
    private static final int MOST = 1 << 14;

    /** Lanes of the widest vectors. */
    private static final int WIDEST = 16;

    /** Floats on either side of a row that vectors may touch. */
    private static final int MARGIN = 2 * WIDEST;

    /** Runs of as many floats and more fill vectors well enough where they are. */
    private static final int LONG_RUN = 96;

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

    /** Floats from one row's copy to the next. */
    private static long pitch(ConvShape s) {
        long windows = (s.outWidth() - 1L) * s.strideWidth() + s.kernelWidth();
        long padded = Math.max(windows, (long) s.paddingLeft() + s.width()) * s.channels();
        return padded + 2 * MARGIN;
    }

    /** See {@link Col2Im#addPixels}; there is one group. */
    void add(ConvShape s, float[] columns, int from, int firstRow, int endRow, float[] dst, int image) {
        int pitch = (int) pitch(s);
        int taps = s.kernelHeight();
        int fresh = Math.min(s.strideHeight(), taps);
        int kept = taps - fresh;
        if (rows.length < taps * pitch) {
            rows = new float[taps * pitch];
        }
        for (int oh = endRow - 1; oh >= firstRow; oh--) {
            int top = oh * s.strideHeight() - s.paddingTop();
            fetch(s, pitch, oh == endRow - 1 ? taps : fresh, dst, image, top);
            addWindows(s, pitch, columns, from + (oh - firstRow) * s.outWidth() * s.patchElements());
            bringBack(s, pitch, oh == firstRow ? 0 : kept, dst, image, top);
            System.arraycopy(rows, 0, rows, fresh * pitch, kept * pitch);
        }
    }

    /** Copies image rows {@code [top, top + count)}, as far as they exist, to the first rows here, with zeros round them. */
    private void fetch(ConvShape s, int pitch, int count, float[] dst, int image, int top) {
        int line = s.width() * s.channels();
        Arrays.fill(rows, 0, count * pitch, 0f);
        for (int r = Math.max(0, -top); r < Math.min(count, s.height() - top); r++) {
            System.arraycopy(dst, image + (top + r) * line, rows, r * pitch + start(s), line);
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
        int room = columns.length - RunSumVector.overrun() - patch - from;
        int whole = room < 0 ? 0 : Math.min(s.outWidth(), room / patch + 1);
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
