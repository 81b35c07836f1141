// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.GlobalPool2D;
import dev.quern.layers.Graph;
import dev.quern.layers.HeNormal;
import dev.quern.layers.Padding;
import dev.quern.layers.Zeros;

/**
 * A residual network of eight layers with weights along its longest way: a convolution of 16 filters, three blocks of 16,
 * 32 and 64, each but the first halving the image, the average of each channel, a dense layer; after K. He, X. Zhang, S.
 * Ren and J. Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2, with one block a stage.
 */
final class ResNet8 {
    private static final int[] FILTERS = {16, 32, 64};

    private ResNet8() {}

    static Graph network(WorkerPool pool, long seed, int batch) {
        var graph = new Graph("ResNet-8");
        Graph.Node x = convolution(graph, graph.input(), FILTERS[0], 3, 1);
        x = graph.add(Activation.relu(), x);
        for (int filters : FILTERS) {
            x = block(graph, x, filters, filters == FILTERS[0] ? 1 : 2);
        }
        x = graph.add(GlobalPool2D.average(), x);
        graph.add(new Dense(LeNet5.CLASSES), x);
        return graph.build(pool, seed, batch, ImageSet.SIDE, ImageSet.SIDE, 1);
    }

    private static Graph.Node block(Graph graph, Graph.Node from, int filters, int strides) {
        Graph.Node x = convolution(graph, from, filters, 3, strides);
        x = convolution(graph, graph.add(Activation.relu(), x), filters, 3, 1);
        // Where the shape changes, a convolution of 1×1 changes that of the short cut too.
        Graph.Node shortcut = strides == 1 ? from : convolution(graph, from, filters, 1, strides);
        return graph.add(Activation.relu(), graph.add(new Add(), x, shortcut));
    }

    private static Graph.Node convolution(Graph graph, Graph.Node from, int filters, int kernel, int strides) {
        var conv = new Conv2D(filters, kernel)
                .strides(strides)
                .padding(Padding.SAME)
                .withoutBias()
                .initializers(new HeNormal(), new Zeros());
        return graph.add(new BatchNorm(), graph.add(conv, from));
    }
}
