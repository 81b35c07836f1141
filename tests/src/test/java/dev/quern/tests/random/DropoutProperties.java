// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.random.Dropout;
import dev.quern.tests.reference.ReferenceDropout;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dropout against its definition, bit for bit, and what it is as a random choice. */
class DropoutProperties {
    @Property(tries = 300)
    void everyElementIsThatOfTheDefinition(
            @ForAll @FloatRange(max = 1, maxIncluded = false) float rate,
            @ForAll long seed,
            @ForAll long stream,
            @ForAll @LongRange(max = Dropout.STEPS - 1) long step,
            @ForAll @IntRange(max = 700) int n) {
        float[] x = Data.odd(n, 30, seed);
        float[] expected = expected(rate, seed, stream, step, x);
        var in = Guarded.of(x);
        var out = Guarded.output(n);
        apply(rate, seed, stream, step, in, out, WorkerPool.CALLER);
        Bits.assertEqual("dropout", expected, out.values());
        in.assertUnchanged("x");
        apply(rate, seed, stream, step, in, in, WorkerPool.CALLER);
        Bits.assertEqual("dropout in place", expected, in.values());
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (int n : new int[] {0, 1, 63, 64, 65, 4096, 4097, 30_011}) {
            float[] x = Data.uniform(n, n);
            float[] expected = expected(0.3f, 5, -7, 3_000_000_000L, x);
            for (WorkerPool pool : Pools.ALL) {
                var out = Guarded.output(n);
                apply(0.3f, 5, -7, 3_000_000_000L, Guarded.of(x), out, pool);
                Bits.assertEqual(n + " elements, " + pool.threads() + " threads", expected, out.values());
            }
        }
    }

    /** Within six standard deviations; neighbours and steps are independent. */
    @Test
    void theShareDroppedIsTheRate() {
        int n = 1 << 18;
        float[] ones = new float[n];
        java.util.Arrays.fill(ones, 1f);
        for (float rate : new float[] {0.1f, 0.3f, 0.5f, 0.9f}) {
            float[] now = new float[n];
            float[] next = new float[n];
            Dropout.apply(rate, 1, 2, 3, n, ones, 0, now, 0, WorkerPool.CALLER);
            Dropout.apply(rate, 1, 2, 4, n, ones, 0, next, 0, WorkerPool.CALLER);
            int dropped = 0;
            int inBoth = 0;
            int neighbours = 0;
            for (int i = 0; i < n; i++) {
                dropped += now[i] == 0 ? 1 : 0;
                inBoth += now[i] == 0 && next[i] == 0 ? 1 : 0;
                neighbours += i > 0 && now[i] == 0 && now[i - 1] == 0 ? 1 : 0;
                assertEquals(now[i] == 0 ? 0f : 1f / (1f - rate), now[i]);
            }
            double spread = 6 * Math.sqrt(0.25 * n);
            assertEquals(rate * n, dropped, spread);
            assertEquals(rate * rate * n, inBoth, spread);
            assertEquals(rate * rate * n, neighbours, spread);
        }
    }

    @Test
    void aRateOfZeroChangesNothing() {
        float[] x = Data.uniform(100, 1);
        float[] y = new float[100];
        Dropout.apply(0f, 1, 2, 3, 100, x, 0, y, 0, WorkerPool.CALLER);
        Bits.assertEqual("rate 0", x, y);
    }

    @Test
    void badArgumentsAreRefused() {
        float[] x = new float[4];
        for (float rate : new float[] {-0.1f, 1f, Float.NaN, Float.POSITIVE_INFINITY}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> Dropout.apply(rate, 1, 2, 3, 4, x, 0, x, 0, WorkerPool.CALLER),
                    "rate = " + rate,
                    "0 to below 1");
        }
        for (long step : new long[] {-1, 1L << 32}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> Dropout.apply(0.5f, 1, 2, step, 4, x, 0, x, 0, WorkerPool.CALLER),
                    "step = " + step,
                    "4294967295");
        }
        Refused.with(
                IllegalArgumentException.class,
                () -> Dropout.apply(0.5f, 1, 2, 3, -1, x, 0, x, 0, WorkerPool.CALLER),
                "n = -1");
        WorkerPool pool = WorkerPool.CALLER;
        Refused.with(NullPointerException.class, () -> Dropout.apply(0.5f, 1, 2, 3, 4, x, 0, x, 0, null), "pool");
        Refused.with(NullPointerException.class, () -> Dropout.apply(0.5f, 1, 2, 3, 4, null, 0, x, 0, pool), "x");
        Refused.with(NullPointerException.class, () -> Dropout.apply(0.5f, 1, 2, 3, 4, x, 0, null, 0, pool), "y");
        Refused.with(
                IndexOutOfBoundsException.class, () -> Dropout.apply(0.5f, 1, 2, 3, 5, x, 0, x, 0, pool), "x", "4");
        float[] y = new float[4];
        Refused.with(
                IndexOutOfBoundsException.class, () -> Dropout.apply(0.5f, 1, 2, 3, 4, x, 0, y, 1, pool), "y", "4");
        Refused.with(IllegalArgumentException.class, () -> Dropout.apply(0.5f, 1, 2, 3, 3, x, 0, x, 1, pool), "y", "x");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(3000, 1);
        float[] y = new float[3000];
        Allocation.assertNone("dropout", () -> Dropout.apply(0.3f, 1, 2, 3, 3000, x, 0, y, 0, WorkerPool.CALLER));
    }

    private static float[] expected(float rate, long seed, long stream, long step, float[] x) {
        float[] y = new float[x.length];
        for (int e = 0; e < y.length; e++) {
            y[e] = ReferenceDropout.element(rate, seed, stream, step, e, x[e]);
        }
        return y;
    }

    private static void apply(float rate, long seed, long stream, long step, Guarded in, Guarded out, WorkerPool pool) {
        int n = in.values().length;
        Dropout.apply(rate, seed, stream, step, n, in.array(), in.offset(), out.array(), out.offset(), pool);
    }
}
