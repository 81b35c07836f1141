// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A model as a whole: it learns, takes no memory while it does, and learns the same on any number of threads. */
class TrainingTest {
    private static final int BATCH = 32;
    private static final SoftmaxCrossEntropyLoss LOSS = new SoftmaxCrossEntropyLoss();

    @Test
    void aSmallNetworkLearns() {
        Sequential model = Models.small(WorkerPool.CALLER, 1, BATCH);
        var sgd = new Sgd(0.05f, 0.9f);
        float first = 0;
        float last = 0;
        int[] labels = new int[BATCH];
        for (int step = 0; step < 100; step++) {
            last = model.train(Models.images(labels, step), labels, LOSS, sgd);
            first = step == 0 ? last : first;
        }
        assertTrue(first > 1, "loss before: " + first);
        assertTrue(last < 0.1, "loss after: " + last);
        Tensor images = Models.images(labels, 1_000_000);
        Tensor output = model.predict(images);
        int right = 0;
        for (int n = 0; n < BATCH; n++) {
            right += largest(output, n) == labels[n] ? 1 : 0;
        }
        assertTrue(right >= BATCH - 2, right + " of " + BATCH + " right");
    }

    @Test
    void everyNumberOfThreadsLearnsTheSameWeights() {
        long expected = 0;
        for (WorkerPool pool : Pools.ALL) {
            Sequential model = Models.small(pool, 7, BATCH);
            var sgd = new Sgd(0.05f, 0.9f);
            for (int step = 0; step < 12; step++) {
                int[] labels = new int[step % 5 == 4 ? BATCH / 2 + 1 : BATCH];
                model.train(Models.images(labels, step), labels, LOSS, sgd);
            }
            long crc = model.weightsCrc32();
            expected = pool.threads() == 1 ? crc : expected;
            assertEquals(expected, crc, pool.threads() + " threads");
        }
        assertNotEquals(expected, Models.small(WorkerPool.CALLER, 7, BATCH).weightsCrc32());
    }

    @Test
    @Tag("allocation")
    void aStepOnAFullBatchAllocatesNothing() {
        // Few images a step: what has to become warm is the number of calls.
        int batch = 4;
        Sequential model = Models.small(WorkerPool.CALLER, 1, batch);
        var sgd = new Sgd(0.001f, 0.9f);
        int[] labels = new int[batch];
        Tensor images = Models.images(labels, 1);
        Allocation.assertNone("a training step", () -> model.train(images, labels, LOSS, sgd));
        Allocation.assertNone("a prediction", () -> model.predict(images));
    }

    @Test
    void anImagesOutputDoesNotDependOnItsCompany() {
        Sequential model = Models.small(Pools.TWO, 3, BATCH);
        Tensor images = Models.images(new int[BATCH], 5);
        float[] together = Arrays.copyOf(
                model.predict(images).data(), model.predict(images).elements());
        for (int count : new int[] {1, 2, BATCH - 1, BATCH}) {
            Tensor output = model.predict(images.first(count));
            assertArrayEquals(new int[] {count, Models.CLASSES}, output.shape());
            Bits.assertEqual(
                    count + " images",
                    Arrays.copyOf(together, output.elements()),
                    Arrays.copyOf(output.data(), output.elements()));
        }
        assertEquals(0, model.predict(images.first(0)).elements());
    }

    @Test
    void trainingAndInferenceGiveTheSameOutput() {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        int[] labels = new int[BATCH];
        Tensor images = Models.images(labels, 5);
        float loss = model.gradients(images, labels, LOSS, null);
        Tensor output = model.predict(images);
        Tensor gradient = Tensor.zeros(output.shape());
        assertEquals(loss, LOSS.lossAndGradient(output, labels, gradient, WorkerPool.CALLER));
    }

    @Test
    void askingForTheInputGradientChangesNoOther() {
        Sequential model = Models.small(WorkerPool.CALLER, 3, BATCH);
        int[] labels = new int[BATCH];
        Tensor images = Models.images(labels, 5);
        model.gradients(images, labels, LOSS, null);
        List<float[]> before = model.parameters().stream()
                .map(p -> p.gradient().data().clone())
                .toList();
        model.gradients(images, labels, LOSS, Tensor.zeros(images.shape()));
        for (int i = 0; i < before.size(); i++) {
            Parameter parameter = model.parameters().get(i);
            Bits.assertEqual(
                    parameter.name(), before.get(i), parameter.gradient().data());
        }
    }

    @Test
    void theSeedDecidesTheFirstWeights() {
        Sequential one = Models.small(WorkerPool.CALLER, 1, BATCH);
        assertEquals(one.weightsCrc32(), Models.small(Pools.TWO, 1, 1).weightsCrc32());
        assertNotEquals(
                one.weightsCrc32(), Models.small(WorkerPool.CALLER, 2, BATCH).weightsCrc32());
        Parameter weights = one.parameters().get(2);
        assertEquals("conv2d_2/weights", weights.name());
        // Glorot: √(6 / (3·3·6 + 3·3·16)).
        double limit = Math.sqrt(6.0 / (54 + 144));
        float most = 0;
        for (float w : weights.value().data()) {
            most = Math.max(most, Math.abs(w));
        }
        assertTrue(most <= limit * 1.000001 && most > 0.97 * limit, most + " of " + limit);
        assertArrayEquals(new float[16], one.parameters().get(3).value().data());
    }

    @Test
    void momentumFollowsItsFormula() {
        var parameter = new Parameter("p", Tensor.of(new float[] {1f}, 1), Tensor.of(new float[] {0.5f}, 1));
        var parameters = List.of(parameter);
        var sgd = new Sgd(0.25f, 0.5f);
        sgd.step(parameters, WorkerPool.CALLER);
        assertEquals(1 - 0.25f * 0.5f, parameter.value().data()[0]);
        sgd.rate(1f);
        sgd.step(parameters, WorkerPool.CALLER);
        assertEquals(0.875f - 0.75f, parameter.value().data()[0]);
    }

    @Test
    void aLineIsFitBySquaredError() {
        var model = new Sequential("line").add(new dev.quern.layers.Dense(1)).build(WorkerPool.CALLER, 1, 8, 2);
        var sgd = new Sgd(0.1f, 0.5f);
        for (int step = 0; step < 300; step++) {
            float[] x = Data.uniform(16, step);
            float[] y = new float[8];
            for (int i = 0; i < 8; i++) {
                y[i] = 3 * x[2 * i] - 2 * x[2 * i + 1] + 0.5f;
            }
            model.train(Tensor.of(x, 8, 2), Tensor.of(y, 8, 1), new MeanSquaredErrorLoss(), sgd);
        }
        assertArrayEquals(new float[] {3, -2}, model.parameters().get(0).value().data(), 1e-3f);
        assertArrayEquals(new float[] {0.5f}, model.parameters().get(1).value().data(), 1e-3f);
    }

    private static int largest(Tensor output, int row) {
        int best = 0;
        int columns = output.dimension(1);
        for (int c = 1; c < columns; c++) {
            best = output.data()[row * columns + c] > output.data()[row * columns + best] ? c : best;
        }
        return best;
    }
}
