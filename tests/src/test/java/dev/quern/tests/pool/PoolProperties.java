// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;
import dev.quern.tests.reference.ReferencePool;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Test;

/** Pooling has the bits of its definition, in both layouts, on any number of threads, inside guard bands. */
class PoolProperties {
    private static final int GUARD = 19;
    private static final float CANARY = -12345.5f;
    private static final WorkerPool THREE = new WorkerPool(3);

    @AfterContainer
    static void closePool() {
        THREE.close();
    }

    @Tag("deep")
    @Property(tries = 400)
    void maxForwardAndBackwardEqualTheDefinition(@ForAll("shapes") ReferencePool r, @ForAll long seed) {
        PoolShape s = shape(r);
        float[] src = odd(s.sourceElements(), seed);
        float[] diffDst = reals(s.destinationElements(), seed + 1);
        float[] dst = new float[s.destinationElements()];
        int[] argmax = new int[s.destinationElements()];
        r.max(src, dst, argmax);
        float[] diffSrc = new float[s.sourceElements()];
        r.maxBackward(argmax, diffDst, diffSrc);
        float[] toAll = new float[s.sourceElements()];
        r.maxBackwardToAll(src, dst, diffDst, toAll);

        for (WorkerPool pool : new WorkerPool[] {WorkerPool.CALLER, THREE}) {
            float[] out = guarded(dst.length);
            int[] places = new int[argmax.length + 2 * GUARD];
            MaxPool.forward(s, src, 0, out, GUARD, places, GUARD, pool);
            assertGuarded(dst, out);
            assertArrayEquals(argmax, Arrays.copyOfRange(places, GUARD, GUARD + argmax.length));
            assertEquals(0, Arrays.stream(places, 0, GUARD).sum());
            assertEquals(
                    0,
                    Arrays.stream(places, GUARD + argmax.length, places.length).sum());

            float[] withoutPlaces = guarded(dst.length);
            MaxPool.forward(s, src, 0, withoutPlaces, GUARD, pool);
            assertGuarded(dst, withoutPlaces);

            float[] back = guarded(diffSrc.length);
            MaxPool.backward(s, places, GUARD, diffDst, 0, back, GUARD, pool);
            assertGuarded(diffSrc, back);

            float[] backToAll = guarded(diffSrc.length);
            MaxPool.backwardToEveryMaximum(s, src, 0, out, GUARD, diffDst, 0, backToAll, GUARD, pool);
            assertGuarded(toAll, backToAll);
        }
    }

    @Tag("deep")
    @Property(tries = 400)
    void averageForwardAndBackwardEqualTheDefinition(
            @ForAll("shapes") ReferencePool r, @ForAll boolean includePad, @ForAll long seed) {
        PoolShape s = shape(r);
        float[] src = reals(s.sourceElements(), seed);
        float[] diffDst = odd(s.destinationElements(), seed + 1);
        float[] dst = new float[s.destinationElements()];
        r.average(includePad, src, dst);
        float[] diffSrc = new float[s.sourceElements()];
        r.averageBackward(includePad, diffDst, diffSrc);
        for (WorkerPool pool : new WorkerPool[] {WorkerPool.CALLER, THREE}) {
            float[] out = guarded(dst.length);
            AvgPool.forward(s, includePad, src, 0, out, GUARD, pool);
            assertGuarded(dst, out);
            float[] back = guarded(diffSrc.length);
            AvgPool.backward(s, includePad, diffDst, 0, back, GUARD, pool);
            assertGuarded(diffSrc, back);
        }
    }

    @Tag("deep")
    @Property(tries = 300)
    void manyChannelsEqualTheDefinition(
            @ForAll("manyChannels") ReferencePool r, @ForAll boolean includePad, @ForAll long seed) {
        maxForwardAndBackwardEqualTheDefinition(r, seed);
        averageForwardAndBackwardEqualTheDefinition(r, includePad, seed);
    }

    @Tag("deep")
    @Property(tries = 300)
    void anyPlacesAndOddGradientsEqualTheDefinition(@ForAll("shapes") ReferencePool r, @ForAll long seed) {
        assertAnyPlaces(r, seed);
    }

