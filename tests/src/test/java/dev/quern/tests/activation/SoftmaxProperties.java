// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceSoftmax;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Softmax forward and backward against plain loops, bit for bit. */
class SoftmaxProperties {
    private static final int[] COLUMNS = {1, 2, 10, 16, 31, 1000, 1025, 5000};

    @Property(tries = 200)
    void forwardAndBackwardAreTheFormulas(
            @ForAll @IntRange(max = 9) int rows, @ForAll @IntRange(max = 100) int columns, @ForAll long seed) {
        assertFormulas(rows, columns, scaled(Data.uniform((long) rows * columns, seed), 20f), WorkerPool.CALLER);
    }

    @Property(tries = 200)
    void oddValuesGiveWhatThePlainLoopGives(
            @ForAll @IntRange(max = 9) int rows, @ForAll @IntRange(max = 40) int columns, @ForAll long seed) {
        assertFormulas(rows, columns, Data.odd((long) rows * columns, 20, seed), WorkerPool.CALLER);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (int columns : COLUMNS) {
            float[] x = scaled(Data.uniform(37L * columns, columns), 8f);
            for (WorkerPool pool : Pools.ALL) {
                assertFormulas(37, columns, x, pool);
            }
        }
    }

    /** Long rows are computed together with their neighbours: of each kind, in every order. */
    @Property(tries = 100)
    void longRowsBetweenNeighboursOfAllKinds(
            @ForAll @IntRange(max = 9) int rows,
            @ForAll @IntRange(min = 510, max = 1030) int columns,
            @ForAll long seed) {
        var random = new Random(seed);
        float[] x = Data.uniform((long) rows * columns, seed);
        for (int row = 0; row < rows; row++) {
            int kind = random.nextInt(6);
            int at = row * columns;
            for (int i = at; i < at + columns; i++) {
                x[i] = switch (kind) {
                    case 0, 1, 5 -> 8f * x[i];
                    case 2 -> -2f - x[i];
                    case 3 -> -90f * Math.abs(x[i]) - 1f;
                    default -> 90f * x[i];
                };
            }
            if (kind == 5) {
                x[at + random.nextInt(columns)] = Data.odd(1, 1, seed + row)[0];
            }
        }
        assertFormulas(rows, columns, x, WorkerPool.CALLER);
        assertFormulas(rows, columns, x, Pools.ALL.getLast());
    }

    /** Rows of vectors are multiplied by the reciprocal and corrected: half a million quotients, down to the smallest. */
    @Test
    void quotientsAreThoseOfADivision() {
        for (float range : new float[] {0.5f, 5f, 22f, 22.3f, 50f}) {
            float[] x = scaled(Data.uniform(100_000, (long) range), range);
            assertFormulas(100, 1000, x, WorkerPool.CALLER);
        }
    }

    @Property(tries = 100)
    void rowsAddUpToOne(@ForAll @IntRange(min = 1, max = 2000) int columns, @ForAll long seed) {
        float[] y = new float[columns];
        Softmax.forward(1, columns, scaled(Data.uniform(columns, seed), 30f), 0, y, 0, WorkerPool.CALLER);
        double sum = 0;
        for (float p : y) {
            sum += p;
        }
        assertEquals(1.0, sum, 1e-5);
    }

    @Property(tries = 100)
    void forwardAndBackwardAreCloseToDouble(@ForAll @IntRange(min = 1, max = 1500) int columns, @ForAll long seed) {
        float[] x = scaled(Data.uniform(columns, seed), 20f);
        float[] dy = Data.uniform(columns, ~seed);
        float[] y = new float[columns];
        float[] dx = new float[columns];
        Softmax.forward(1, columns, x, 0, y, 0, WorkerPool.CALLER);
        Softmax.backward(1, columns, y, 0, dy, 0, dx, 0, WorkerPool.CALLER);
        double sum = 0;
        for (float v : x) {
            sum += StrictMath.exp(v);
        }
        double weighted = 0;
        for (int j = 0; j < columns; j++) {
            double expected = StrictMath.exp(x[j]) / sum;
            assertEquals(expected, y[j], 4e-6 * expected + 1e-44);
            weighted += expected * dy[j];
        }
        for (int j = 0; j < columns; j++) {
            assertEquals(StrictMath.exp(x[j]) / sum * (dy[j] - weighted), dx[j], 1e-6);
        }
    }

    @Test
    void rowsWithoutAFiniteLargestElementAreNaNAndOthersAreUntouchedByThem() {
        float inf = Float.POSITIVE_INFINITY;
        float[] x = {1, 2, inf, -inf, -inf, -inf, 1, Float.NaN, 3, 0, -inf, 0};
        float[] y = new float[12];
        Softmax.forward(4, 3, x, 0, y, 0, WorkerPool.CALLER);
        float[] expected = new float[12];
        Arrays.fill(expected, 0, 9, Float.NaN);
        expected[9] = 0.5f;
        expected[11] = 0.5f;
        Bits.assertEqual("softmax", expected, y);
    }

