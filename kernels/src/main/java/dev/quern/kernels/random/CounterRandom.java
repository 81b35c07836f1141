// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.random;

import dev.quern.kernels.check.Check;
import java.util.Objects;

/**
 * Random numbers as a pure function of (seed, stream, element): no state, so any element can be had at any time, in any
 * order, by any thread, and is the same everywhere. Use one stream for each purpose (a layer's weights, an epoch's
 * shuffle) and elements as indices within it.
 *
 * <p>The function is Philox-4×32-10 of J. Salmon, M. Moraes, R. Dror and D. Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011. The key is the seed (low word first), the counter is the element's block (two words) and the stream
 * (two words); the four words of a block are its elements {@code 4·block … 4·block + 3}.
 */
public final class CounterRandom {
    static final int ROUNDS = 10;
    static final long MULTIPLIER_0 = 0xD2511F53L;
    static final long MULTIPLIER_1 = 0xCD9E8D57L;
    static final int KEY_STEP_0 = 0x9E3779B9;
    static final int KEY_STEP_1 = 0xBB67AE85;
    static final long LOW_WORD = 0xFFFFFFFFL;

    private CounterRandom() {}

    /**
     * Half a block of random bits.
     *
     * @param half 0 for the block's words 0 (low) and 1 (high), 1 for its words 2 and 3
     * @throws IllegalArgumentException when {@code half} is neither
     */
    public static long bits(long seed, long stream, long block, int half) {
        if (half != 0 && half != 1) {
            throw new IllegalArgumentException("half = " + half + ", allowed: 0 or 1");
        }
        long word0 = block & LOW_WORD;
        long word1 = block >>> 32;
        long word2 = stream & LOW_WORD;
        long word3 = stream >>> 32;
        int key0 = (int) seed;
        int key1 = (int) (seed >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * word0;
            long product1 = MULTIPLIER_1 * word2;
            word0 = (product1 >>> 32) ^ word1 ^ (key0 & LOW_WORD);
            word1 = product1 & LOW_WORD;
            word2 = (product0 >>> 32) ^ word3 ^ (key1 & LOW_WORD);
            word3 = product0 & LOW_WORD;
            key0 += KEY_STEP_0;
            key1 += KEY_STEP_1;
        }
        return half == 0 ? word0 | word1 << 32 : word2 | word3 << 32;
    }

    /** One element's 32 random bits. */
    public static int bits(long seed, long stream, long element) {
        long pair = bits(seed, stream, element >>> 2, (int) (element >>> 1) & 1);
        return (int) ((element & 1) == 0 ? pair : pair >>> 32);
    }

    /** One element as a number in [0, 1): a multiple of 2⁻²⁴, all equally likely. */
    public static float uniform(long seed, long stream, long element) {
        return unit(bits(seed, stream, element));
    }

    /**
     * Fills {@code out[offset … offset + n)} with {@code low + u·(high - low)}, one FMA, where {@code u} is
     * {@link #uniform} of the elements {@code 0 … n-1}. Values lie in [low, high]; {@code high} itself only by rounding.
     *
     * @throws IllegalArgumentException when {@code n < 0}, {@code low > high}, or {@code high - low} is not finite
     * @throws IndexOutOfBoundsException when {@code out} does not hold {@code n} elements from {@code offset} on
     */
    public static void fillUniform(long seed, long stream, int n, float low, float high, float[] out, int offset) {
        Check.notNegative("n", n);
        float span = high - low;
        if (!(span >= 0 && span < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "low = " + low + ", high = " + high + ", allowed: finite, low not above high");
        }
        Check.range("out", out, offset, n);
        for (int i = 0; i < n; i += 2) {
            long pair = bits(seed, stream, i >>> 2, (i >>> 1) & 1);
            out[offset + i] = Math.fma(unit((int) pair), span, low);
            if (i + 1 < n) {
                out[offset + i + 1] = Math.fma(unit((int) (pair >>> 32)), span, low);
            }
        }
    }

    /**
     * Fills {@code out[offset … offset + n)} with normally distributed numbers by the formula of G. Box and M. Muller
     * ("A note on the generation of random normal deviates", 1958): the elements 2k and 2k + 1, with {@code a} and {@code
     * b} their 32 random bits as whole numbers from 0 on, are {@code mean + deviation·r·cos φ} and {@code mean +
     * deviation·r·sin φ} where {@code r = √(-2·ln((a + 1)·2⁻³²))} and {@code φ = 2π·b·2⁻³²}. All is computed in double with
     * {@link StrictMath}, multiplied from left to right, and rounded to float once. No value is further from the mean
     * than 6.67 deviations.
     *
     * @throws IllegalArgumentException when {@code n < 0}, mean is not finite, or deviation is negative or not finite
     * @throws IndexOutOfBoundsException when {@code out} does not hold {@code n} elements from {@code offset} on
     */
    public static void fillNormal(long seed, long stream, int n, float mean, float deviation, float[] out, int offset) {
        Check.notNegative("n", n);
        if (!Float.isFinite(mean) || !(deviation >= 0 && deviation <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "mean = " + mean + ", deviation = " + deviation + ", allowed: finite, deviation not negative");
        }
        Check.range("out", out, offset, n);
        for (int i = 0; i < n; i += 2) {
            long pair = bits(seed, stream, i >>> 2, (i >>> 1) & 1);
            double radius = Math.sqrt(-2 * StrictMath.log(((pair & LOW_WORD) + 1) * 0x1p-32));
            double angle = 2 * StrictMath.PI * ((pair >>> 32) * 0x1p-32);
            out[offset + i] = (float) (mean + deviation * radius * StrictMath.cos(angle));
            if (i + 1 < n) {
                out[offset + i + 1] = (float) (mean + deviation * radius * StrictMath.sin(angle));
            }
        }
    }

    /**
     * Puts {@code indices} into a random order (Fisher and Yates, in Durstenfeld's form: R. Durstenfeld, "Algorithm
     * 235", CACM 1964). Step {@code i}, from the last index down to 1, draws its partner from element {@code i}; no
     * place is likelier than another by more than {@code (i + 1) / 2³²} of its chance.
     */
    public static void shuffle(long seed, long stream, int[] indices) {
        Objects.requireNonNull(indices, "indices");
        for (int i = indices.length - 1; i > 0; i--) {
            int j = (int) ((bits(seed, stream, i) & LOW_WORD) * (i + 1L) >>> 32);
            int moved = indices[i];
            indices[i] = indices[j];
            indices[j] = moved;
        }
    }

    private static float unit(int bits) {
        return (bits >>> 8) * 0x1p-24f;
    }
}
