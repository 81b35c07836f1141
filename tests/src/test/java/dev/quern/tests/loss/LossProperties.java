// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.loss.MeanSquaredError;
import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.tests.reference.ReferenceLoss;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Pools;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Losses and their gradients against plain loops, bit for bit, and against the mathematics in double. */
class LossProperties {
    @Property(tries = 200)
    void crossEntropyIsThePlainLoop(
            @ForAll @IntRange(max = 40) int batch,
            @ForAll @IntRange(min = 1, max = 70) int classes,
            @ForAll boolean odd,
            @ForAll long seed) {
        int n = batch * classes;
        float[] logits = odd ? Data.odd(n, 50, seed) : times(Data.uniform(n, seed), 15f);
        assertCrossEntropy(batch, classes, logits, WorkerPool.CALLER);
    }

    @Test
    void crossEntropyHasTheSameBitsOnEveryPool() {
        for (WorkerPool pool : Pools.ALL) {
            assertCrossEntropy(33, 1000, times(Data.uniform(33_000, 9), 10f), pool);
            assertCrossEntropy(1000, 10, times(Data.uniform(10_000, 9), 10f), pool);
        }
    }

    @Property(tries = 100)
    void crossEntropyIsCloseToDouble(
            @ForAll @IntRange(min = 1, max = 20) int batch,
            @ForAll @IntRange(min = 1, max = 50) int classes,
            @ForAll @IntRange(min = 1, max = 200) int range,
            @ForAll long seed) {
        float[] x = times(Data.uniform((long) batch * classes, seed), range);
        int[] labels = labels(batch, classes);
        double loss = 0;
        for (int row = 0; row < batch; row++) {
            double sum = 0;
            for (int j = 0; j < classes; j++) {
                sum += StrictMath.exp(x[row * classes + j]);
            }
            loss += StrictMath.log(sum) - x[row * classes + labels[row]];
        }
        float got = SoftmaxCrossEntropy.lossAndGradient(
                batch, classes, x, 0, labels, 0, new float[x.length], 0, WorkerPool.CALLER);
        assertEquals(loss / batch, got, 1e-6 + 1e-6 * loss / batch);
    }

    @Test
    void crossEntropyOfAnImpossibleClassStaysFiniteUntilItsLogitIsNegativeInfinity() {
        float[] gradient = new float[2];
        int[] label = {1};
        assertEquals(1000f, crossEntropy(new float[] {500f, -500f}, label, gradient));
        Bits.assertEqual("gradient", new float[] {1f, -1f}, gradient);
        assertEquals(Float.POSITIVE_INFINITY, crossEntropy(new float[] {0f, Float.NEGATIVE_INFINITY}, label, gradient));
        assertEquals(Float.NaN, crossEntropy(new float[] {0f, Float.NaN}, label, gradient));
        assertEquals(Float.NaN, crossEntropy(new float[] {Float.POSITIVE_INFINITY, 1f}, label, gradient));
        Bits.assertEqual("gradient", new float[] {Float.NaN, Float.NaN}, gradient);
    }

    @Property(tries = 200)
    void meanSquaredErrorIsThePlainLoop(@ForAll @IntRange(max = 3000) int n, @ForAll boolean odd, @ForAll long seed) {
        float[] prediction = odd ? Data.odd(n, 500, seed) : Data.uniform(n, seed);
        float[] target = Data.uniform(n, ~seed);
        float[] expected = new float[n];
        float loss = ReferenceLoss.meanSquaredError(prediction, target, expected);
        var p = Guarded.of(prediction);
        var t = Guarded.of(target);
        var g = Guarded.output(n);
        float got = MeanSquaredError.lossAndGradient(
                n, p.array(), p.offset(), t.array(), t.offset(), g.array(), g.offset());
        Bits.assertEqual("loss", loss, got);
        Bits.assertEqual("gradient", expected, g.values());
        p.assertUnchanged("prediction");
        t.assertUnchanged("target");
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(10_000, 5);
        float[] t = Data.uniform(10_000, 6);
        float[] gradient = new float[10_000];
        int[] labels = labels(1000, 10);
        WorkerPool pool = WorkerPool.CALLER;
        Allocation.assertNone(
                "cross-entropy",
                () -> SoftmaxCrossEntropy.lossAndGradient(1000, 10, x, 0, labels, 0, gradient, 0, pool));
        Allocation.assertNone("squared error", () -> MeanSquaredError.lossAndGradient(10_000, x, 0, t, 0, gradient, 0));
    }

    private static void assertCrossEntropy(int batch, int classes, float[] logits, WorkerPool pool) {
        int[] labels = labels(batch, classes);
        float[] expected = new float[logits.length];
        float loss = ReferenceLoss.softmaxCrossEntropy(batch, classes, logits, labels, expected);
        var x = Guarded.of(logits);
        var g = Guarded.output(logits.length);
        float got = SoftmaxCrossEntropy.lossAndGradient(
                batch, classes, x.array(), x.offset(), labels, 0, g.array(), g.offset(), pool);
        String what = batch + "×" + classes + ", threads " + pool.threads();
        Bits.assertEqual("loss " + what, loss, got);
        Bits.assertEqual("gradient " + what, expected, g.values());
        x.assertUnchanged("logits");
    }

    private static float crossEntropy(float[] logits, int[] label, float[] gradient) {
        return SoftmaxCrossEntropy.lossAndGradient(
                1, logits.length, logits, 0, label, 0, gradient, 0, WorkerPool.CALLER);
    }

    private static int[] labels(int batch, int classes) {
        return new SplittableRandom(batch).ints(batch, 0, classes).toArray();
    }

    private static float[] times(float[] x, float factor) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
        return x;
    }
}
