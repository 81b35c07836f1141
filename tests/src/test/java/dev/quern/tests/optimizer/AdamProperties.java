// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.optimizer.Adam;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceOptimizer;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Adam's step against the plain loop, bit for bit, and against the paper's formulas in double. */
class AdamProperties {
    @Property(tries = 300)
    void aStepIsThePlainLoop(
            @ForAll @IntRange(max = 150) int n,
            @ForAll @LongRange(min = 1, max = 100_000) long step,
            @ForAll @FloatRange(max = 2f) float rate,
            @ForAll @Scale(3) @FloatRange(max = 0.999f) float beta1,
            @ForAll @Scale(4) @FloatRange(max = 0.9999f) float beta2,
            @ForAll @FloatRange(max = 0.5f) float decay,
            @ForAll boolean odd,
            @ForAll long seed) {
        assertStep(n, step, rate, beta1, beta2, decay, odd, seed, WorkerPool.CALLER);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (WorkerPool pool : Pools.ALL) {
            assertStep(61_706, 3, 0.01f, 0.9f, 0.999f, 0.01f, true, 1, pool);
        }
    }

    @Property(tries = 300)
    void denormalMomentsDecayByTheSameOperations(
            @ForAll @IntRange(max = 150) int n,
            @ForAll @FloatRange(max = 2000f) float rate,
            @ForAll @Scale(3) @FloatRange(max = 0.999f) float beta1,
            @ForAll @Scale(4) @FloatRange(max = 0.9999f) float beta2,
            @ForAll @FloatRange(max = 0.5f) float decay,
            @ForAll long seed) {
        assertDecay(n, rate, beta1, beta2, 1e-8f, decay, seed);
        assertDecay(n, 0.001f, 0.9f, 0.999f, 1e-8f, 0f, seed);
        assertDecay(n, 0.001f, 0.9f, 0.999f, 1e-30f, 0f, seed);
        assertDecay(n, 0.001f, 0f, 0.999f, 1e-8f, 0f, seed);
        assertDecay(n, 0.001f, 0.9f, 0f, 1e-8f, 0f, seed);
    }

    /** Some weights asleep, with a gradient of either zero; some wake up; some are too small for a short cut. */
    private static void assertDecay(
            int n, float rate, float beta1, float beta2, float epsilon, float decay, long seed) {
        var random = new Random(seed);
        float[] g = new float[n];
        float[] m = new float[n];
        float[] v = new float[n];
        float[] p = Data.uniform(n, seed);
        boolean rare = random.nextBoolean();
        for (int i = 0; i < n; i++) {
            g[i] = random.nextInt(4) > 0 ? (random.nextBoolean() ? 0f : -0f) : random.nextFloat() - 0.5f;
            m[i] = (random.nextBoolean() ? 1 : -1) * tiny(random);
            v[i] = random.nextInt(3) > 0 ? tiny(random) : random.nextFloat();
            if (rare && random.nextInt(20) == 0) {
                g[i] *= 0x1p-70f;
                v[i] *= random.nextBoolean() ? 1 : -1;
                p[i] = random.nextBoolean() ? -0f : 0x1p-140f;
            }
        }
        float[] first = m.clone();
        float[] second = v.clone();
        float[] parameters = p.clone();
        for (int step = 1; step <= 3; step++) {
            Adam.update(n, step, rate, beta1, beta2, epsilon, decay, g, 0, m, 0, v, 0, p, 0, WorkerPool.CALLER);
            ReferenceOptimizer.adam(step, rate, beta1, beta2, epsilon, decay, g, first, second, parameters);
            Bits.assertEqual("first", first, m);
            Bits.assertEqual("second", second, v);
            Bits.assertEqual("parameters", parameters, p);
        }
    }

    /** Denormal, zero or just above. */
    private static float tiny(Random random) {
        return Float.intBitsToFloat(random.nextInt(3) > 0 ? random.nextInt(0x0100_0000) : random.nextInt(8));
    }

    @Property(tries = 50)
    void manyStepsFollowThePaper(@ForAll @FloatRange(max = 0.1f) float decay, @ForAll long seed) {
        int n = 40;
        float[] p = Data.uniform(n, seed);
        float[] m = new float[n];
        float[] v = new float[n];
        double[] exactP = new double[n];
        double[] exactM = new double[n];
        double[] exactV = new double[n];
        for (int i = 0; i < n; i++) {
            exactP[i] = p[i];
        }
        for (int step = 1; step <= 30; step++) {
            float[] g = Data.uniform(n, seed + step);
            Adam.update(n, step, 0.01f, 0.9f, 0.999f, 1e-8f, decay, g, 0, m, 0, v, 0, p, 0, WorkerPool.CALLER);
            for (int i = 0; i < n; i++) {
                exactM[i] = (double) 0.9f * exactM[i] + (1 - (double) 0.9f) * g[i];
                exactV[i] = (double) 0.999f * exactV[i] + (1 - (double) 0.999f) * g[i] * g[i];
                double mean = exactM[i] / (1 - Math.pow(0.9f, step));
                double square = exactV[i] / (1 - Math.pow(0.999f, step));
                exactP[i] -= 0.01f * (mean / (Math.sqrt(square) + 1e-8) + decay * exactP[i]);
            }
        }
        for (int i = 0; i < n; i++) {
            assertEquals(exactP[i], p[i], 2e-6);
        }
    }

