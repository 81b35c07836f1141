// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.SplittableRandom;

/** The numbers that all contestants compute with. */
public final class Inputs {
    private Inputs() {}

    /** Uniform in [-0.5, 0.5), the same for the same seed. */
    public static float[] uniform(int n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** {@link #uniform}, each value times a factor. */
    public static float[] uniform(int n, long seed, float factor) {
        float[] values = uniform(n, seed);
        for (int i = 0; i < n; i++) {
            values[i] *= factor;
        }
        return values;
    }

    /** {@code name = text but must look like form}, as the one sentence about a name that does not parse. */
    static IllegalArgumentException unknown(String kind, String text, String form) {
        return new IllegalArgumentException(kind + " case = " + text + " but must look like " + form);
    }
}
