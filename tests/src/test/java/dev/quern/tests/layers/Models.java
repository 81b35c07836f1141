// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.AvgPool2D;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Concatenate;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Dropout;
import dev.quern.layers.Flatten;
import dev.quern.layers.Graph;
import dev.quern.layers.LayerNorm;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Padding;
import dev.quern.layers.SeparableConv2D;
import dev.quern.layers.Sequential;
import dev.quern.layers.Tensor;
import java.util.SplittableRandom;

/** A small network with every kind of layer, and something for it to learn. */
public final class Models {
    public static final int SIDE = 12;
    public static final int CLASSES = 3;

    private Models() {}

    /** The network. */
    public static Sequential small(WorkerPool pool, long seed, int batch) {
        return new Sequential("small")
                .add(new Conv2D(6, 3).padding(Padding.SAME).activation(Activation.relu()))
                .add(new MaxPool2D(2))
                .add(new Conv2D(16, 3))
                .add(Activation.leakyRelu(0.1f))
                .add(new AvgPool2D(2))
                .add(new Flatten())
                .add(new Dense(20).activation(Activation.tanh()))
                .add(new Dense(CLASSES))
                .build(pool, seed, batch, SIDE, SIDE, 1);
    }

    /** A network with branches: batch normalisation, a residual connection, a concatenation, dropout. */
    public static Graph branched(WorkerPool pool, long seed, int batch) {
        var graph = new Graph("branched");
        Graph.Node start = graph.add(new Conv2D(6, 3).padding(Padding.SAME), graph.input());
        Graph.Node branch =
                graph.add(new Conv2D(6, 3).padding(Padding.SAME_LOWER).withoutBias(), start);
        branch = graph.add(new BatchNorm(), branch);
        Graph.Node sum = graph.add(Activation.relu(), graph.add(new Add(), start, branch));
        Graph.Node both = graph.add(new Concatenate(), sum, graph.input());
        Graph.Node x = graph.add(new MaxPool2D(2), both);
        x = graph.add(new SeparableConv2D(12, 3).activation(Activation.relu()), x);
        x = graph.add(new LayerNorm(), graph.add(new Flatten(), x));
        x = graph.add(new Dropout(0.2f), x);
        graph.add(new Dense(CLASSES), x);
        return graph.build(pool, seed, batch, SIDE, SIDE, 1);
    }

    /** Noise with a bright bar: lying in class 0, standing in class 1, none in class 2. */
    public static Tensor images(int[] labels, long seed) {
        var random = new SplittableRandom(seed);
        float[] data = new float[labels.length * SIDE * SIDE];
        for (int n = 0; n < labels.length; n++) {
            labels[n] = random.nextInt(CLASSES);
            int at = random.nextInt(SIDE);
            for (int i = 0; i < SIDE * SIDE; i++) {
                boolean bar = labels[n] == 0 && i / SIDE == at || labels[n] == 1 && i % SIDE == at;
                data[n * SIDE * SIDE + i] = random.nextFloat() * 0.5f + (bar ? 0.5f : 0f);
            }
        }
        return Tensor.of(data, labels.length, SIDE, SIDE, 1);
    }
}
