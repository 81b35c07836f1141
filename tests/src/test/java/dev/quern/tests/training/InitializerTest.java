// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.random.CounterRandom;
import dev.quern.layers.Constant;
import dev.quern.layers.GlorotNormal;
import dev.quern.layers.GlorotUniform;
import dev.quern.layers.HeNormal;
import dev.quern.layers.HeUniform;
import dev.quern.layers.Initializer;
import dev.quern.layers.Tensor;
import dev.quern.layers.Zeros;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

/** First values: their variance is the published one, their bits follow from seed and stream. */
class InitializerTest {
    private static final int N = 40_000;
    private static final int FAN_IN = 150;
    private static final int FAN_OUT = 50;

    @Test
    void variancesAreThePublishedOnes() {
        assertVariance(new GlorotUniform(), 2.0 / 200);
        assertVariance(new GlorotNormal(), 2.0 / 200);
        assertVariance(new HeUniform(), 2.0 / 150);
        assertVariance(new HeNormal(), 2.0 / 150);
        assertVariance(new Zeros(), 0);
    }

    @Test
    void uniformOnesKeepTheirLimitAndNormalOnesExceedIt() {
        double limit = Math.sqrt(6.0 / FAN_IN);
        assertEquals(limit, largest(fill(new HeUniform(), 1)), 1e-3 * limit);
        assertTrue(largest(fill(new HeNormal(), 1)) > 1.5 * limit);
    }

    @Test
    void normalOnesAreThoseOfTheGenerator() {
        float[] expected = new float[N];
        CounterRandom.fillNormal(7, 3, N, 0f, (float) Math.sqrt(2.0 / FAN_IN), expected, 0);
        Bits.assertEqual("He", expected, fill(new HeNormal(), 7));
        CounterRandom.fillNormal(7, 3, N, 0f, (float) Math.sqrt(2.0 / (FAN_IN + FAN_OUT)), expected, 0);
        Bits.assertEqual("Glorot", expected, fill(new GlorotNormal(), 7));
    }

    @Test
    void aConstantIsTheSameEverywhere() {
        for (float value : fill(new Constant(0.25f), 1)) {
            assertEquals(0.25f, value);
        }
        Refused.with(IllegalArgumentException.class, () -> new Constant(Float.NaN), "number = NaN", "finite");
    }

    private static float[] fill(Initializer initializer, long seed) {
        Tensor value = Tensor.zeros(N);
        initializer.fill(seed, 3, FAN_IN, FAN_OUT, value);
        return value.data();
    }

    private static float largest(float[] values) {
        float most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    private static void assertVariance(Initializer initializer, double expected) {
        double mean = 0;
        double square = 0;
        for (double value : fill(initializer, 5)) {
            mean += value / N;
            square += value * value / N;
        }
        String what = initializer.getClass().getSimpleName();
        assertEquals(0, mean, 0.02 * Math.sqrt(expected), what);
        assertEquals(expected, square, 0.02 * expected, what);
    }
}