    @Test
    void theFirstStepHasTheLengthOfTheRate() {
        float[] p = {1f, 1f};
        Adam.update(
                2,
                1,
                0.125f,
                0.9f,
                0.999f,
                1e-8f,
                0f,
                new float[] {1e-3f, -1e3f},
                0,
                new float[2],
                0,
                new float[2],
                0,
                p,
                0,
                WorkerPool.CALLER);
        assertEquals(0.875f, p[0], 2e-6f);
        assertEquals(1.125f, p[1], 2e-6f);
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        refused(0, 0.1f, 0.9f, 0.999f, 1e-8f, 0f, "step = 0", "1 or more");
        refused(1, -1f, 0.9f, 0.999f, 1e-8f, 0f, "rate = -1.0");
        refused(1, Float.POSITIVE_INFINITY, 0.9f, 0.999f, 1e-8f, 0f, "rate = Infinity");
        refused(1, 0.1f, 1f, 0.999f, 1e-8f, 0f, "beta1 = 1.0", "0 to below 1");
        refused(1, 0.1f, 0.9f, Float.NaN, 1e-8f, 0f, "beta2 = NaN");
        refused(1, 0.1f, 0.9f, 0.999f, 0f, 0f, "epsilon = 0.0", "above 0");
        refused(1, 0.1f, 0.9f, 0.999f, Float.NaN, 0f, "epsilon = NaN");
        refused(1, 0.1f, 0.9f, 0.999f, 1e-8f, -0.5f, "decay = -0.5", "0 or more");
        float[] a = new float[4];
        Refused.with(
                IllegalArgumentException.class,
                () -> Adam.update(-1, 1, 1f, 0f, 0f, 1f, 0f, a, 0, a, 0, a, 0, a, 0, WorkerPool.CALLER),
                "n = -1");
        Refused.with(
                IllegalArgumentException.class,
                () -> Adam.update(
                        4, 1, 1f, 0f, 0f, 1f, 0f, a, 0, new float[4], 0, a, 0, new float[4], 0, WorkerPool.CALLER),
                "second",
                "gradient");
    }

    @Test
    void badArraysAreRefused() {
        DoorContract.of(
                        "update",
                        "parameters",
                        19,
                        (x, at) -> Adam.update(
                                19,
                                1,
                                0.1f,
                                0.9f,
                                0.999f,
                                1e-8f,
                                0f,
                                x[1],
                                at[1],
                                x[2],
                                at[2],
                                x[3],
                                at[3],
                                x[0],
                                at[0],
                                WorkerPool.CALLER))
                .reading("gradient", 19)
                .reading("first", 19)
                .reading("second", 19)
                .assertHeld();
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] g = Data.uniform(1000, 1);
        float[] m = new float[1000];
        float[] v = new float[1000];
        float[] p = new float[1000];
        long[] step = {0};
        Allocation.assertNone(
                "step",
                () -> Adam.update(
                        1000, ++step[0], 0.1f, 0.9f, 0.999f, 1e-8f, 0f, g, 0, m, 0, v, 0, p, 0, WorkerPool.CALLER));
        float[] asleep = new float[1000];
        Arrays.fill(m, 4 * Float.MIN_VALUE);
        Arrays.fill(p, 1f);
        Allocation.assertNone(
                "denormal step",
                () -> Adam.update(
                        1000, 9, 0.1f, 0.9f, 0.999f, 1e-8f, 0f, asleep, 0, m, 0, v, 0, p, 0, WorkerPool.CALLER));
    }

    private static void assertStep(
            int n,
            long step,
            float rate,
            float beta1,
            float beta2,
            float decay,
            boolean odd,
            long seed,
            WorkerPool pool) {
        float[] gradient = odd ? Data.odd(n, 30, seed) : Data.uniform(n, seed);
        float[] first = Data.uniform(n, seed + 1);
        float[] second = Data.uniform(n, seed + 2);
        float[] parameters = Data.uniform(n, seed + 3);
        for (int i = 0; i < n; i++) {
            second[i] = Math.abs(second[i]);
        }
        var g = Guarded.of(gradient);
        var m = Guarded.of(first);
        var v = Guarded.of(second);
        var p = Guarded.of(parameters);
        Adam.update(
                n,
                step,
                rate,
                beta1,
                beta2,
                1e-8f,
                decay,
                g.array(),
                g.offset(),
                m.array(),
                m.offset(),
                v.array(),
                v.offset(),
                p.array(),
                p.offset(),
                pool);
        ReferenceOptimizer.adam(step, rate, beta1, beta2, 1e-8f, decay, gradient, first, second, parameters);
        Bits.assertEqual("first, threads " + pool.threads(), first, m.values());
        Bits.assertEqual("second, threads " + pool.threads(), second, v.values());
        Bits.assertEqual("parameters, threads " + pool.threads(), parameters, p.values());
        g.assertUnchanged("gradient");
    }

    private static void refused(
            long step, float rate, float beta1, float beta2, float epsilon, float decay, String... parts) {
        Refused.with(
                IllegalArgumentException.class,
                () -> Adam.update(
                        4,
                        step,
                        rate,
                        beta1,
                        beta2,
                        epsilon,
                        decay,
                        new float[4],
                        0,
                        new float[4],
                        0,
                        new float[4],
                        0,
                        new float[4],
                        0,
                        WorkerPool.CALLER),
                parts);
    }
}
