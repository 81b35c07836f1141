// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Flatten;
import dev.quern.layers.GlorotUniform;
import dev.quern.layers.GradientChecker;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Parameter;
import dev.quern.layers.Regularizer;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceLoss;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What weights cost is part of the loss, and its slope part of the gradient. */
class RegularizerTest {
    private static final Regularizer BOTH = new Regularizer(0.01f, 0.05f);

    private final Tensor images = Tensor.of(Data.uniform(2 * 36, 1), 2, 6, 6, 1);
    private final Tensor targets = Tensor.of(Data.uniform(4, 2), 2, 2);

    @Test
    void lossAndGradientsAreThoseWithoutPlusThePenalty() {
        Sequential plain = model(Regularizer.NONE, Regularizer.NONE);
        Sequential costly = model(BOTH, Regularizer.l1(0.5f));
        double loss = plain.gradients(images, targets, new MeanSquaredErrorLoss(), null);
        float got = costly.gradients(images, targets, new MeanSquaredErrorLoss(), null);
        for (int i = 0; i < 4; i++) {
            Parameter parameter = plain.parameters().get(i);
            float[] expected = parameter.gradient().data().clone();
            float l1 = i % 2 == 0 ? 0.01f : 0.5f;
            float l2 = i % 2 == 0 ? 0.05f : 0f;
            loss += ReferenceLoss.penalty(l1, l2, parameter.value().data(), expected);
            Bits.assertEqual(
                    parameter.name(),
                    expected,
                    costly.parameters().get(i).gradient().data());
        }
        assertEquals((float) loss, got);
    }

    @Test
    void gradientsAreTheSlopesOfTheLoss() {
        Sequential model = model(BOTH, BOTH);
        var worst = GradientChecker.check(model, images, targets, new MeanSquaredErrorLoss());
        assertTrue(worst.passed(), worst.toString());
    }

    @Test
    void costlyWeightsBecomeSmall() {
        Sequential model = model(Regularizer.l2(1f), Regularizer.NONE);
        var sgd = new Sgd(0.05f, 0f);
        for (int step = 0; step < 200; step++) {
            model.train(images, targets, new MeanSquaredErrorLoss(), sgd);
        }
        for (float weight : model.parameters().get(0).value().data()) {
            assertTrue(Math.abs(weight) < 0.01, "weight " + weight);
        }
    }

    @Test
    @Tag("allocation")
    void aStepAllocatesNothing() {
        Sequential model = model(BOTH, BOTH);
        var loss = new MeanSquaredErrorLoss();
        var sgd = new Sgd(1e-3f, 0f);
        Allocation.assertNone("step", () -> model.train(images, targets, loss, sgd));
    }

    @Test
    void badSettingsAreNamed() {
        Refused.with(IllegalArgumentException.class, () -> Regularizer.l1(-1f), "l1 = -1.0", "0 or more");
        Refused.with(IllegalArgumentException.class, () -> Regularizer.l2(Float.NaN), "l2 = NaN");
        Refused.with(NullPointerException.class, () -> new Dense(1).regularizers(null, BOTH), "forWeights");
        Refused.with(NullPointerException.class, () -> new Conv2D(1, 1).regularizers(BOTH, null), "forBias");
    }

    private static Sequential model(Regularizer weights, Regularizer bias) {
        return new Sequential("costly")
                .add(new Conv2D(2, 3)
                        .activation(Activation.tanh())
                        .initializers(new GlorotUniform(), new GlorotUniform())
                        .regularizers(weights, bias))
                .add(new Flatten())
                .add(new Dense(2)
                        .initializers(new GlorotUniform(), new GlorotUniform())
                        .regularizers(weights, bias))
                .build(WorkerPool.CALLER, 3, 2, 6, 6, 1);
    }
}
