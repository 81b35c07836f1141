// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.GlobalPool2D;
import dev.quern.layers.HeNormal;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Padding;
import dev.quern.layers.Sequential;
import dev.quern.layers.Zeros;

/**
 * Five convolutions of 3×3 with batch normalisation, the image halved after the first and the third, the average of each
 * channel, a dense layer; after K. Simonyan and A. Zisserman, "Very deep convolutional networks for large-scale image
 * recognition", ICLR 2015, much narrower. Most of the arithmetic is at 14×14, where it costs a quarter.
 */
final class Vgg5 {
    private Vgg5() {}

    static Sequential network(WorkerPool pool, long seed, int batch) {
        var network = new Sequential("VGG-5");
        convolution(network, 32);
        network.add(new MaxPool2D(2));
        convolution(network, 48);
        convolution(network, 48);
        network.add(new MaxPool2D(2));
        convolution(network, 96);
        convolution(network, 96);
        return network.add(GlobalPool2D.average())
                .add(new Dense(LeNet5.CLASSES))
                .build(pool, seed, batch, ImageSet.SIDE, ImageSet.SIDE, 1);
    }

    private static void convolution(Sequential network, int filters) {
        network.add(new Conv2D(filters, 3)
                        .padding(Padding.SAME)
                        .withoutBias()
                        .initializers(new HeNormal(), new Zeros()))
                .add(new BatchNorm())
                .add(Activation.relu());
    }
}
