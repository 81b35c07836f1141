// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Layers with branches, from one input to one output. {@link #add} returns the place of what was added, to be handed to
 * what comes after it:
 *
 * <pre>{@code
 * var graph = new Graph("residual");
 * Graph.Node start = graph.add(new Conv2D(16, 3).padding(Padding.SAME), graph.input());
 * Graph.Node branch = graph.add(new BatchNorm(), start);
 * graph.add(new Add(), start, branch);
 * graph.build(pool, seed, 32, 32, 32, 3);
 * }</pre>
 *
 * <p>What was added last is the output. Steps are computed in the order in which they were added. What holds of every
 * model stands at {@link Model}.
 */
public final class Graph extends Model {
    /** A place in a graph: its input, or the output of something added. */
    public static final class Node {
        private final Graph graph;
        private final int value;
        private boolean taken;

        private Node(Graph graph, int value) {
            this.graph = graph;
            this.value = value;
        }
    }

    private final Node input = new Node(this, 0);
    private final List<Node> nodes = new ArrayList<>();

    /** A graph with nothing but an input. */
    public Graph(String name) {
        super(name);
    }

    /** The images. */
    public Node input() {
        return input;
    }

    /**
     * Adds a layer.
     *
     * @throws IllegalArgumentException when the layer is in the graph already or the node is another graph's
     * @throws IllegalStateException when the graph is built
     */
    public Node add(Layer layer, Node from) {
        Objects.requireNonNull(layer, "layer");
        return add(new Step(layer, null, values(from)), from);
    }

    /**
     * Brings several nodes together; the same one may come more than once.
     *
     * @throws IllegalArgumentException as for a layer, or when there is no node
     * @throws IllegalStateException as for a layer
     */
    public Node add(Merge merge, Node... from) {
        Objects.requireNonNull(merge, "merge");
        Objects.requireNonNull(from, "from");
        if (from.length == 0) {
            throw new IllegalArgumentException(name() + ": " + merge.kind() + " of no node, allowed: 1 or more");
        }
        return add(new Step(null, merge, values(from)), from);
    }

    private int[] values(Node... from) {
        int[] values = new int[from.length];
        for (int i = 0; i < from.length; i++) {
            if (Objects.requireNonNull(from[i], "from").graph != this) {
                throw new IllegalArgumentException(name() + " got a node of " + from[i].graph.name());
            }
            values[i] = from[i].value;
        }
        return values;
    }

    private Node add(Step step, Node... from) {
        addStep(step);
        for (Node node : from) {
            node.taken = true;
        }
        nodes.add(new Node(this, steps().size()));
        return nodes.getLast();
    }

    /**
     * As {@link Sequential#build}.
     *
     * @return this graph
     * @throws IllegalArgumentException when a layer refuses its input
     * @throws IllegalStateException when the graph is built already, has no layer, or something other than what was added
     *     last is used by nothing
     */
    public Graph build(WorkerPool pool, long seed, int largestBatch, int... inputShape) {
        for (Node node : nodes) {
            if (!node.taken && node != nodes.getLast()) {
                Step step = steps().get(node.value - 1);
                throw new IllegalStateException(name() + ": nothing uses the " + step.kind() + " added as number "
                        + node.value + ", allowed: only what was added last");
            }
        }
        buildSteps(pool, seed, largestBatch, inputShape);
        return this;
    }
}
