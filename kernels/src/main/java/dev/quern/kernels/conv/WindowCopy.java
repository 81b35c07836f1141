// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.LineScalar;
import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Copies windows that lie wholly inside the source. Runs are often much shorter than a vector, so each is moved in whole
 * vectors: what is written beyond its end is overwritten by the next run. The caller leaves room behind the last.
 */
final class WindowCopy {
    /** Beside {@link #rows}. */
    static final EmptyCalls EMPTY_ROWS = new EmptyCalls(() -> rows(0, 0, null, 0, 0, null, 0, 0));

    private static final int LINE = LineScalar.LINE;

    private WindowCopy() {}

    /** Elements beyond the last run's end that may be read, and written. */
    static int overrun() {
        return Lanes.COUNT - 1;
    }

    /**
     * Copies windows of {@code runs} runs each, {@code step} apart, the first of which starts at {@code from}, one after
     * the other to {@code at}.
     */
    static void windows(
            int count, int runs, int run, float[] src, int from, int step, int runStride, float[] out, int at) {
        for (int window = 0; window < count; window++) {
            int read = from + window * step;
            for (int r = 0; r < runs; r++) {
                for (int i = 0; i < run; i += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, src, read + i).intoArray(out, at + i);
                }
                read += runStride;
                at += run;
            }
        }
    }

    /**
     * Copies runs of {@code n} floats in whole vectors: up to a vector beyond the end of each is read and overwritten, before the
     * next one comes.
     */
    static void runs(int count, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        if (n <= Lanes.COUNT) {
            for (int r = 0; r < count; r++) {
                FloatVector.fromArray(Lanes.FLOATS, from, offset + r * stride).intoArray(to, toOffset + r * toStride);
            }
            return;
        }
        for (int r = 0; r < count; r++) {
            int read = offset + r * stride;
            int write = toOffset + r * toStride;
            for (int i = 0; i < n; i += Lanes.COUNT) {
                FloatVector.fromArray(Lanes.FLOATS, from, read + i).intoArray(to, write + i);
            }
        }
    }

    /**
     * Copies rows of {@code n} floats, a vector or more, to rows {@code toStride} apart, with zeros from each to where the next begins,
     * and up to a vector further. The last vector of a row lies over the one before.
     */
    static void rows(int count, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        int last = n - Lanes.COUNT;
        for (int r = 0; r < count; r++) {
            int read = offset + r * stride;
            int write = toOffset + r * toStride;
            for (int i = 0; i < last; i += Lanes.COUNT) {
                FloatVector.fromArray(Lanes.FLOATS, from, read + i).intoArray(to, write + i);
            }
            FloatVector.fromArray(Lanes.FLOATS, from, read + last).intoArray(to, write + last);
            for (int i = n; i < toStride; i += Lanes.COUNT) {
                FloatVector.zero(Lanes.FLOATS).intoArray(to, write + i);
            }
        }
    }

    /**
     * Copies lines of 16 floats, those of a row {@code step} floats apart, and zeros beside them: lines {@code first} to {@code end} of
     * {@code columns}.
     *
     * @param offset the first line that is copied; where there is none, it may lie outside
     * @param stride from there to the next row's
     */
    static void lines(
            int rows,
            int columns,
            int first,
            int end,
            float[] from,
            int offset,
            int stride,
            int step,
            float[] to,
            int toOffset) {
        for (int r = 0; r < rows; r++) {
            int write = toOffset + r * columns * LINE;
            int copied = write + first * LINE;
            for (int i = write; i < copied; i += Lanes.COUNT) {
                FloatVector.zero(Lanes.FLOATS).intoArray(to, i);
            }
            for (int j = 0; j < end - first; j++) {
                int read = offset + r * stride + j * step;
                for (int i = 0; i < LINE; i += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, from, read + i).intoArray(to, copied + j * LINE + i);
                }
            }
            for (int i = write + end * LINE; i < write + columns * LINE; i += Lanes.COUNT) {
                FloatVector.zero(Lanes.FLOATS).intoArray(to, i);
            }
        }
    }
}
