// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.optimizer.GradientClip;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceOptimizer;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Length, factor and limit of gradients against plain loops, bit for bit. */
class GradientClipProperties {
    @Property(tries = 200)
    void theSquaredNormIsThePlainSum(@ForAll @IntRange(max = 3000) int n, @ForAll boolean odd, @ForAll long seed) {
        float[] values = odd ? Data.odd(n, 500, seed) : Data.uniform(n, seed);
        var x = Guarded.of(values);
        var scratch = Guarded.output(GradientClip.SCRATCH);
        float got = GradientClip.squaredNorm(n, x.array(), x.offset(), scratch.array(), scratch.offset());
        Bits.assertEqual("squared norm", ReferenceOptimizer.squaredNorm(values), got);
        x.assertUnchanged("x");
        scratch.values();
    }

    @Property(tries = 200)
    void scaleAndLimitAreThePlainLoops(
            @ForAll @IntRange(max = 150) int n,
            @ForAll @FloatRange(min = 0.01f, max = 1f) float number,
            @ForAll long seed) {
        assertBoth(n, number, seed, WorkerPool.CALLER);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (WorkerPool pool : Pools.ALL) {
            assertBoth(61_706, 0.3f, 1, pool);
        }
    }

    @Test
    void anInfiniteLimitChangesNothing() {
        float[] x = Data.odd(100, 5, 3);
        float[] before = x.clone();
        GradientClip.limit(100, Float.POSITIVE_INFINITY, x, 0, WorkerPool.CALLER);
        Bits.assertEqual("x", before, x);
        assertEquals(0f, GradientClip.squaredNorm(0, x, 100, new float[GradientClip.SCRATCH], 0));
    }

    @Test
    void badInputIsRefused() {
        float[] x = new float[8];
        float[] scratch = new float[GradientClip.SCRATCH];
        WorkerPool pool = WorkerPool.CALLER;
        for (float limit : new float[] {0f, -1f, Float.NaN}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> GradientClip.limit(8, limit, x, 0, pool),
                    "limit = " + limit,
                    "above 0");
        }
        Refused.with(IllegalArgumentException.class, () -> GradientClip.scale(-1, 1f, x, 0, pool), "n = -1");
        Refused.with(IllegalArgumentException.class, () -> GradientClip.limit(-1, 1f, x, 0, pool), "n = -1");
        Refused.with(IllegalArgumentException.class, () -> GradientClip.squaredNorm(-1, x, 0, scratch, 0), "n = -1");
        Refused.with(NullPointerException.class, () -> GradientClip.scale(8, 1f, null, 0, pool), "x");
        Refused.with(NullPointerException.class, () -> GradientClip.scale(8, 1f, x, 0, null), "pool");
        Refused.with(NullPointerException.class, () -> GradientClip.limit(8, 1f, null, 0, pool), "x");
        Refused.with(NullPointerException.class, () -> GradientClip.limit(8, 1f, x, 0, null), "pool");
        Refused.with(IndexOutOfBoundsException.class, () -> GradientClip.scale(8, 1f, x, 1, pool), "x", "8");
        Refused.with(IndexOutOfBoundsException.class, () -> GradientClip.limit(9, 1f, x, 0, pool), "x", "9");
        DoorContract.of(
                        "squaredNorm",
                        "scratch",
                        GradientClip.SCRATCH,
                        (a, at) -> GradientClip.squaredNorm(19, a[1], at[1], a[0], at[0]))
                .reading("x", 19)
                .assertHeld();
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(3000, 1);
        float[] scratch = new float[GradientClip.SCRATCH];
        WorkerPool pool = WorkerPool.CALLER;
        Allocation.assertNone("squaredNorm", () -> GradientClip.squaredNorm(3000, x, 0, scratch, 0));
        Allocation.assertNone("scale", () -> GradientClip.scale(3000, 1f, x, 0, pool));
        Allocation.assertNone("limit", () -> GradientClip.limit(3000, 1f, x, 0, pool));
    }

    private static void assertBoth(int n, float number, long seed, WorkerPool pool) {
        float[] values = Data.odd(n, 10, seed);
        var scaled = Guarded.of(values);
        var limited = Guarded.of(values);
        GradientClip.scale(n, number, scaled.array(), scaled.offset(), pool);
        GradientClip.limit(n, number, limited.array(), limited.offset(), pool);
        float[] product = new float[n];
        float[] inside = new float[n];
        for (int i = 0; i < n; i++) {
            product[i] = values[i] * number;
            inside[i] = Math.max(-number, Math.min(number, values[i]));
        }
        Bits.assertEqual("scaled, threads " + pool.threads(), product, scaled.values());
        Bits.assertEqual("limited, threads " + pool.threads(), inside, limited.values());
    }
}
