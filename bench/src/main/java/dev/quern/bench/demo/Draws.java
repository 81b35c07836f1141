// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.random.CounterRandom;

/**
 * The random numbers of one image, one after the other from {@link CounterRandom}: what is drawn for an image does not
 * depend on what was drawn for another. All of it is integer arithmetic and exact scaling, so every JDK draws the same.
 */
final class Draws {
    private final long seed;
    private final long stream;
    private long next;

    /** Starts the numbers of a seed, a split and an image. */
    Draws(long seed, int split, int image) {
        this.seed = seed;
        this.stream = (long) split << 32 | image;
    }

    private long bits() {
        long at = next++;
        return CounterRandom.bits(seed, stream, at >>> 1, (int) (at & 1));
    }

    /** The next number of {@code [from, to)}, uniformly. */
    double uniform(double from, double to) {
        return from + (to - from) * ((bits() >>> 11) * 0x1p-53);
    }

    /** The next integer of {@code [0, bound)}; the bias of the scaling, {@code bound / 2^63}, does not matter here. */
    int below(int bound) {
        return (int) Math.multiplyHigh(bits() >>> 1, (long) bound << 1);
    }

    /** The next number of about normal shape: four 16-bit numbers summed, scaled to mean 0 and variance 1. */
    double bell() {
        long bits = bits();
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        // Four uniforms of variance 1/12 each: standard deviation 1/sqrt(3).
        return (sum * 0x1p-16 - 2) * 1.7320508075688772;
    }
}
