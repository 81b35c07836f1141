// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2DTranspose;
import dev.quern.layers.Dense;
import dev.quern.layers.DepthwiseConv2D;
import dev.quern.layers.GlobalPool2D;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Padding;
import dev.quern.layers.Reshape;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As {@link TrainingTest}, for the layers that its network and that of {@link GraphTest} lack. */
class MoreLayersTrainingTest {
    private static final int BATCH = 6;
    private static final MeanSquaredErrorLoss LOSS = new MeanSquaredErrorLoss();

    private static Sequential model(WorkerPool pool) {
        return new Sequential("more")
                .add(new Reshape(9, 8, 2))
                .add(new DepthwiseConv2D(3).multiplier(3).strides(2).padding(Padding.SAME))
                .add(new Conv2DTranspose(5, 3).strides(2).padding(Padding.SAME).activation(Activation.gelu()))
                .add(new MaxPool2D(2).gradientToEveryMaximum(true))
                .add(new BatchNorm())
                .add(new Conv2DTranspose(20, 2).strides(2).activation(Activation.relu()))
                .add(GlobalPool2D.average())
                .add(new Dense(7))
                .add(Activation.logSoftmax())
                .build(pool, 3, BATCH, 144);
    }

    private static Tensor images(int count, long seed) {
        return Tensor.of(Data.uniform(count * 144, seed), count, 144);
    }

    private static Tensor targets(int count) {
        return Tensor.of(Data.uniform(count * 7, 9), count, 7);
    }

    @Test
    void everyNumberOfThreadsLearnsTheSame() {
        long expected = 0;
        for (WorkerPool pool : Pools.ALL) {
            Sequential model = model(pool);
            var sgd = new Sgd(0.05f, 0.9f);
            float first = 0;
            float last = 0;
            for (int step = 0; step < 20; step++) {
                int count = step == 7 ? 4 : BATCH;
                last = model.train(images(count, 1), targets(count), LOSS, sgd);
                first = step == 0 ? last : first;
            }
            assertTrue(last < first, first + " became " + last);
            expected = pool.threads() == 1 ? model.weightsCrc32() : expected;
            assertEquals(expected, model.weightsCrc32(), pool.threads() + " threads");
        }
    }

    @Test
    @Tag("allocation")
    void aStepOnAFullBatchAllocatesNothing() {
        Sequential model = model(WorkerPool.CALLER);
        var sgd = new Sgd(0.001f, 0.9f);
        Tensor images = images(BATCH, 1);
        Tensor targets = targets(BATCH);
        Allocation.assertNone("a training step", () -> model.train(images, targets, LOSS, sgd));
        Allocation.assertNone("a prediction", () -> model.predict(images));
    }
}
