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
