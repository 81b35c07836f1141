// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Dropout;
import dev.quern.layers.Flatten;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Padding;
import dev.quern.layers.Sequential;

/**
 * LeNet-5 with ReLU and max pooling: two convolutions of 6 and 16 kernels 5×5, three dense layers of 120, 84 and 10
 * units; after LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998.
 */
public final class LeNet5 {
    static final int CLASSES = 10;

    private static final float DROPOUT = 0.3f;

    private LeNet5() {}

    /** The plain one, for batches up to that size. */
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

    /**
     * With batch normalisation after each of the three convolutions (the paper's third, of 120 kernels 5×5 on 5×5 pixels,
     * is here one too), tanh, max pooling and dropout of 0.3 in the head, for batches up to that size.
     */
    static Sequential normalized(WorkerPool pool, long seed, int batch) {
        return new Sequential("LeNet-5 with batch normalisation")
                .add(new Conv2D(6, 5).padding(Padding.of(2, 2, 2, 2)))
                .add(new BatchNorm())
                .add(Activation.tanh())
                .add(new MaxPool2D(2))
                .add(new Conv2D(16, 5))
                .add(new BatchNorm())
                .add(Activation.tanh())
                .add(new MaxPool2D(2))
                .add(new Conv2D(120, 5))
                .add(new BatchNorm())
                .add(Activation.tanh())
                .add(new Flatten())
                .add(new Dropout(DROPOUT))
                .add(new Dense(84).activation(Activation.tanh()))
                .add(new Dense(CLASSES))
                .build(pool, seed, batch, ImageSet.SIDE, ImageSet.SIDE, 1);
    }
}
