// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.random;

/** The loop of {@link Dropout} in plain Java. */
final class DropoutScalar {
    private static final int BLOCKS = 16;

    private DropoutScalar() {}

    /** Elements {@code first}, a multiple of 64, to {@code end}; the first {@code dropped} of 2²⁴ draws drop theirs. */
    static void apply(
            int dropped,
            float scale,
            long seed,
            long stream,
            long step,
            int first,
            int end,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset) {
        for (int group = first; group < end; group += Dropout.GROUP) {
            for (int i = 0; i < BLOCKS; i++) {
                long block = (step << 32) + group / (Dropout.GROUP / BLOCKS) + i;
                int e = group + i % 8 * 2 + i / 8;
                for (int half = 0; half < 2 && e < end; half++, e += 2 * BLOCKS) {
                    long pair = CounterRandom.bits(seed, stream, block, half);
                    y[yOffset + e] = (int) pair >>> 8 < dropped ? 0f : x[xOffset + e] * scale;
                    int next = e + BLOCKS;
                    if (next < end) {
                        y[yOffset + next] = pair >>> 40 < dropped ? 0f : x[xOffset + next] * scale;
                    }
                }
            }
        }
    }
}
