// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

/**
 * Random numbers by counting: draw {@code i} of a key is a function of the key and {@code i} alone, so what is drawn
 * for one image or one epoch does not depend on what was drawn before it. The function is the 64-bit finaliser of
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014); all of it is integer
 * arithmetic and exact scaling, so every JDK draws the same.
 */
final class Draws {
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final long key;
    private long next;

    /** Starts the stream of a seed, a purpose (so that two uses of one seed do not share numbers) and an index. */
    Draws(long seed, long purpose, long index) {
        key = mix(mix(mix(seed + STEP) + purpose * STEP) + index * STEP);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The next 64 bits. */
    long bits() {
        return mix(key + ++next * STEP);
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

    /** The numbers {@code 0 … n-1} in an order drawn from this stream. */
    int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
