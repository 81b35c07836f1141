// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.loss.WeightPenalty;
import dev.quern.tests.reference.ReferenceLoss;
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

/** The penalty of weights and its gradient against the plain loop, bit for bit. */
class WeightPenaltyProperties {
    @Property(tries = 200)
    void thePenaltyIsThePlainLoop(
            @ForAll @IntRange(max = 3000) int n,
            @ForAll @FloatRange(max = 1f) float l1,
            @ForAll @FloatRange(max = 1f) float l2,
            @ForAll boolean odd,
            @ForAll long seed) {
        float[] weights = odd ? Data.odd(n, 500, seed) : Data.uniform(n, seed);
        float[] gradient = Data.uniform(n, ~seed);
        var w = Guarded.of(weights);
        var g = Guarded.of(gradient);
        var scratch = Guarded.output(WeightPenalty.SCRATCH);
        float got = WeightPenalty.addGradient(
                n, l1, l2, w.array(), w.offset(), g.array(), g.offset(), scratch.array(), scratch.offset());
        Bits.assertEqual("penalty", ReferenceLoss.penalty(l1, l2, weights, gradient), got);
        Bits.assertEqual("gradient", gradient, g.values());
        w.assertUnchanged("weights");
        scratch.values();
    }

    @Test
    void thePenaltyOfKnownWeights() {
        float[] w = {2f, -3f, 0f};
        float[] g = {1f, 1f, 1f};
        float penalty = WeightPenalty.addGradient(3, 0.5f, 0.25f, w, 0, g, 0, new float[WeightPenalty.SCRATCH], 0);
        assertEquals(0.5f * 5 + 0.25f * 13, penalty);
        Bits.assertEqual("gradient", new float[] {2.5f, -1f, 1f}, g);
    }

    @Test
    void badInputIsRefused() {
        float[] a = new float[4];
        float[] b = new float[4];
        float[] scratch = new float[WeightPenalty.SCRATCH];
        for (float bad : new float[] {-1f, Float.NaN, Float.POSITIVE_INFINITY}) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> WeightPenalty.addGradient(4, bad, 0f, a, 0, b, 0, scratch, 0),
                    "l1 = " + bad,
                    "0 or more");
            Refused.with(
                    IllegalArgumentException.class,
                    () -> WeightPenalty.addGradient(4, 0f, bad, a, 0, b, 0, scratch, 0),
                    "l2 = " + bad);
        }
        Refused.with(
                IllegalArgumentException.class,
                () -> WeightPenalty.addGradient(-1, 0f, 0f, a, 0, b, 0, scratch, 0),
                "n = -1");
        Refused.with(
                IllegalArgumentException.class,
                () -> WeightPenalty.addGradient(4, 0f, 0f, a, 0, a, 0, scratch, 0),
                "gradient",
                "weights");
        DoorContract.of(
                        "addGradient",
                        "scratch",
                        WeightPenalty.SCRATCH,
                        (x, at) -> WeightPenalty.addGradient(19, 1f, 1f, x[1], at[1], x[2], at[2], x[0], at[0]))
                .reading("weights", 19)
                .reading("gradient", 19)
                .assertHeld();
    }

    @Test
    @Tag("allocation")
    void nothingIsAllocated() {
        float[] w = Data.uniform(3000, 1);
        float[] g = new float[3000];
        float[] scratch = new float[WeightPenalty.SCRATCH];
        Allocation.assertNone("penalty", () -> WeightPenalty.addGradient(3000, 1e-4f, 1e-4f, w, 0, g, 0, scratch, 0));
    }
}
