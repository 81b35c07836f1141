// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.optimizer;

import dev.quern.kernels.optimizer.SgdMomentum;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceOptimizer;
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
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The step of gradient descent against its two lines, bit for bit. */
class SgdMomentumProperties {
    @Property(tries = 300)
    void aStepIsTwoFmas(
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

    @Property(tries = 300)
    void denormalVelocitiesDecayByTheSameTwoFmas(
            @ForAll @IntRange(max = 150) int n,
            @ForAll @FloatRange(max = 2000f) float rate,
            @ForAll @FloatRange(max = 0.99f) float momentum,
            @ForAll boolean ahead,
            @ForAll long seed) {
        assertDecay(n, rate, momentum, ahead, seed);
        assertDecay(n, 0.01f, 0.9f, ahead, seed);
        assertDecay(n, 0.01f, 0f, ahead, seed);
    }

    /** Some weights asleep, with a gradient of either zero; some wake up; some are too small for a short cut. */
    private static void assertDecay(int n, float rate, float momentum, boolean ahead, long seed) {
        var random = new Random(seed);
        float[] g = new float[n];
        float[] v = new float[n];
        float[] p = Data.uniform(n, seed);
        boolean rare = random.nextBoolean();
        for (int i = 0; i < n; i++) {
            g[i] = random.nextInt(4) > 0 ? (random.nextBoolean() ? 0f : -0f) : random.nextFloat() - 0.5f;
            int bits = random.nextInt(3) > 0 ? random.nextInt(0x0100_0000) : random.nextInt(8);
            v[i] = (random.nextBoolean() ? 1 : -1) * Float.intBitsToFloat(bits);
            if (rare && random.nextInt(20) == 0) {
                g[i] *= 0x1p-140f;
                p[i] = random.nextBoolean() ? -0f : 0x1p-140f;
            }
        }
        float[] velocity = v.clone();
        float[] parameters = p.clone();
        for (int step = 0; step < 3; step++) {
            if (ahead) {
                SgdMomentum.updateNesterov(n, rate, momentum, g, 0, v, 0, p, 0, WorkerPool.CALLER);
                ReferenceOptimizer.nesterov(rate, momentum, g, velocity, parameters);
            } else {
                SgdMomentum.update(n, rate, momentum, g, 0, v, 0, p, 0, WorkerPool.CALLER);
                step(rate, momentum, g, velocity, parameters);
            }
            Bits.assertEqual("velocity", velocity, v);
            Bits.assertEqual("parameters", parameters, p);
        }
    }

    private static void step(float rate, float momentum, float[] gradient, float[] velocity, float[] parameters) {
        for (int i = 0; i < parameters.length; i++) {
            velocity[i] = Math.fma(momentum, velocity[i], gradient[i]);
            parameters[i] = Math.fma(-rate, velocity[i], parameters[i]);
        }
    }

    @Test
    void ratesAndMomentumsOutOfRangeAreRefused() {
        for (float rate : new float[] {-0.1f, Float.NaN, Float.POSITIVE_INFINITY}) {
            refused(IllegalArgumentException.class, 4, rate, 0.9f, 0, "rate = " + rate);
        }
        for (float momentum : new float[] {-0.1f, 1f, Float.NaN, Float.POSITIVE_INFINITY}) {
            refused(IllegalArgumentException.class, 4, 0.1f, momentum, 0, "momentum = " + momentum, "0 to below 1");
        }
    }

    @Test
    void badArraysAreRefused() {
        float[] a = new float[8];
        float[] b = new float[8];
        float[] c = new float[8];
        WorkerPool pool = WorkerPool.CALLER;
        refused(IllegalArgumentException.class, -1, 0.1f, 0.9f, 0, "n = -1");
        refused(IndexOutOfBoundsException.class, 9, 0.1f, 0.9f, 0, "gradient", "9", "8");
        refused(IndexOutOfBoundsException.class, 8, 0.1f, 0.9f, 1, "gradient", "1", "8");
        refused(IndexOutOfBoundsException.class, 8, 0.1f, 0.9f, -1, "gradient", "-1");
        Refused.with(
                IndexOutOfBoundsException.class,
                () -> SgdMomentum.update(8, 0.1f, 0.9f, a, 0, b, 1, c, 0, pool),
                "velocity");
        Refused.with(
                IndexOutOfBoundsException.class,
                () -> SgdMomentum.update(8, 0.1f, 0.9f, a, 0, b, 0, c, 1, pool),
                "parameters");
        Refused.with(
                NullPointerException.class,
                () -> SgdMomentum.update(8, 0.1f, 0.9f, null, 0, b, 0, c, 0, pool),
                "gradient");
        Refused.with(
                NullPointerException.class,
                () -> SgdMomentum.update(8, 0.1f, 0.9f, a, 0, null, 0, c, 0, pool),
                "velocity");
        Refused.with(
                NullPointerException.class,
                () -> SgdMomentum.update(8, 0.1f, 0.9f, a, 0, b, 0, null, 0, pool),
                "parameters");
        Refused.with(
                NullPointerException.class, () -> SgdMomentum.update(8, 0.1f, 0.9f, a, 0, b, 0, c, 0, null), "pool");
        Refused.with(
                IllegalArgumentException.class,
                () -> SgdMomentum.update(4, 0.1f, 0.9f, a, 0, a, 0, c, 0, pool),
                "velocity",
                "gradient");
        Refused.with(
                IllegalArgumentException.class,
                () -> SgdMomentum.update(4, 0.1f, 0.9f, a, 0, b, 0, b, 3, pool),
                "parameters",
                "velocity");
        Refused.with(
                IllegalArgumentException.class,
                () -> SgdMomentum.update(4, 0.1f, 0.9f, a, 0, b, 0, a, 0, pool),
                "parameters",
                "gradient");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] g = Data.uniform(1000, 1);
        float[] v = new float[1000];
        float[] p = new float[1000];
        Allocation.assertNone("step", () -> SgdMomentum.update(1000, 0.1f, 0.9f, g, 0, v, 0, p, 0, WorkerPool.CALLER));
        float[] asleep = new float[1000];
        Arrays.fill(v, 4 * Float.MIN_VALUE);
        Arrays.fill(p, 1f);
        Allocation.assertNone(
                "denormal step", () -> SgdMomentum.update(1000, 0.1f, 0.9f, asleep, 0, v, 0, p, 0, WorkerPool.CALLER));
    }

    private static void assertStep(int n, float rate, float momentum, long seed, WorkerPool pool) {
        float[] gradient = Data.odd(n, 30, seed);
        float[] velocity = Data.odd(n, 30, seed + 1);
        float[] parameters = Data.uniform(n, seed + 2);
        var g = Guarded.of(gradient);
        var v = Guarded.of(velocity);
        var p = Guarded.of(parameters);
        SgdMomentum.update(
                n, rate, momentum, g.array(), g.offset(), v.array(), v.offset(), p.array(), p.offset(), pool);
        step(rate, momentum, gradient, velocity, parameters);
        Bits.assertEqual("velocity, threads " + pool.threads(), velocity, v.values());
        Bits.assertEqual("parameters, threads " + pool.threads(), parameters, p.values());
        g.assertUnchanged("gradient");
    }

    private static void refused(
            Class<? extends Throwable> type, int n, float rate, float momentum, int offset, String... parts) {
        float[] g = new float[8];
        float[] v = new float[8];
        float[] p = new float[8];
        Refused.with(
                type, () -> SgdMomentum.update(n, rate, momentum, g, offset, v, 0, p, 0, WorkerPool.CALLER), parts);
    }
}
