// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.DepthwiseConv2D;
import dev.quern.layers.GlobalPool2D;
import dev.quern.layers.Graph;
import dev.quern.layers.Initializer;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Padding;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ResNet-50 v1.5 or MobileNet V1 as they predict, on 224×224×3 images, named {@code resnet50-BATCH} and
 * {@code mobilenet1-BATCH}: batch normalisation is part of weights and bias, which are random numbers of a size that
 * keeps the values in hand.
 *
 * @param batch images of one call
 */
public record FoldedStackCase(ConvStack stack, int batch) implements StackCase {
    private static final Pattern NAME = Pattern.compile("(resnet50|mobilenet1)-(\\d{1,4})");
    private static final float BIAS = 0.2f;

    /** Whether a name is one of these. */
    static boolean matches(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reads a name. */
    static FoldedStackCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("network", name, "resnet50-1 or mobilenet1-1");
        }
        for (ConvStack stack : ConvStack.values()) {
            if (stack.label().equals(text.group(1))) {
                return new FoldedStackCase(stack, Integer.parseInt(text.group(2)));
            }
        }
        throw new AssertionError(name);
    }

    @Override
    public List<float[]> folded() {
        List<float[]> values = new ArrayList<>();
        for (ConvStack.Convolution c : stack.convolutions()) {
            addDrawn(values, c.terms(), c.filters(), c.relu());
        }
        addDrawn(values, stack.features(), stack.classes(), false);
        return values;
    }

    /** Uniform weights of variance 1/terms, twice that where ReLU takes one half; K. He and others, ICCV 2015. */
    private static void addDrawn(List<float[]> values, int terms, int units, boolean relu) {
        double deviation = Math.sqrt((relu ? 2.0 : 1.0) / terms);
        // A uniform distribution is as wide as √12 standard deviations.
        values.add(Inputs.uniform(terms * units, values.size(), (float) (Math.sqrt(12) * deviation)));
        values.add(Inputs.uniform(units, values.size(), BIAS));
    }

    @Override
    public Graph network(WorkerPool pool) {
        var graph = new Graph(stack.label());
        stack.walk(graph.input(), new Building(graph, stack.classes(), folded()));
        return graph.build(pool, 0, batch, side(), side(), channels());
    }

    /** Each convolution and the dense layer with its numbers. */
    private record Building(Graph graph, int classes, List<float[]> values) implements ConvStack.Layers<Graph.Node> {
        private static Initializer given(float[] numbers) {
            return (seed, stream, fanIn, fanOut, value) ->
                    System.arraycopy(numbers, 0, value.data(), 0, value.elements());
        }

        @Override
        public Graph.Node convolution(Graph.Node src, ConvStack.Convolution c) {
            Initializer weights = given(values.get(2 * c.index()));
            Initializer bias = given(values.get(2 * c.index() + 1));
            Padding padding = Padding.of(c.padding(), c.padding(), c.padding(), c.padding());
            Graph.Node dst = graph.add(
                    c.depthwise()
                            ? new DepthwiseConv2D(c.kernel())
                                    .strides(c.stride())
                                    .padding(padding)
                                    .initializers(weights, bias)
                            : new Conv2D(c.filters(), c.kernel())
                                    .strides(c.stride())
                                    .padding(padding)
                                    .initializers(weights, bias),
                    src);
            return c.relu() ? graph.add(Activation.relu(), dst) : dst;
        }

        @Override
        public Graph.Node sum(Graph.Node block, Graph.Node shortcut) {
            return graph.add(Activation.relu(), graph.add(new Add(), block, shortcut));
        }

        @Override
        public Graph.Node pool(Graph.Node src, PoolCase w) {
            Padding padding = Padding.of(w.padding(), w.padding(), w.padding(), w.padding());
            return graph.add(new MaxPool2D(w.window()).strides(w.stride()).padding(padding), src);
        }

        @Override
        public Graph.Node scores(Graph.Node src, int side, int channels) {
            var dense = new Dense(classes).initializers(given(values.get(values.size() - 2)), given(values.getLast()));
            return graph.add(dense, graph.add(GlobalPool2D.average(), src));
        }
    }

    @Override
    public String toString() {
        return stack.label() + "-" + batch;
    }
}
