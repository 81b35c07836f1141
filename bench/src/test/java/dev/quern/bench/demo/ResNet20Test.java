// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.random.CounterRandom;
import dev.quern.layers.Graph;
import dev.quern.layers.InferencePlan;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import org.junit.jupiter.api.Test;

/** ResNet-20 has the layers of its paper, and learns and predicts the same on one thread and on two. */
class ResNet20Test {
    private static final int BATCH = 4;

    private static Tensor images() {
        float[] pixels = new float[BATCH * ResNet20.SIDE * ResNet20.SIDE * ResNet20.CHANNELS];
        CounterRandom.fillUniform(1, 1, pixels.length, 0f, 1f, pixels, 0);
        return Tensor.of(pixels, BATCH, ResNet20.SIDE, ResNet20.SIDE, ResNet20.CHANNELS);
    }

    @Test
    void itHasTheShapesAndSizeOfItsPaper() {
        Graph network = ResNet20.create(WorkerPool.CALLER, 1, BATCH);
        String summary = network.summary();
        // 0.27 million; the paper's table 6.
        int parameters = network.parameters().stream()
                .mapToInt(parameter -> parameter.value().elements())
                .sum();
        assertEquals(272_474, parameters, summary);
        // 19 convolutions of 3×3, two of 1×1 in short cuts.
        assertTrue(summary.contains("conv2d_21") && !summary.contains("conv2d_22"), summary);
        for (String shape : new String[] {"(32, 32, 16)", "(16, 16, 32)", "(8, 8, 64)", "(64)", "(10)"}) {
            assertTrue(summary.contains(shape), summary);
        }
        assertArrayEquals(new int[] {BATCH, 10}, network.predict(images()).shape());
    }

    @Test
    void itLearnsAndPredictsTheSameOnOneThreadAndOnTwo() {
        long[] crcs = new long[2];
        float[][] scores = new float[2][];
        int[] labels = {3, 1, 4, 1};
        Tensor images = images();
        for (int threads = 1; threads <= 2; threads++) {
            try (var pool = new WorkerPool(threads)) {
                Graph network = ResNet20.create(pool, 7, BATCH);
                var loss = new SoftmaxCrossEntropyLoss();
                var optimizer = new Sgd(0.02f, 0.9f);
                float first = network.train(images, labels, loss, optimizer);
                float last = first;
                for (int step = 0; step < 12; step++) {
                    last = network.train(images, labels, loss, optimizer);
                }
                assertTrue(last < first / 2, "loss " + first + ", after 12 steps " + last);
                crcs[threads - 1] = network.weightsCrc32();
                scores[threads - 1] = InferencePlan.of(network, BATCH)
                        .newSession(pool)
                        .predict(images)
                        .data()
                        .clone();
            }
        }
        assertEquals(crcs[0], crcs[1]);
        assertArrayEquals(scores[0], scores[1]);
    }
}
