// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import java.util.SplittableRandom;

/** Values to test with, the same for the same seed. */
public final class Data {
    private static final float[] ODD = {
        0f,
        -0f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        1.2e-39f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE
    };

    private Data() {}

    /** Uniform in [-1, 1). */
    public static float[] uniform(long n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(n)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    /** Whole numbers from -4 to 4: sums of up to a million products of them are exact in any order. */
    public static float[] whole(long n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[Math.toIntExact(n)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-4, 5);
        }
        return values;
    }

    /** Uniform, but about one value in {@code every} is a zero of either sign, a denormal, an infinity, NaN or huge. */
    public static float[] odd(long n, int every, long seed) {
        var random = new SplittableRandom(~seed);
        float[] values = uniform(n, seed);
        for (int i = 0; i < values.length; i++) {
            if (random.nextInt(every) == 0) {
                values[i] = ODD[random.nextInt(ODD.length)];
            }
        }
        return values;
    }
}