    @Tag("deep")
    @Property(tries = 200)
    void anyPlacesAndOddGradientsOfManyChannels(@ForAll("manyChannels") ReferencePool r, @ForAll long seed) {
        assertAnyPlaces(r, seed);
    }

    @Tag("deep")
    @Property(tries = 300)
    void planesOfEvenWidthEqualTheDefinition(
            @ForAll("evenPlanes") ReferencePool r, @ForAll boolean includePad, @ForAll long seed) {
        maxForwardAndBackwardEqualTheDefinition(r, seed);
        averageForwardAndBackwardEqualTheDefinition(r, includePad, seed);
        assertAnyPlaces(r, seed);
    }

    /** Backward with places in and outside their windows. */
    private static void assertAnyPlaces(ReferencePool r, long seed) {
        PoolShape s = shape(r);
        var random = new Random(seed);
        int[] argmax = new int[s.destinationElements()];
        for (int i = 0; i < argmax.length; i++) {
            argmax[i] = random.nextInt(s.height() * s.width());
        }
        float[] diffDst = odd(argmax.length, seed + 1);
        float[] diffSrc = new float[s.sourceElements()];
        r.maxBackward(argmax, diffDst, diffSrc);
        float[] back = guarded(diffSrc.length);
        MaxPool.backward(s, argmax, 0, diffDst, 0, back, GUARD, WorkerPool.CALLER);
        assertGuarded(diffSrc, back);
    }

    @Property(tries = 300)
    void outputSizesFollowTheRule(@ForAll("shapes") ReferencePool r) {
        PoolShape s = shape(r);
        assertEquals(r.outHeight(), s.outHeight(), s.toString());
        assertEquals(r.outWidth(), s.outWidth(), s.toString());
        assertEquals(r.batch() * r.height() * r.width() * r.channels(), s.sourceElements());
        assertEquals(r.batch() * r.outHeight() * r.outWidth() * r.channels(), s.destinationElements());
    }

    @Test
    void ceilModeAddsTheWindowThatStartsInTheSourceAndNoOther() {
        PoolShape s = PoolShape.of(Layout.NHWC, 1, 5, 4, 1, 2, 2).withCeilMode(true);
        assertEquals(3, s.outHeight());
        assertEquals(2, s.outWidth());
        // Rounding up alone would give a third window, from row 4 of 4 on: it would lie in the padding.
        PoolShape padded =
                PoolShape.of(Layout.NHWC, 1, 4, 4, 1, 3, 3).withStrides(2, 4).withPadding(0, 2, 0, 2);
        assertEquals(2, padded.withCeilMode(true).outHeight());
        assertEquals(1, padded.withCeilMode(true).outWidth());
    }

    @Test
    void paddingIsCountedOnRequestButNothingBeyondIt() {
        // Windows of 2 over a row of four ones with one element of padding before it: [pad 1] [1 1] [1 beyond].
        // Padding counts where it is asked for; what ceil mode reaches beyond the row's end never does.
        PoolShape s = PoolShape.of(Layout.NCHW, 1, 1, 4, 1, 1, 2)
                .withPadding(0, 0, 1, 0)
                .withCeilMode(true);
        float[] src = {1, 1, 1, 1};
        float[] dst = new float[s.destinationElements()];
        AvgPool.forward(s, true, src, 0, dst, 0, WorkerPool.CALLER);
        assertArrayEquals(new float[] {0.5f, 1, 1}, dst);
        AvgPool.forward(s, false, src, 0, dst, 0, WorkerPool.CALLER);
        assertArrayEquals(new float[] {1, 1, 1}, dst);
    }

    @Test
    void theFirstNaNWinsAndPlusZeroBeatsMinusZero() {
        PoolShape s = PoolShape.of(Layout.NCHW, 1, 2, 6, 1, 2, 2);
        float nan = Float.NaN;
        float[] src = {-0f, 0f, 5, nan, -3, -3, 0f, -0f, nan, 9, -3, -3};
        float[] dst = new float[3];
        int[] argmax = new int[3];
        MaxPool.forward(s, src, 0, dst, 0, argmax, 0, WorkerPool.CALLER);
        assertArrayEquals(new float[] {0f, nan, -3}, dst);
        assertArrayEquals(new int[] {1, 3, 4}, argmax);
    }

