// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Flatten;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Padding;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;

/**
 * LeNet-5 with ReLU and max pooling: two convolutions of 6 and 16 kernels 5×5, three dense layers of 120, 84 and 10
 * units; after LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998.
 */
public final class LeNet5 implements DemoModel {
    private static final int CLASSES = 10;
    /** At the start; falls linearly to zero. */
    private static final double RATE = 0.02;

    private static final float MOMENTUM = 0.9f;

    private final Sequential network;
    private final WorkerPool pool;
    private final SoftmaxCrossEntropyLoss loss = new SoftmaxCrossEntropyLoss();
    private final Sgd optimizer = new Sgd((float) RATE, MOMENTUM);

    LeNet5(int batch, long seed, int threads) {
        pool = new WorkerPool(threads);
        network = network(pool, seed, batch);
    }

    /** The network alone, for batches up to that size. */
    public static Sequential network(WorkerPool pool, long seed, int batch) {
        return new Sequential("LeNet-5")
                .add(new Conv2D(6, 5).padding(Padding.of(2, 2, 2, 2)).activation(Activation.relu()))
                .add(new MaxPool2D(2))
                .add(new Conv2D(16, 5).activation(Activation.relu()))
                .add(new MaxPool2D(2))
                .add(new Flatten())
                .add(new Dense(120).activation(Activation.relu()))
                .add(new Dense(84).activation(Activation.relu()))
                .add(new Dense(CLASSES))
                .build(pool, seed, batch, ImageSet.SIDE, ImageSet.SIDE, 1);
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
