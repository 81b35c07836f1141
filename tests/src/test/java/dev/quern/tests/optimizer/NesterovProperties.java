// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.optimizer.SgdMomentum;
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

/** Nesterov's step against the plain loop, bit for bit. */
class NesterovProperties {
    @Property(tries = 300)
    void aStepIsThePlainLoop(
            @ForAll @IntRange(max = 150) int n,
            @ForAll @FloatRange(max = 2f) float rate,
            @ForAll @FloatRange(max = 0.99f) float momentum,
            @ForAll long seed) {
        assertStep(n, rate, momentum, seed, WorkerPool.CALLER);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (WorkerPool pool : Pools.ALL) {
            assertStep(61_706, 0.05f, 0.9f, 1, pool);
        }
    }

    @Test
    void theFirstStepIsLongerByTheMomentum() {
        float[] p = {1f};
        float[] v = {0f};
        SgdMomentum.updateNesterov(1, 0.5f, 0.5f, new float[] {1f}, 0, v, 0, p, 0, WorkerPool.CALLER);
        assertEquals(1f, v[0]);
        assertEquals(1f - 0.5f * 1.5f, p[0]);
    }

    @Test
    void badInputIsRefused() {
        float[] a = new float[4];
        float[] b = new float[4];
        float[] c = new float[4];
        DoorContract.of(
                        "updateNesterov",
                        "parameters",
                        19,
                        (x, at) -> SgdMomentum.updateNesterov(
                                19, 0.1f, 0.9f, x[1], at[1], x[2], at[2], x[0], at[0], WorkerPool.CALLER))
                .reading("gradient", 19)
                .reading("velocity", 19)
                .assertHeld();
        Refused.with(
                IllegalArgumentException.class,
                () -> SgdMomentum.updateNesterov(4, Float.NaN, 0.9f, a, 0, b, 0, c, 0, WorkerPool.CALLER),
                "rate = NaN",
                "0 or more");
        Refused.with(
                IllegalArgumentException.class,
                () -> SgdMomentum.updateNesterov(4, 1f, 1f, a, 0, b, 0, c, 0, WorkerPool.CALLER),
                "momentum = 1.0",
                "0 to below 1");
        Refused.with(
                NullPointerException.class,
                () -> SgdMomentum.updateNesterov(4, 1f, 0f, a, 0, b, 0, c, 0, null),
                "pool");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] g = Data.uniform(1000, 1);
        float[] v = new float[1000];
        float[] p = new float[1000];
        Allocation.assertNone(
                "step", () -> SgdMomentum.updateNesterov(1000, 0.1f, 0.9f, g, 0, v, 0, p, 0, WorkerPool.CALLER));
    }

    private static void assertStep(int n, float rate, float momentum, long seed, WorkerPool pool) {
        float[] gradient = Data.odd(n, 30, seed);
        float[] velocity = Data.odd(n, 30, seed + 1);
        float[] parameters = Data.uniform(n, seed + 2);
        var g = Guarded.of(gradient);
        var v = Guarded.of(velocity);
        var p = Guarded.of(parameters);
        SgdMomentum.updateNesterov(
                n, rate, momentum, g.array(), g.offset(), v.array(), v.offset(), p.array(), p.offset(), pool);
        ReferenceOptimizer.nesterov(rate, momentum, gradient, velocity, parameters);
        Bits.assertEqual("velocity, threads " + pool.threads(), velocity, v.values());
        Bits.assertEqual("parameters, threads " + pool.threads(), parameters, p.values());
        g.assertUnchanged("gradient");
    }
}