    @Test
    void aPlaneThatIsOneWindowHasTheBitsOfItsDefinition() {
        for (int channels : new int[] {1, 7, 8, 19}) {
            var r = new ReferencePool(
                    Layout.NCHW,
                    2,
                    7,
                    11,
                    channels,
                    new int[] {8, 11},
                    new int[] {1, 1},
                    new int[] {1, 0, 0, 0},
                    false);
            PoolShape s = shape(r);
            float[] dst = new float[s.destinationElements()];
            float[] out = guarded(dst.length);
            float[] src = odd(s.sourceElements(), channels);
            r.max(src, dst, new int[dst.length]);
            MaxPool.forward(s, src, 0, out, GUARD, THREE);
            assertGuarded(dst, out);
            float[] sums = reals(s.sourceElements(), channels);
            for (boolean includePad : new boolean[] {false, true}) {
                r.average(includePad, sums, dst);
                AvgPool.forward(s, includePad, sums, 0, out, GUARD, WorkerPool.CALLER);
                assertGuarded(dst, out);
            }
        }
    }

    @Test
    void theGradientOfAPlaneThatIsOneWindowHasTheBitsOfItsDefinition() {
        for (int channels : new int[] {1, 7, 64}) {
            for (Layout layout : Layout.values()) {
                var r = new ReferencePool(
                        layout, 2, 7, 11, channels, new int[] {8, 11}, new int[] {1, 1}, new int[] {1, 0, 0, 0}, false);
                PoolShape s = shape(r);
                for (boolean includePad : new boolean[] {false, true}) {
                    float[] diffDst = odd(s.destinationElements(), channels);
                    float[] diffSrc = new float[s.sourceElements()];
                    r.averageBackward(includePad, diffDst, diffSrc);
                    float[] out = guarded(diffSrc.length);
                    AvgPool.backward(s, includePad, diffDst, 0, out, GUARD, THREE);
                    assertGuarded(diffSrc, out);
                }
            }
        }
    }

    @Test
    void everyMaximumGetsTheWholeGradient() {
        PoolShape s = PoolShape.of(Layout.NCHW, 1, 2, 2, 1, 2, 2);
        float[] diffSrc = new float[4];
        MaxPool.backwardToEveryMaximum(
                s, new float[] {1, 2, 2, 0}, 0, new float[] {2}, 0, new float[] {7}, 0, diffSrc, 0, WorkerPool.CALLER);
        assertArrayEquals(new float[] {0, 7, 7, 0}, diffSrc);
    }

    @Test
    void anEmptyBatchIsNothingToDo() {
        PoolShape s = PoolShape.of(Layout.NHWC, 0, 4, 4, 3, 2, 2);
        MaxPool.forward(s, new float[0], 0, new float[0], 0, new int[0], 0, WorkerPool.CALLER);
        AvgPool.backward(s, true, new float[0], 0, new float[0], 0, THREE);
    }

    @Provide
    Arbitrary<ReferencePool> shapes() {
        Arbitrary<Layout> layouts = Arbitraries.of(Layout.class);
        Arbitrary<Integer> channels = Arbitraries.of(0, 1, 2, 3, 6, 7, 8, 9, 15, 16, 17, 20, 31, 33, 48);
        return Combinators.combine(layouts, Arbitraries.integers().between(0, 3), channels, Arbitraries.longs())
                .as((layout, batch, c, seed) -> {
                    var random = new Random(seed);
                    int[] window = {1 + random.nextInt(4), 1 + random.nextInt(4)};
                    int[] stride = {1 + random.nextInt(4), 1 + random.nextInt(4)};
                    if (random.nextInt(8) == 0) { // far beyond the source, by its padding or its stride
                        int axis = random.nextInt(2);
                        window[axis] = 1 + random.nextInt(500);
                        stride[axis] = random.nextBoolean() ? 1 << 30 : window[axis];
                    }
                    int[] padding = new int[4];
                    for (int i = 0; i < 4; i++) {
                        padding[i] = random.nextInt(window[i / 2]);
                    }
                    int height = Math.max(1, window[0] - padding[0] - padding[1]) + random.nextInt(7);
                    // Up to some vectors: rows of narrow pixels are pooled a vector at a time.
                    int width = Math.max(1, window[1] - padding[2] - padding[3])
                            + random.nextInt(c < 9 && c > 0 ? 70 / c : 7);
                    boolean ceil = random.nextBoolean();
                    return new ReferencePool(layout, batch, height, width, c, window, stride, padding, ceil);
                });
    }

