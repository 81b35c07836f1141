// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;

/** A network of this library under training by gradient descent, the rate falling linearly to zero. */
final class NetworkModel implements DemoModel {
    private static final int CLASSES = LeNet5.CLASSES;

    /** At the start. */
    private static final double RATE = 0.02;

    private static final float MOMENTUM = 0.9f;

    private final Model network;
    private final WorkerPool pool;
    private final SoftmaxCrossEntropyLoss loss = new SoftmaxCrossEntropyLoss();
    private final Sgd optimizer = new Sgd((float) RATE, MOMENTUM);

    NetworkModel(DemoNetwork kind, int batch, long seed, int threads) {
        pool = new WorkerPool(threads);
        network = kind.make(pool, seed, batch);
    }

    @Override
    public String describe() {
        return network.summary();
    }

    @Override
    public double trainBatch(float[] images, int[] labels, int count, double progress) {
        optimizer.rate((float) (RATE * (1 - progress)));
        return network.train(tensor(images, count), labels, loss, optimizer);
    }

    @Override
    public void predict(float[] images, int count, int[] labels) {
        float[] scores = network.predict(tensor(images, count)).data();
        for (int image = 0; image < count; image++) {
            int best = 0;
            for (int label = 1; label < CLASSES; label++) {
                if (scores[image * CLASSES + label] > scores[image * CLASSES + best]) {
                    best = label;
                }
            }
            labels[image] = best;
        }
    }

    private static Tensor tensor(float[] images, int count) {
        return Tensor.of(images, count, ImageSet.SIDE, ImageSet.SIDE, 1);
    }

    @Override
    public long weightsCrc32() {
        return network.weightsCrc32();
    }

    @Override
    public void close() {
        pool.close();
    }
}
