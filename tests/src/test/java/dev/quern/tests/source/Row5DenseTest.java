// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Constant;
import dev.quern.layers.Dense;
import dev.quern.layers.GlorotUniform;
import dev.quern.layers.GradientChecker;
import dev.quern.layers.HeNormal;
import dev.quern.layers.Initializer;
import dev.quern.layers.Loss;
import dev.quern.layers.Parameter;
import dev.quern.layers.Regularizer;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Data;
import org.junit.jupiter.api.Test;

/**
 * Row 5 of the source material, the dense layer: units, optional bias, kernel and bias initialisers, kernel and bias
 * regularisers, forward, backward, update. On whole numbers and powers of two, where every sum is exact.
 */
class Row5DenseTest {
    private static final WorkerPool POOL = WorkerPool.CALLER;
    private static final int BATCH = 4;
    private static final int INPUTS = 7;
    private static final int UNITS = 5;

    private static final float[] X = Data.whole(BATCH * INPUTS, 1);
    private static final float[] W = Data.whole(INPUTS * UNITS, 2);
    private static final float[] B = Data.whole(UNITS, 3);
    private static final float[] DIFF = Data.whole(BATCH * UNITS, 4);

    /** A loss whose gradient is given. */
    private static final Loss<float[]> GIVEN = (prediction, diff, gradient, pool) -> {
        System.arraycopy(diff, 0, gradient.data(), 0, diff.length);
        return 0f;
    };

    @Test
    void forwardIsXTimesWPlusB() {
        float[] y = model(dense(Regularizer.NONE, Regularizer.NONE))
                .predict(images())
                .data();
        assertArrayEquals(product(true), y);
    }

    @Test
    void theBiasIsOptional() {
        Sequential model = model(dense(Regularizer.NONE, Regularizer.NONE).withoutBias());
        assertEquals(1, model.parameters().size());
        assertArrayEquals(product(false), model.predict(images()).data());
        model.gradients(images(), DIFF, GIVEN, null);
        assertArrayEquals(weightsGradient(0f, 0f), gradient(model, 0));
    }

    @Test
    void backwardIsXTransposedTimesTheGradientAndTheGradientTimesWTransposed() {
        Sequential model = model(dense(Regularizer.NONE, Regularizer.NONE));
        Tensor diffX = Tensor.zeros(BATCH, INPUTS);
        assertEquals(0f, model.gradients(images(), DIFF, GIVEN, diffX));
        assertArrayEquals(weightsGradient(0f, 0f), gradient(model, 0));
        assertArrayEquals(biasGradient(0f, 0f), gradient(model, 1));
        float[] expected = new float[BATCH * INPUTS];
        for (int i = 0; i < expected.length; i++) {
            for (int u = 0; u < UNITS; u++) {
                expected[i] += DIFF[i / INPUTS * UNITS + u] * W[i % INPUTS * UNITS + u];
            }
        }
        assertArrayEquals(expected, diffX.data());
    }

    @Test
    void regularisersAddTheirSlopeToTheGradientAndTheirPenaltyToTheLoss() {
        Sequential model = model(dense(new Regularizer(0.5f, 0.25f), Regularizer.l2(2f)));
        double penalty = 0;
        for (float w : W) {
            penalty += 0.5 * Math.abs(w) + 0.25 * w * w;
        }
        for (float b : B) {
            penalty += 2 * b * b;
        }
        assertEquals((float) penalty, model.gradients(images(), DIFF, GIVEN, null));
        assertArrayEquals(weightsGradient(0.5f, 0.25f), gradient(model, 0));
        assertArrayEquals(biasGradient(0f, 2f), gradient(model, 1));
    }

    @Test
    void theUpdateTakesTheRateTimesTheGradientOff() {
        Sequential model = model(dense(Regularizer.l1(0.5f), Regularizer.NONE));
        model.train(images(), DIFF, GIVEN, new Sgd(0.125f, 0f));
        float[] weights = weightsGradient(0.5f, 0f);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = W[i] - 0.125f * weights[i];
        }
        float[] bias = biasGradient(0f, 0f);
        for (int i = 0; i < bias.length; i++) {
            bias[i] = B[i] - 0.125f * bias[i];
        }
        assertArrayEquals(weights, model.parameters().get(0).value().data());
        assertArrayEquals(bias, model.parameters().get(1).value().data());
    }

    @Test
    void weightsAndBiasHaveInitialisersOfTheirOwn() {
        Sequential model = model(new Dense(UNITS).initializers(new HeNormal(), new Constant(0.25f)));
        Parameter weights = model.parameters().get(0);
        assertArrayEquals(new int[] {INPUTS, UNITS}, weights.value().shape());
        Tensor expected = Tensor.zeros(INPUTS, UNITS);
        new HeNormal().fill(9, 0, INPUTS, UNITS, expected);
        assertArrayEquals(expected.data(), weights.value().data());
        for (float b : model.parameters().get(1).value().data()) {
            assertEquals(0.25f, b);
        }
    }

    @Test
    void itsGradientsAreTheNumericOnes() {
        var random = new GlorotUniform();
        var worst = GradientChecker.check(
                new Dense(UNITS)
                        .activation(Activation.sigmoid())
                        .initializers(random, random)
                        .regularizers(new Regularizer(0.01f, 0.02f), Regularizer.l2(0.03f)),
                1,
                BATCH,
                INPUTS);
        assertTrue(worst.passed(), worst.toString());
    }

    private static Dense dense(Regularizer weights, Regularizer bias) {
        return new Dense(UNITS).initializers(given(W), given(B)).regularizers(weights, bias);
    }

    private static Initializer given(float[] values) {
        return (seed, stream, fanIn, fanOut, value) -> System.arraycopy(values, 0, value.data(), 0, values.length);
    }

    private static Sequential model(Dense dense) {
        return new Sequential("dense").add(dense).build(POOL, 9, BATCH, INPUTS);
    }

    private static Tensor images() {
        return Tensor.of(X, BATCH, INPUTS);
    }

    private static float[] gradient(Sequential model, int parameter) {
        return model.parameters().get(parameter).gradient().data();
    }

    private static float[] product(boolean bias) {
        float[] y = new float[BATCH * UNITS];
        for (int i = 0; i < y.length; i++) {
            y[i] = bias ? B[i % UNITS] : 0f;
            for (int k = 0; k < INPUTS; k++) {
                y[i] += X[i / UNITS * INPUTS + k] * W[k * UNITS + i % UNITS];
            }
        }
        return y;
    }

    private static float[] weightsGradient(float l1, float l2) {
        float[] gradient = new float[INPUTS * UNITS];
        for (int i = 0; i < gradient.length; i++) {
            for (int n = 0; n < BATCH; n++) {
                gradient[i] += X[n * INPUTS + i / UNITS] * DIFF[n * UNITS + i % UNITS];
            }
            gradient[i] += l1 * Math.signum(W[i]) + 2 * l2 * W[i];
        }
        return gradient;
    }

    private static float[] biasGradient(float l1, float l2) {
        float[] gradient = new float[UNITS];
        for (int u = 0; u < UNITS; u++) {
            for (int n = 0; n < BATCH; n++) {
                gradient[u] += DIFF[n * UNITS + u];
            }
            gradient[u] += l1 * Math.signum(B[u]) + 2 * l2 * B[u];
        }
        return gradient;
    }
}
