// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.random.CounterRandom;

/** Dropout element by element: where its random number lies, and what becomes of it. */
public final class ReferenceDropout {
    private ReferenceDropout() {}

    /** One element; its random number is a word of the generator, which has tests of its own. */
    public static float element(float rate, long seed, long stream, long step, int e, float x) {
        int word = e % 64 / 16;
        int inWord = e % 16;
        long block = step * 4294967296L + e / 64 * 16 + inWord % 2 * 8 + inWord / 2;
        long pair = CounterRandom.bits(seed, stream, block, word / 2);
        long bits = word % 2 == 0 ? pair & 0xFFFFFFFFL : pair >>> 32;
        // In double both sides are exact.
        boolean dropped = bits / 256 < rate * 16777216.0;
        return dropped ? 0f : x * (1f / (1f - rate));
    }
}
