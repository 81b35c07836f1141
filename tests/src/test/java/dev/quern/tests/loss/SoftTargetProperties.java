// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.loss.SoftTargetCrossEntropy;
import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceLoss;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cross-entropy against distributions and with label smoothing: plain loops bit for bit, and the mathematics. */
class SoftTargetProperties {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    @Property(tries = 200)
    void smoothedCrossEntropyIsThePlainLoop(
            @ForAll @IntRange(max = 40) int batch,
            @ForAll @IntRange(min = 1, max = 70) int classes,
            @ForAll @FloatRange(min = 0.01f, max = 0.99f) float smoothing,
            @ForAll boolean odd,
            @ForAll long seed) {
        assertSmoothed(batch, classes, smoothing, logits(batch * classes, odd, seed), POOL);
    }

    @Property(tries = 200)
    void softTargetsAreThePlainLoop(
            @ForAll @IntRange(max = 40) int batch,
            @ForAll @IntRange(min = 1, max = 70) int classes,
            @ForAll boolean odd,
            @ForAll long seed) {
        assertSoftTargets(batch, classes, logits(batch * classes, odd, seed), POOL);
    }

    @Test
    void everyPoolGivesTheSameBits() {
        for (WorkerPool pool : Pools.ALL) {
            assertSmoothed(33, 1000, 0.1f, logits(33_000, false, 9), pool);
            assertSoftTargets(1000, 10, logits(10_000, false, 9), pool);
        }
    }

    @Property(tries = 100)
    void smoothingIsADistribution(
            @ForAll @IntRange(min = 1, max = 20) int batch,
            @ForAll @IntRange(min = 1, max = 50) int classes,
            @ForAll @FloatRange(max = 0.9f) float smoothing,
            @ForAll long seed) {
        float[] x = logits(batch * classes, false, seed);
        int[] labels = labels(batch, classes);
        float[] q = new float[x.length];
        double expected = 0;
        for (int row = 0; row < batch; row++) {
            double sum = 0;
            for (int j = 0; j < classes; j++) {
                sum += StrictMath.exp(x[row * classes + j]);
            }
            for (int j = 0; j < classes; j++) {
                double wanted = (double) smoothing / classes + (j == labels[row] ? 1 - (double) smoothing : 0);
                q[row * classes + j] = (float) wanted;
                expected += wanted * (StrictMath.log(sum) - x[row * classes + j]) / batch;
            }
        }
        float[] g1 = new float[x.length];
        float[] g2 = new float[x.length];
        float byLabel = SoftmaxCrossEntropy.lossAndGradient(batch, classes, smoothing, x, 0, labels, 0, g1, 0, POOL);
        float byTargets = SoftTargetCrossEntropy.lossAndGradient(batch, classes, x, 0, q, 0, g2, 0, POOL);
        assertEquals(expected, byLabel, 1e-5 + 1e-6 * expected);
        assertEquals(expected, byTargets, 1e-5 + 1e-6 * expected);
        for (int i = 0; i < g1.length; i++) {
            assertEquals(g1[i], g2[i], 1e-6 / batch);
        }
    }

    @Test
    void anUnwantedClassCostsNothingAndAnImpossibleOneWithoutEnd() {
        float[] x = {0f, Float.NEGATIVE_INFINITY};
        float[] g = new float[2];
        assertEquals(0f, SoftTargetCrossEntropy.lossAndGradient(1, 2, x, 0, new float[] {1f, 0f}, 0, g, 0, POOL));
        float infinite = SoftTargetCrossEntropy.lossAndGradient(1, 2, x, 0, new float[] {0.75f, 0.25f}, 0, g, 0, POOL);
        assertEquals(Float.POSITIVE_INFINITY, infinite);
        Bits.assertEqual("gradient", new float[] {0.25f, -0.25f}, g);
        assertEquals(0f, SoftmaxCrossEntropy.lossAndGradient(1, 2, 0f, x, 0, new int[1], 0, g, 0, POOL));
        infinite = SoftmaxCrossEntropy.lossAndGradient(1, 2, 0.1f, x, 0, new int[1], 0, g, 0, POOL);
        assertEquals(Float.POSITIVE_INFINITY, infinite);
    }