    /** Small windows of both layouts, as networks have them, whose channels fill one vector and more. */
    @Provide
    Arbitrary<ReferencePool> manyChannels() {
        Arbitrary<Layout> layouts = Arbitraries.of(Layout.class);
        Arbitrary<Integer> channels = Arbitraries.of(16, 19, 32, 64, 67, 131);
        return Combinators.combine(layouts, channels, Arbitraries.longs()).as((layout, c, seed) -> {
            var random = new Random(seed);
            int[] window = {2 + random.nextInt(2), 2 + random.nextInt(2)};
            int[] stride = {2 + random.nextInt(2), 2 + random.nextInt(2)};
            if (random.nextBoolean()) {
                window = new int[] {3, 3};
                stride = new int[] {2, 2};
            }
            int[] padding = new int[4];
            for (int i = 0; i < 4; i++) {
                padding[i] = random.nextInt(window[i / 2]);
            }
            int height = Math.max(1, window[0] - padding[0] - padding[1]) + random.nextInt(8);
            int width =
                    Math.max(1, window[1] - padding[2] - padding[3]) + random.nextInt(layout == Layout.NCHW ? 40 : 8);
            return new ReferencePool(layout, 1, height, width, c, window, stride, padding, random.nextBoolean());
        });
    }

    /** Planes of one channel and twice as wide as what is made of them, with windows of two and of three columns. */
    @Provide
    Arbitrary<ReferencePool> evenPlanes() {
        return Arbitraries.longs().map(seed -> {
            var random = new Random(seed);
            int columns = 2 + random.nextInt(2);
            int[] window = {random.nextBoolean() ? columns : 1 + random.nextInt(3), columns};
            int[] stride = {columns == 3 || random.nextBoolean() ? 2 : window[0], 2};
            int[] padding = {random.nextInt(window[0]), random.nextInt(window[0]), columns - 2, random.nextInt(2)};
            int height = Math.max(1, window[0] - padding[0] - padding[1]) + random.nextInt(8);
            int width = 2 * (1 + random.nextInt(40));
            return new ReferencePool(
                    Layout.NCHW,
                    2,
                    height,
                    width,
                    1 + random.nextInt(2),
                    window,
                    stride,
                    padding,
                    random.nextBoolean());
        });
    }

    private static PoolShape shape(ReferencePool r) {
        int[] p = r.padding();
        return PoolShape.of(r.layout(), r.batch(), r.height(), r.width(), r.channels(), r.window()[0], r.window()[1])
                .withStrides(r.stride()[0], r.stride()[1])
                .withPadding(p[0], p[1], p[2], p[3])
                .withCeilMode(r.ceilMode());
    }

    /** Few different values, so that ties, signed zeros, infinities and NaNs meet in one window. */
    private static float[] odd(int n, long seed) {
        float[] values = {-0f, 0f, 1, 1.5f, -1, -2, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0f, -0f
        };
        var random = new Random(seed);
        int kinds = 2 + random.nextInt(values.length - 1);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = values[random.nextInt(kinds)];
        }
        return x;
    }

    private static float[] reals(int n, long seed) {
        var random = new Random(seed);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static float[] guarded(int n) {
        float[] out = new float[n + 2 * GUARD];
        Arrays.fill(out, CANARY);
        Arrays.fill(out, GUARD, GUARD + n, Float.NaN);
        return out;
    }

    private static void assertGuarded(float[] expected, float[] actual) {
        for (int i = 0; i < actual.length; i++) {
            boolean inside = i >= GUARD && i < GUARD + expected.length;
            float wanted = inside ? expected[i - GUARD] : CANARY;
            assertEquals(Float.floatToIntBits(wanted), Float.floatToIntBits(actual[i]), "element " + (i - GUARD));
        }
    }
}
