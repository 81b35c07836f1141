// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.loss.BinaryCrossEntropy;
import dev.quern.kernels.loss.Huber;
import dev.quern.kernels.loss.MeanAbsoluteError;
import dev.quern.tests.reference.ReferenceLoss;
import dev.quern.tests.reference.ReferenceMath;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.DoorContract;
import dev.quern.tests.toolkit.Guarded;
import dev.quern.tests.toolkit.Refused;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Losses that compare element by element, against plain loops bit for bit, and what they refuse. */
class PairLossProperties {
    /** One of the losses. */
    @FunctionalInterface
    private interface Door {
        float call(int n, float[] x, int xOffset, float[] t, int tOffset, float[] g, int gOffset);
    }

    /** Its plain loop. */
    @FunctionalInterface
    private interface Reference {
        float call(float[] x, float[] t, float[] gradient);
    }

    @Property(tries = 200)
    void absoluteErrorIsThePlainLoop(@ForAll @IntRange(max = 3000) int n, @ForAll boolean odd, @ForAll long seed) {
        assertSame(MeanAbsoluteError::lossAndGradient, ReferenceLoss::meanAbsoluteError, n, odd, 1, seed);
    }

    @Property(tries = 200)
    void huberIsThePlainLoop(
            @ForAll @IntRange(max = 3000) int n,
            @ForAll @FloatRange(min = 0.01f, max = 3f) float delta,
            @ForAll boolean odd,
            @ForAll long seed) {
        assertSame(huber(delta), (x, t, g) -> ReferenceLoss.huber(delta, x, t, g), n, odd, 3, seed);
    }

    @Property(tries = 200)
    void binaryCrossEntropyIsThePlainLoop(@ForAll @IntRange(max = 3000) int n, @ForAll boolean odd, @ForAll long seed) {
        assertSame(BinaryCrossEntropy::lossAndGradient, ReferenceLoss::binaryCrossEntropy, n, odd, 20, seed);
    }

    @Property(tries = 200)
    void binaryCrossEntropyIsCloseToDouble(
            @ForAll @FloatRange(min = -80f, max = 80f) float x, @ForAll @FloatRange(max = 1f) float t) {
        float[] gradient = new float[1];
        float got = BinaryCrossEntropy.lossAndGradient(1, new float[] {x}, 0, new float[] {t}, 0, gradient, 0);
        double expected = t * ReferenceMath.softplus(-x) + (1 - (double) t) * ReferenceMath.softplus(x);
        assertEquals(expected, got, 3e-7 * expected);
        assertEquals(ReferenceMath.sigmoid(x) - t, gradient[0], 2e-7);
    }

    @Test
    void aSureAndRightAnswerStillCostsALittle() {
        float[] gradient = new float[1];
        float loss = BinaryCrossEntropy.lossAndGradient(1, new float[] {30f}, 0, new float[] {1f}, 0, gradient, 0);
        assertEquals(Math.exp(-30), loss, 1e-6 * Math.exp(-30));
        loss = BinaryCrossEntropy.lossAndGradient(1, new float[] {-1000f}, 0, new float[] {1f}, 0, gradient, 0);
        assertEquals(1000f, loss);
        assertEquals(-1f, gradient[0]);
    }

    @Test
    void huberBeginsItsLineAtDelta() {
        float[] gradient = new float[3];
        float[] x = {0.5f, 2f, -5f};
        float loss = Huber.lossAndGradient(3, 2f, x, 0, new float[3], 0, gradient, 0);
        assertEquals((0.125f + 2f + 8f) / 3, loss);
        Bits.assertEqual("gradient", new float[] {0.5f * (1f / 3), 2f * (1f / 3), -2f * (1f / 3)}, gradient);
    }

    @Test
    void badInputIsRefused() {
        assertContract("MeanAbsoluteError", "prediction", MeanAbsoluteError::lossAndGradient);
        assertContract("Huber", "prediction", huber(1f));
        assertContract("BinaryCrossEntropy", "logits", BinaryCrossEntropy::lossAndGradient);
        for (float delta : new float[] {0f, -1f, Float.NaN, Float.POSITIVE_INFINITY}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> huber(delta).call(1, new float[1], 0, new float[1], 0, new float[1], 0),
                    "delta = " + delta,
                    "above 0");
        }
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] x = Data.uniform(3000, 5);
        float[] t = Data.uniform(3000, 6);
        float[] g = new float[3000];
        Allocation.assertNone("absolute", () -> MeanAbsoluteError.lossAndGradient(3000, x, 0, t, 0, g, 0));
        Allocation.assertNone("huber", () -> Huber.lossAndGradient(3000, 0.5f, x, 0, t, 0, g, 0));
        Allocation.assertNone("binary", () -> BinaryCrossEntropy.lossAndGradient(3000, x, 0, t, 0, g, 0));
    }

    private static Door huber(float delta) {
        return (n, x, xOffset, t, tOffset, g, gOffset) ->
                Huber.lossAndGradient(n, delta, x, xOffset, t, tOffset, g, gOffset);
    }

    private static void assertContract(String name, String input, Door door) {
        DoorContract.of(name, "gradient", 19, (a, at) -> door.call(19, a[1], at[1], a[2], at[2], a[0], at[0]))
                .reading(input, 19)
                .reading("target", 19)
                .assertHeld();
        float[] none = new float[0];
        Refused.with(IllegalArgumentException.class, () -> door.call(-1, none, 0, none, 0, none, 0), "n = -1");
        assertEquals(0f, door.call(0, none, 0, none, 0, none, 0));
    }

    private static void assertSame(Door door, Reference reference, int n, boolean odd, float range, long seed) {
        float[] x = odd ? Data.odd(n, 500, seed) : Data.uniform(n, seed);
        float[] target = Data.uniform(n, ~seed);
        for (int i = 0; i < n; i++) {
            x[i] *= range;
            // Some differences of exactly 0.
            target[i] = i % 7 == 0 ? x[i] : Math.abs(target[i]);
        }
        float[] expected = new float[n];
        float loss = reference.call(x, target, expected);
        var p = Guarded.of(x);
        var t = Guarded.of(target);
        var g = Guarded.output(n);
        float got = door.call(n, p.array(), p.offset(), t.array(), t.offset(), g.array(), g.offset());
        Bits.assertEqual("loss", loss, got);
        Bits.assertEqual("gradient", expected, g.values());
        p.assertUnchanged("prediction");
        t.assertUnchanged("target");
    }
}