    @Test
    void badInputIsRefused() {
        float[] x = new float[6];
        float[] q = new float[6];
        float[] g = new float[6];
        for (float smoothing : new float[] {-0.1f, 1f, Float.NaN}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> SoftmaxCrossEntropy.lossAndGradient(2, 3, smoothing, x, 0, new int[2], 0, g, 0, POOL),
                    "smoothing = " + smoothing,
                    "0 to below 1");
        }
        refused("batch = -1", -1, 3);
        refused("classes = 0", 2, 0);
        refused("batch·classes", 1 << 20, 1 << 12);
        Refused.with(
                NullPointerException.class,
                () -> SoftTargetCrossEntropy.lossAndGradient(2, 3, x, 0, q, 0, g, 0, null),
                "pool");
        DoorContract.of(
                        "soft targets",
                        "gradient",
                        21,
                        (a, at) -> SoftTargetCrossEntropy.lossAndGradient(
                                3, 7, a[1], at[1], a[2], at[2], a[0], at[0], POOL))
                .reading("logits", 21)
                .reading("targets", 21)
                .assertHeld();
        assertEquals(0f, SoftTargetCrossEntropy.lossAndGradient(0, 3, x, 6, q, 6, g, 6, POOL));
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(10_000, 5);
        float[] q = Data.uniform(10_000, 6);
        float[] g = new float[10_000];
        int[] labels = labels(1000, 10);
        Allocation.assertNone(
                "smoothed", () -> SoftmaxCrossEntropy.lossAndGradient(1000, 10, 0.1f, x, 0, labels, 0, g, 0, POOL));
        Allocation.assertNone(
                "soft targets", () -> SoftTargetCrossEntropy.lossAndGradient(1000, 10, x, 0, q, 0, g, 0, POOL));
    }

    private static void refused(String part, int batch, int classes) {
        float[] a = new float[6];
        Refused.with(
                IllegalArgumentException.class,
                () -> SoftTargetCrossEntropy.lossAndGradient(
                        batch, classes, a, 0, new float[6], 0, new float[6], 0, POOL),
                part);
    }

    private static void assertSmoothed(int batch, int classes, float smoothing, float[] logits, WorkerPool pool) {
        int[] labels = labels(batch, classes);
        float[] expected = new float[logits.length];
        float loss = ReferenceLoss.smoothedCrossEntropy(batch, classes, smoothing, logits, labels, expected);
        var x = Guarded.of(logits);
        var g = Guarded.output(logits.length);
        float got = SoftmaxCrossEntropy.lossAndGradient(
                batch, classes, smoothing, x.array(), x.offset(), labels, 0, g.array(), g.offset(), pool);
        Bits.assertEqual("loss", loss, got);
        Bits.assertEqual("gradient", expected, g.values());
        x.assertUnchanged("logits");
    }

    private static void assertSoftTargets(int batch, int classes, float[] logits, WorkerPool pool) {
        float[] targets = Data.uniform(logits.length, 77);
        for (int i = 0; i < targets.length; i++) {
            targets[i] = i % 3 == 0 ? 0f : Math.abs(targets[i]);
        }
        float[] expected = new float[logits.length];
        float loss = ReferenceLoss.softTargets(batch, classes, logits, targets, expected);
        var x = Guarded.of(logits);
        var q = Guarded.of(targets);
        var g = Guarded.output(logits.length);
        float got = SoftTargetCrossEntropy.lossAndGradient(
                batch, classes, x.array(), x.offset(), q.array(), q.offset(), g.array(), g.offset(), pool);
        Bits.assertEqual("loss", loss, got);
        Bits.assertEqual("gradient", expected, g.values());
        x.assertUnchanged("logits");
        q.assertUnchanged("targets");
    }

    private static float[] logits(int n, boolean odd, long seed) {
        float[] x = odd ? Data.odd(n, 50, seed) : Data.uniform(n, seed);
        for (int i = 0; i < n; i++) {
            x[i] *= odd ? 1f : 15f;
        }
        return x;
    }

    private static int[] labels(int batch, int classes) {
        return new SplittableRandom(batch).ints(batch, 0, classes).toArray();
    }
}
