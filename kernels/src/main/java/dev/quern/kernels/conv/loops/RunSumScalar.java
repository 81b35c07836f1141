// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** Adds runs of columns to the gradient of a source. */
public final class RunSumScalar {
    private RunSumScalar() {}

    /** Adds elements {@code [first, n)} of each of {@code count} runs, which belong to places that do not overlap. */
    public static void apart(
            int count, int first, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        for (int r = 0; r < count; r++) {
            for (int i = first; i < n; i++) {
                to[toOffset + r * toStride + i] += from[offset + r * stride + i];
            }
        }
    }

    /**
     * Adds to each of {@code count} runs, {@code toStride} apart, elements {@code [first, n)} of three: the first of a run's three
     * is {@code stride} behind that of the run before, the second {@code step} before the first, the third as far again.
     */
    public static void three(
            int count,
            int first,
            int n,
            float[] from,
            int offset,
            int stride,
            int step,
            float[] to,
            int toOffset,
            int toStride) {
        for (int r = 0; r < count; r++) {
            int read = offset + r * stride;
            int at = toOffset + r * toStride;
            for (int i = first; i < n; i++) {
                to[at + i] = to[at + i] + from[read + i] + from[read - step + i] + from[read - 2 * step + i];
            }
        }
    }

    /** Writes the sum of +0 and elements {@code [first, n)} of each run. */
    public static void place(
            int count, int first, int n, float[] from, int offset, int stride, float[] to, int toOffset, int toStride) {
        for (int r = 0; r < count; r++) {
            for (int i = first; i < n; i++) {
                to[toOffset + r * toStride + i] = 0f + from[offset + r * stride + i];
            }
        }
    }

    /**
     * Adds windows of {@code runs} runs each, the last window first: they may overlap, and a later one sees a place with an
     * earlier tap.
     */
    public static void windows(
            int count,
            int runs,
            int n,
            float[] from,
            int offset,
            int stride,
            float[] to,
            int toOffset,
            int toStep,
            int toStride) {
        for (int window = count - 1; window >= 0; window--) {
            apart(runs, 0, n, from, offset + window * stride, n, to, toOffset + window * toStep, toStride);
        }
    }
}
