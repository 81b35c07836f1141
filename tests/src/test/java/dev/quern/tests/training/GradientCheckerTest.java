// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.layers.Activation;
import dev.quern.layers.AvgPool2D;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Dropout;
import dev.quern.layers.Flatten;
import dev.quern.layers.GlorotUniform;
import dev.quern.layers.GradientChecker;
import dev.quern.layers.Layer;
import dev.quern.layers.LayerNorm;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Padding;
import dev.quern.layers.Parameter;
import dev.quern.layers.Plan;
import dev.quern.layers.SeparableConv2D;
import dev.quern.layers.Sequential;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.layers.Models;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The gradient checker passes layers that are right and catches those that are not. */
class GradientCheckerTest {
    @Test
    void layersThatAreRightPass() {
        var random = new GlorotUniform();
        passes(new Dense(7).activation(Activation.sigmoid()).initializers(random, random), 11);
        passes(new Dense(7).activation(Activation.relu()).initializers(random, random), 11);
        passes(new Conv2D(4, 3).padding(Padding.SAME).activation(Activation.gelu()), 5, 6, 3);
        passes(new Conv2D(4, 3, 2).strides(2, 1).groups(2), 7, 5, 6);
        passes(new MaxPool2D(2), 6, 4, 5);
        passes(new AvgPool2D(3).strides(2), 7, 7, 2);
        passes(Activation.softmax(), 7);
        passes(Activation.leakyRelu(0.1f), 20);
        passes(Activation.hardSwish(), 20);
        passes(new Flatten(), 2, 3, 2);
        passes(new BatchNorm(), 3, 3, 4);
        passes(new LayerNorm(), 3, 6);
        passes(new Dropout(0.4f), 30);
        passes(new SeparableConv2D(3, 3), 5, 5, 2);
    }

    @Test
    void aWholeModelPasses() {
        Sequential model = new Sequential("smooth")
                .add(new Conv2D(3, 3).activation(Activation.tanh()))
                .add(new AvgPool2D(2))
                .add(new Flatten())
                .add(new Dense(4).activation(Activation.silu()))
                .add(new Dense(3))
                .build(WorkerPool.CALLER, 1, 2, 6, 6, 2);
        int[] labels = {2, 0};
        Tensor images = Tensor.of(Data.uniform(144, 1), 2, 6, 6, 2);
        float[] before = images.data().clone();
        long crc = model.weightsCrc32();
        var worst = GradientChecker.check(model, images, labels, new SoftmaxCrossEntropyLoss(0.1f));
        assertTrue(worst.passed(), worst.toString());
        assertEquals(crc, model.weightsCrc32());
        assertTrue(Arrays.equals(before, images.data()));
    }

    @Test
    void wrongLayersAreCaught() {
        catches(Mistake.NONE, "nowhere");
        catches(Mistake.HALF_A_WEIGHT, "scale_1/weights[2]");
        catches(Mistake.MEAN_OVER_THE_BATCH, "scale_1/weights[");
        catches(Mistake.NO_WEIGHT_IN_THE_INPUT, "input[");
        catches(Mistake.NOT_A_NUMBER, "input[");
    }

    @Test
    void nullsAreNamed() {
        Sequential model = Models.small(WorkerPool.CALLER, 1, 2);
        var loss = new SoftmaxCrossEntropyLoss();
        Refused.with(
                NullPointerException.class,
                () -> GradientChecker.check(null, Tensor.zeros(1), new int[1], loss),
                "model");
        Refused.with(NullPointerException.class, () -> GradientChecker.check(model, null, new int[1], loss), "images");
        Refused.with(
                NullPointerException.class,
                () -> GradientChecker.check(model, Tensor.zeros(2, 12, 12, 1), new int[2], null),
                "loss");
    }

    private static void passes(Layer layer, int... shape) {
        var worst = GradientChecker.check(layer, 1, 3, shape);
        assertTrue(worst.passed(), layer.kind() + ": " + worst);
    }

    private static void catches(Mistake mistake, String where) {
        var worst = GradientChecker.check(new Scale(mistake), 1, 3, 5);
        if (mistake == Mistake.NONE) {
            assertTrue(worst.passed(), worst.toString());
        } else {
            assertFalse(worst.passed(), mistake + ": " + worst);
            assertTrue(worst.where().startsWith(where), mistake + ": " + worst);
        }
    }

    private enum Mistake {
        NONE,
        HALF_A_WEIGHT,
        MEAN_OVER_THE_BATCH,
        NO_WEIGHT_IN_THE_INPUT,
        NOT_A_NUMBER
    }

    /** y = w·x, element by element, with a mistake on the way back. */
    private static final class Scale implements Layer {
        private final Mistake mistake;
        private Parameter weights;

        Scale(Mistake mistake) {
            this.mistake = mistake;
        }

        @Override
        public String kind() {
            return "scale";
        }

        @Override
        public int[] build(Plan plan, int... inputShape) {
            weights = plan.parameter("weights", new GlorotUniform(), 1, 1, inputShape);
            return inputShape;
        }

        @Override
        public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
            float[] w = weights.value().data();
            for (int i = 0; i < src.elements(); i++) {
                dst.data()[i] = w[i % w.length] * src.data()[i];
            }
        }

        @Override
        public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
            float[] w = weights.value().data();
            float[] g = weights.gradient().data();
            Arrays.fill(g, 0f);
            for (int i = 0; i < src.elements(); i++) {
                int k = i % w.length;
                float half = mistake == Mistake.HALF_A_WEIGHT && k == 2 ? 0.5f : 1f;
                float mean = mistake == Mistake.MEAN_OVER_THE_BATCH ? 1f / src.dimension(0) : 1f;
                g[k] += diffDst.data()[i] * src.data()[i] * half * mean;
                if (diffSrc == null) {
                    continue;
                }
                float slope = mistake == Mistake.NO_WEIGHT_IN_THE_INPUT ? 1f : w[k];
                diffSrc.data()[i] = diffDst.data()[i] * (mistake == Mistake.NOT_A_NUMBER ? Float.NaN : slope);
            }
        }
    }
}