    @Test
    void badForwardArgumentsAreRefused() {
        float[] x = new float[6];
        float[] y = new float[6];
        WorkerPool pool = WorkerPool.CALLER;
        Refused.with(IllegalArgumentException.class, () -> Softmax.forward(-1, 3, x, 0, y, 0, pool), "rows = -1");
        Refused.with(IllegalArgumentException.class, () -> Softmax.forward(2, -3, x, 0, y, 0, pool), "columns = -3");
        Refused.with(
                IllegalArgumentException.class,
                () -> Softmax.forward(1 << 16, 1 << 15, x, 0, y, 0, pool),
                "rows·columns",
                "65536",
                "32768");
        Refused.with(NullPointerException.class, () -> Softmax.forward(2, 3, null, 0, y, 0, pool), "x");
        Refused.with(NullPointerException.class, () -> Softmax.forward(2, 3, x, 0, null, 0, pool), "y");
        Refused.with(NullPointerException.class, () -> Softmax.forward(2, 3, x, 0, y, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> Softmax.forward(2, 3, x, 1, y, 0, pool), "x", "6");
        Refused.with(IndexOutOfBoundsException.class, () -> Softmax.forward(2, 3, x, 0, y, -1, pool), "y", "-1");
        Refused.with(IllegalArgumentException.class, () -> Softmax.forward(1, 3, x, 0, x, 2, pool), "y", "x");
        Softmax.forward(0, 3, x, 6, y, 6, pool);
        Softmax.forward(2, 0, x, 6, y, 6, pool);
    }

    @Test
    void badBackwardArgumentsAreRefused() {
        float[] y = new float[6];
        float[] dy = new float[6];
        float[] dx = new float[6];
        WorkerPool pool = WorkerPool.CALLER;
        Refused.with(
                IllegalArgumentException.class, () -> Softmax.backward(-1, 3, y, 0, dy, 0, dx, 0, pool), "rows = -1");
        Refused.with(NullPointerException.class, () -> Softmax.backward(2, 3, null, 0, dy, 0, dx, 0, pool), "y");
        Refused.with(NullPointerException.class, () -> Softmax.backward(2, 3, y, 0, null, 0, dx, 0, pool), "dy");
        Refused.with(NullPointerException.class, () -> Softmax.backward(2, 3, y, 0, dy, 0, null, 0, pool), "dx");
        Refused.with(NullPointerException.class, () -> Softmax.backward(2, 3, y, 0, dy, 0, dx, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> Softmax.backward(2, 3, y, 1, dy, 0, dx, 0, pool), "y", "6");
        Refused.with(IndexOutOfBoundsException.class, () -> Softmax.backward(3, 3, y, 0, dy, 0, dx, 0, pool), "9", "6");
        Refused.with(IllegalArgumentException.class, () -> Softmax.backward(2, 3, y, 0, dy, 0, y, 0, pool), "dx", "y");
        Refused.with(
                IllegalArgumentException.class, () -> Softmax.backward(2, 3, y, 0, dy, 0, dy, 0, pool), "dx", "dy");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(10_000, 5);
        float[] y = new float[10_000];
        float[] dx = new float[10_000];
        for (int columns : new int[] {10, 1000}) {
            int rows = x.length / columns;
            Allocation.assertNone(
                    "softmax of " + columns, () -> Softmax.forward(rows, columns, x, 0, y, 0, WorkerPool.CALLER));
            Allocation.assertNone(
                    "backward of " + columns,
                    () -> Softmax.backward(rows, columns, y, 0, x, 0, dx, 0, WorkerPool.CALLER));
        }
    }

    private static void assertFormulas(int rows, int columns, float[] x, WorkerPool pool) {
        int n = rows * columns;
        float[] dy = Data.uniform(n, n);
        float[] expected = new float[n];
        float[] expectedDx = new float[n];
        for (int row = 0; row < rows; row++) {
            ReferenceSoftmax.forward(columns, x, expected, row * columns);
            ReferenceSoftmax.backward(columns, expected, dy, expectedDx, row * columns);
        }
        String what = rows + "×" + columns + ", threads " + pool.threads();
        var in = Guarded.of(x);
        var out = Guarded.output(n);
        Softmax.forward(rows, columns, in.array(), in.offset(), out.array(), out.offset(), pool);
        Bits.assertEqual(what, expected, out.values());
        in.assertUnchanged("x");
        Softmax.forward(rows, columns, in.array(), in.offset(), in.array(), in.offset(), pool);
        Bits.assertEqual(what + " in place", expected, in.values());
        var gradient = Guarded.of(dy);
        var dx = Guarded.output(n);
        Softmax.backward(
                rows,
                columns,
                out.array(),
                out.offset(),
                gradient.array(),
                gradient.offset(),
                dx.array(),
                dx.offset(),
                pool);
        Bits.assertEqual(what + " backward", expectedDx, dx.values());
    }

    private static float[] scaled(float[] x, float factor) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
        return x;
    }
}
