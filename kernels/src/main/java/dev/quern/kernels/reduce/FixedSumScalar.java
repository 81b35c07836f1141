// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.reduce;

import static dev.quern.kernels.reduce.FixedSum.CHUNK;
import static dev.quern.kernels.reduce.FixedSum.LANES;

/** {@link FixedSum} in plain Java. */
final class FixedSumScalar {
    private FixedSumScalar() {}

    static float sum(int n, float[] x, int offset, int stride) {
        float sum = 0f;
        for (int done = 0; done < n; done += CHUNK) {
            int terms = Math.min(CHUNK, n - done);
            int start = offset + done * stride;
            // Folding ends with lane 0 + lane 1, and before that even lanes meet even lanes only.
            sum += everySecondLane(terms, x, start, stride) + everySecondLane(terms - 1, x, start + stride, stride);
        }
        return sum;
    }

    /** Lanes 0, 2, … 14 of the {@code n} terms from {@code start} on, folded down to one. Eight chains run side by side. */
    private static float everySecondLane(int n, float[] x, int start, int stride) {
        float a0 = 0f, a1 = 0f, a2 = 0f, a3 = 0f, a4 = 0f, a5 = 0f, a6 = 0f, a7 = 0f;
        int step = 2 * stride;
        int i = 0;
        int at = start;
        for (; i <= n - (LANES - 1); i += LANES, at += LANES * stride) {
            a0 += x[at];
            a1 += x[at + step];
            a2 += x[at + 2 * step];
            a3 += x[at + 3 * step];
            a4 += x[at + 4 * step];
            a5 += x[at + 5 * step];
            a6 += x[at + 6 * step];
            a7 += x[at + 7 * step];
        }
        int left = n - i;
        a0 += left > 0 ? x[at] : 0f;
        a1 += left > 2 ? x[at + step] : 0f;
        a2 += left > 4 ? x[at + 2 * step] : 0f;
        a3 += left > 6 ? x[at + 3 * step] : 0f;
        a4 += left > 8 ? x[at + 4 * step] : 0f;
        a5 += left > 10 ? x[at + 5 * step] : 0f;
        a6 += left > 12 ? x[at + 6 * step] : 0f;
        return ((a0 + a4) + (a2 + a6)) + ((a1 + a5) + (a3 + a7));
    }

    static void addColumnSums(int rows, int columns, float[] x, int offset, int rowStride, float[] out, int outOffset) {
        for (int j = 0; j < columns; j++) {
            out[outOffset + j] += sum(rows, x, offset + j, rowStride);
        }
    }
}
