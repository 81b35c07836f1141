// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.random.CounterRandom;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The generator is Philox, and a pure function of seed, stream and element. */
class CounterRandomProperties {
    @Test
    void blocksAreThoseThatTheAuthorsPublish() {
        // philox4x32-10 lines of the known-answer file in the Random123 distribution.
        block(0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        block(-1, -1, -1, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        block(
                0x299f31d0_a4093822L,
                0x03707344_13198a2eL,
                0x85a308d3_243f6a88L,
                0xd16cfe09,
                0x94fdcceb,
                0x5001e420,
                0x24126ea1);
    }

    @Property(tries = 200)
    void elementsAreTheWordsOfBlocks(@ForAll long seed, @ForAll long stream, @ForAll @IntRange(min = 0) int block) {
        for (int word = 0; word < 4; word++) {
            long half = CounterRandom.bits(seed, stream, block, word / 2);
            int expected = (int) (word % 2 == 0 ? half : half >>> 32);
            int bits = CounterRandom.bits(seed, stream, 4L * block + word);
            assertEquals(expected, bits);
            assertEquals((bits >>> 8) / 16777216f, CounterRandom.uniform(seed, stream, 4L * block + word));
        }
    }

    @Property(tries = 200)
    void fillingIsElementWiseAndTouchesNothingElse(
            @ForAll long seed, @ForAll long stream, @ForAll @IntRange(min = 0, max = 41) int n) {
        float[] out = new float[n + 10];
        Arrays.fill(out, 77f);
        CounterRandom.fillUniform(seed, stream, n, -0.5f, 0.25f, out, 5);
        for (int i = 0; i < out.length; i++) {
            boolean inside = i >= 5 && i < n + 5;
            float u = CounterRandom.uniform(seed, stream, i - 5L);
            assertEquals(inside ? Math.fma(u, 0.75f, -0.5f) : 77f, out[i]);
            assertTrue(!inside || (out[i] >= -0.5f && out[i] <= 0.25f));
        }
    }

    @Property(tries = 100)
    void shufflingIsAPermutationThatSeedAndStreamDecide(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 300) int n) {
        int[] ordered = IntStream.range(0, n).toArray();
        int[] first = ordered.clone();
        CounterRandom.shuffle(seed, 3, first);
        int[] again = ordered.clone();
        CounterRandom.shuffle(seed, 3, again);
        assertArrayEquals(first, again);
        assertArrayEquals(ordered, Arrays.stream(first).sorted().toArray());
        if (n > 30) {
            int[] other = ordered.clone();
            CounterRandom.shuffle(seed, 4, other);
            assertNotEquals(Arrays.toString(first), Arrays.toString(other));
            assertNotEquals(Arrays.toString(first), Arrays.toString(ordered));
        }
    }

    @Test
    void everyOrderOfThreeIsAsLikely() {
        int[] count = new int[9];
        for (int stream = 0; stream < 6_000; stream++) {
            int[] order = {0, 1, 2};
            CounterRandom.shuffle(7, stream, order);
            count[3 * order[0] + order[1]]++;
        }
        assertEquals(6, Arrays.stream(count).filter(c -> c > 900 && c < 1100).count(), Arrays.toString(count));
    }

    @Test
    void meanAndVarianceAreThoseOfTheUniform() {
        float[] u = new float[1 << 18];
        CounterRandom.fillUniform(1, 2, u.length, 0, 1, u, 0);
        double mean = 0;
        double square = 0;
        for (float x : u) {
            mean += x / (double) u.length;
            square += x * (double) x / u.length;
        }
        assertEquals(0.5, mean, 0.003);
        assertEquals(1 / 12.0, square - mean * mean, 0.001);
    }

    @Property(tries = 200)
    void normalNumbersFollowBoxAndMuller(@ForAll long seed, @ForAll @IntRange(max = 40) int n) {
        float[] out = new float[n + 2];
        Arrays.fill(out, 7f);
        CounterRandom.fillNormal(seed, 3, n, 0.5f, 2f, out, 1);
        for (int i = 0; i < n; i++) {
            long a = CounterRandom.bits(seed, 3, i & ~1L) & 0xFFFFFFFFL;
            long b = CounterRandom.bits(seed, 3, i | 1L) & 0xFFFFFFFFL;
            double radius = Math.sqrt(-2 * StrictMath.log((a + 1) / 4294967296.0));
            double angle = 2 * StrictMath.PI * (b / 4294967296.0);
            double side = i % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle);
            assertEquals((float) (0.5 + 2 * radius * side), out[1 + i]);
        }
        assertEquals(7f, out[0]);
        assertEquals(7f, out[n + 1]);
    }

    @Test
    void normalNumbersHaveTheMomentsOfTheNormalDistribution() {
        float[] z = new float[1 << 18];
        CounterRandom.fillNormal(1, 2, z.length, 0f, 1f, z, 0);
        double mean = 0;
        double square = 0;
        double fourth = 0;
        int beyond = 0;
        for (double x : z) {
            mean += x / z.length;
            square += x * x / z.length;
            fourth += x * x * x * x / z.length;
            beyond += Math.abs(x) > 1.959964 ? 1 : 0;
        }
        assertEquals(0, mean, 0.01);
        assertEquals(1, square, 0.01);
        assertEquals(3, fourth, 0.1);
        assertEquals(0.05, (double) beyond / z.length, 0.002);
    }

    @Test
    void badInputIsNamed() {
        float[] out = new float[4];
        refusesNormal("mean = NaN", 4, Float.NaN, 1, out);
        refusesNormal("deviation = -1.0", 4, 0, -1, out);
        refusesNormal("deviation = Infinity", 4, 0, Float.POSITIVE_INFINITY, out);
        refusesNormal("n = -1", -1, 0, 1, out);
        assertThrows(IndexOutOfBoundsException.class, () -> CounterRandom.fillNormal(1, 1, 5, 0, 1, out, 0));
        assertThrows(NullPointerException.class, () -> CounterRandom.fillNormal(1, 1, 5, 0, 1, null, 0));
        refuses("low = 1.0, high = 0.0", 4, 1, 0, out);
        refuses("low = NaN", 4, Float.NaN, 0, out);
        refuses("high = 3.4028235E38", 4, -Float.MAX_VALUE, Float.MAX_VALUE, out);
        refuses("n = -1", -1, 0, 1, out);
        assertThrows(IndexOutOfBoundsException.class, () -> CounterRandom.fillUniform(1, 1, 5, 0, 1, out, 0));
        assertThrows(NullPointerException.class, () -> CounterRandom.fillUniform(1, 1, 5, 0, 1, null, 0));
        assertThrows(NullPointerException.class, () -> CounterRandom.shuffle(1, 1, null));
        assertThrows(IllegalArgumentException.class, () -> CounterRandom.bits(1, 1, 1, 2));
        assertArrayEquals(new float[4], out);
    }

    private static void refuses(String part, int n, float low, float high, float[] out) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> CounterRandom.fillUniform(1, 1, n, low, high, out, 0))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void refusesNormal(String part, int n, float mean, float deviation, float[] out) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> CounterRandom.fillNormal(1, 1, n, mean, deviation, out, 0))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void block(long seed, long stream, long block, int w0, int w1, int w2, int w3) {
        assertEquals((w0 & 0xFFFFFFFFL) | (long) w1 << 32, CounterRandom.bits(seed, stream, block, 0));
        assertEquals((w2 & 0xFFFFFFFFL) | (long) w3 << 32, CounterRandom.bits(seed, stream, block, 1));
    }
}
