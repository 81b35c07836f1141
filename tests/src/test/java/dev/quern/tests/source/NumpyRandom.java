// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

/**
 * The normal random numbers that {@code numpy.random.seed(n)} and {@code numpy.random.randn} have given since NumPy 1.0:
 * the Mersenne Twister MT19937 of M. Matsumoto and T. Nishimura (1998), and G. Marsaglia's polar method. So a text's
 * printed numbers can be had again.
 */
final class NumpyRandom {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next = N;
    private double second = Double.NaN;

    NumpyRandom(int seed) {
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    private int bits() {
        if (next == N) {
            for (int i = 0; i < N; i++) {
                int joined = state[i] & 0x80000000 | state[(i + 1) % N] & 0x7fffffff;
                state[i] = state[(i + M) % N] ^ joined >>> 1 ^ ((joined & 1) == 0 ? 0 : 0x9908b0df);
            }
            next = 0;
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    private double uniform() {
        long high = bits() >>> 5;
        return (high * 67108864.0 + (bits() >>> 6)) / 9007199254740992.0;
    }

    private double normal() {
        if (!Double.isNaN(second)) {
            double kept = second;
            second = Double.NaN;
            return kept;
        }
        double x;
        double y;
        double square;
        do {
            x = 2 * uniform() - 1;
            y = 2 * uniform() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
        second = factor * x;
        return factor * y;
    }

    /** As many as fill this shape, as floats. */
    float[] randn(int... shape) {
        int n = 1;
        for (int dimension : shape) {
            n *= dimension;
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) normal();
        }
        return values;
    }
}
