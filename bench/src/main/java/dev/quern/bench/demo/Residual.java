// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

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
 * Residual networks for small images: a convolution of 16 filters, three stages of blocks of 16, 32 and 64, each stage but
 * the first halving the image, the average of each channel, a dense layer; after K. He, X. Zhang, S. Ren and J. Sun,
 * "Deep residual learning for image recognition", CVPR 2016, section 4.2. Where a block changes the shape, a convolution
 * of 1×1 changes that of its short cut (that paper's option B).
 */
final class Residual {
    private static final int[] FILTERS = {16, 32, 64};

    private Residual() {}

    /** One with so many blocks a stage, to be built: {@code 6·blocks + 2} layers with weights along its longest way. */
    static Graph network(String name, int blocks) {
        var graph = new Graph(name);
        Graph.Node x = convolution(graph, graph.input(), FILTERS[0], 3, 1);
        x = graph.add(Activation.relu(), x);
        for (int filters : FILTERS) {
            for (int block = 0; block < blocks; block++) {
                x = block(graph, x, filters, block > 0 || filters == FILTERS[0] ? 1 : 2);
            }
        }
        x = graph.add(GlobalPool2D.average(), x);
        graph.add(new Dense(LeNet5.CLASSES), x);
        return graph;
    }

    private static Graph.Node block(Graph graph, Graph.Node from, int filters, int strides) {
        Graph.Node x = convolution(graph, from, filters, 3, strides);
        x = convolution(graph, graph.add(Activation.relu(), x), filters, 3, 1);
        Graph.Node shortcut = strides == 1 ? from : convolution(graph, from, filters, 1, strides);
        return graph.add(Activation.relu(), graph.add(new Add(), x, shortcut));
    }

    private static Graph.Node convolution(Graph graph, Graph.Node from, int filters, int kernel, int strides) {
        var conv = new Conv2D(filters, kernel)
                .strides(strides)
                // As much on all sides, as in the paper, also where strides of 2 would need zeros on one side alone.
                .padding(Padding.of(kernel / 2, kernel / 2, kernel / 2, kernel / 2))
                .withoutBias()
                .initializers(new HeNormal(), new Zeros());
        return graph.add(new BatchNorm(), graph.add(conv, from));
    }
}
