// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import java.util.Arrays;

/**
 * How rows of a plane are pooled with vectors full of pixels that are narrower than one: which floats of a row that is
 * read go to which float of a row that is written. A run of the written row is one vector, each of its taps a selection
 * from two vectors of the read row. Forward, source rows are read and output rows written, and the taps are those of the
 * window; backward it is the other way round, and the taps are the windows that hold a column, in ascending order.
 *
 * <p>Made once a shape, from plain numbers: this class names no vector type.
 */
final class RowTaps {
    /** Taps of a row for which tables are made: some 20 bytes each. */
    private static final int LARGEST = 1 << 16;

    /** Where a tap is no element of the row: this far below every place. */
    private static final int NOWHERE = Integer.MIN_VALUE / 2;

    /** Taps of a written float, those that lie nowhere included. */
    final int taps;

    /** Whether no element lies in two windows. */
    final boolean apart;

    /** For each run, its first float in the written row. */
    final int[] start;

    /** For each run, the first float of its two vectors of the read row; they may overlap. */
    final int[] near;

    final int[] far;

    /** For each run, tap and lane: which of the floats of the two vectors. */
    final int[] index;

    /** As many: the source column, or {@link #NOWHERE}. */
    final int[] columns;

    /** As many: all bits set, or none where the tap lies nowhere. */
    final int[] inside;

    /** As many: by what an average is divided along the row, without and with padding. */
    final float[] counts;

    final float[] paddedCounts;

    /** None at all: a plane pooled by these is left as it is. */
    static RowTaps none() {
        return new RowTaps(1, true, 0, 1);
    }

    private RowTaps(int taps, boolean apart, int runs, int lanes) {
        this.taps = taps;
        this.apart = apart;
        start = new int[runs];
        near = new int[runs];
        far = new int[runs];
        index = new int[runs * taps * lanes];
        columns = new int[index.length];
        inside = new int[index.length];
        counts = new float[index.length];
        paddedCounts = new float[index.length];
    }

    /** Null where the channels alone fill vectors, or rows of this shape would fill less than a quarter of them. */
    static RowTaps forward(PoolShape s, int lanes) {
        return make(s, lanes, true);
    }

    /** As {@link #forward}, for gradients. */
    static RowTaps backward(PoolShape s, int lanes) {
        return make(s, lanes, false);
    }

    private static RowTaps make(PoolShape s, int lanes, boolean forward) {
        int written = (forward ? s.outWidth() : s.width()) * s.depth();
        int read = (forward ? s.width() : s.outWidth()) * s.depth();
        int taps = forward ? s.windowWidth() : Math.ceilDiv(s.windowWidth(), s.strideWidth());
        // Counts of rows are multiplied as floats, exact below 2²⁴.
        boolean exact = s.windowHeight() < 1 << 24;
        // Backward, channels that fill a vector are better off alone.
        boolean narrow = s.depth() > 0 && (forward ? s.depth() <= lanes : s.depth() < lanes);
        if (!narrow || read < lanes || taps > 2 * lanes || (long) written * taps > LARGEST || !exact) {
            return null;
        }
        int runs = runs(s, lanes, forward, written, null);
        if (runs == 0 || written < (long) runs * lanes / 4) {
            return null;
        }
        var result = new RowTaps(taps, s.isApart(), runs, lanes);
        runs(s, lanes, forward, written, result);
        if (forward ? s.outPlaneElements() < lanes : result.start[runs - 1] != written - lanes) {
            return null;
        }
        for (int run = 0; run < runs; run++) {
            result.fill(s, lanes, forward, written, read, run);
        }
        return result;
    }

    /** Cuts the written row into runs and returns their number; 0 when a single float reads too far. */
    private static int runs(PoolShape s, int lanes, boolean forward, int written, RowTaps result) {
        int runs = 0;
        for (int begin = 0; begin < written; ) {
            int end = begin;
            while (end < written && end < begin + lanes && span(s, forward, begin, end + 1) <= 2 * lanes) {
                end++;
            }
            if (end == begin) {
                return 0;
            }
            // The last run is as long as the others where it can be: it does again what was done before.
            int earlier = Math.max(0, written - lanes);
            boolean whole = end == written && span(s, forward, earlier, written) <= 2 * lanes;
            if (result != null) {
                result.start[runs] = whole ? earlier : begin;
            }
            begin = end;
            runs++;
        }
        return runs;
    }

    private static int span(PoolShape s, boolean forward, int begin, int end) {
        return last(s, forward, begin, end) - first(s, forward, begin, end) + 1;
    }

    private static int first(PoolShape s, boolean forward, int begin, int end) {
        int first = Integer.MAX_VALUE;
        for (int i = begin; i < end; i++) {
            first = Math.min(first, low(s, forward, i / s.depth()) * s.depth() + i % s.depth());
        }
        return first;
    }

    private static int last(PoolShape s, boolean forward, int begin, int end) {
        int last = 0;
        for (int i = begin; i < end; i++) {
            last = Math.max(last, (high(s, forward, i / s.depth()) - 1) * s.depth() + i % s.depth());
        }
        return last;
    }

    /** First column that a written column reads; within the row even if it reads none. */
    private static int low(PoolShape s, boolean forward, int column) {
        return forward ? s.left(column) : Math.min(s.firstWindow(column), s.outWidth() - 1);
    }

    /** Column after the last that it reads; above {@link #low} even if it reads none. */
    private static int high(PoolShape s, boolean forward, int column) {
        return Math.max(low(s, forward, column) + 1, forward ? s.right(column) : s.endWindow(column));
    }

    private void fill(PoolShape s, int lanes, boolean forward, int written, int read, int run) {
        int begin = start[run];
        int end = begin;
        while (end < written && end < begin + lanes && span(s, forward, begin, end + 1) <= 2 * lanes) {
            end++;
        }
        near[run] = Math.min(first(s, forward, begin, end), read - lanes);
        far[run] = Math.max(near[run], last(s, forward, begin, end) + 1 - lanes);
        for (int tap = 0; tap < taps; tap++) {
            int at = (run * taps + tap) * lanes;
            Arrays.fill(columns, at, at + lanes, NOWHERE);
            Arrays.fill(counts, at, at + lanes, 1f);
            Arrays.fill(paddedCounts, at, at + lanes, 1f);
            for (int i = begin; i < end; i++) {
                fill(s, lanes, forward, run, tap, at + i - begin, i / s.depth(), i % s.depth());
            }
        }
    }

    private void fill(PoolShape s, int lanes, boolean forward, int run, int tap, int at, int written, int channel) {
        int low = low(s, forward, written);
        int wanted = forward ? written * s.strideWidth() + s.column(tap) : s.firstWindow(written) + tap;
        // What lies nowhere is read from the nearest column: for a maximum that changes nothing.
        int column = Math.clamp(wanted, low, high(s, forward, written) - 1);
        int place = column * s.depth() + channel;
        index[at] = place < near[run] + lanes ? place - near[run] : place - far[run] + lanes;
        boolean present = forward ? wanted == column : wanted < s.endWindow(written);
        inside[at] = present ? -1 : 0;
        columns[at] = forward ? column : present ? written : NOWHERE;
        int window = forward ? written : column;
        counts[at] = s.right(window) - s.left(window);
        paddedCounts[at] = s.paddedColumns(window);
    }
}
