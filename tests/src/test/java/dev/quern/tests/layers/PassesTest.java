// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Flatten;
import dev.quern.layers.Graph;
import dev.quern.layers.Layer;
import dev.quern.layers.Merge;
import dev.quern.layers.Padding;
import dev.quern.layers.Plan;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Batch normalisation, sums and activations computed together have the bits of steps one after the other, which they are
 * where the model does not know its layers.
 */
class PassesTest {
    private static final int BATCH = 5;

    /** A layer that the model cannot know. */
    private record Unknown(Layer layer) implements Layer {
        @Override
        public String kind() {
            return layer.kind();
        }

        @Override
        public int[] build(Plan plan, int... inputShape) {
            return layer.build(plan, inputShape);
        }

        @Override
        public long workspaceFloats(int batch) {
            return layer.workspaceFloats(batch);
        }

        @Override
        public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
            layer.forward(src, dst, training, workspace);
        }

        @Override
        public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
            layer.backward(src, dst, diffDst, diffSrc, workspace);
        }
    }

    private record UnknownMerge(Merge merge) implements Merge {
        @Override
        public String kind() {
            return merge.kind();
        }

        @Override
        public int[] build(Plan plan, int[][] inputShapes) {
            return merge.build(plan, inputShapes);
        }

        @Override
        public void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace) {
            merge.forward(srcs, dst, training, workspace);
        }

        @Override
        public void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
            merge.backward(srcs, dst, diffDst, diffSrcs, workspace);
        }
    }

    /** Where layers come from: known or not. */
    private record Kit(boolean known) {
        Layer of(Layer layer) {
            return known ? layer : new Unknown(layer);
        }

        Merge sum() {
            return known ? new Add() : new UnknownMerge(new Add());
        }

        Layer conv() {
            return of(new Conv2D(4, 3).padding(Padding.SAME).withoutBias());
        }

        Layer norm() {
            return of(new BatchNorm());
        }

        Layer relu() {
            return of(Activation.relu());
        }
    }

    private interface Blocks {
        void add(Graph graph, Kit kit);
    }

    private static void assertSame(String what, Blocks blocks) {
        for (WorkerPool pool : Pools.ALL) {
            Supplier<Graph> known = () -> build(blocks, new Kit(true), pool);
            Graph plain = build(blocks, new Kit(false), pool);
            Graph together = known.get();
            var loss = new SoftmaxCrossEntropyLoss();
            var plainSgd = new Sgd(0.1f, 0.9f);
            var togetherSgd = new Sgd(0.1f, 0.9f);
            for (int step = 0; step < 4; step++) {
                int batch = step == 2 ? 3 : BATCH;
                Tensor x = Tensor.of(Data.uniform(batch * 6 * 7 * 4, step), batch, 6, 7, 4);
                int[] labels = new int[batch];
                for (int i = 0; i < batch; i++) {
                    labels[i] = (i + step) % 3;
                }
                assertEquals(
                        plain.train(x, labels, loss, plainSgd), together.train(x, labels, loss, togetherSgd), what);
                Tensor before = Tensor.zeros(batch, 6, 7, 4);
                Tensor after = Tensor.zeros(batch, 6, 7, 4);
                plain.gradients(x, labels, loss, before);
                together.gradients(x, labels, loss, after);
                Bits.assertEqual(what + ": gradient of the input", before.data(), after.data());
                for (int p = 0; p < plain.parameters().size(); p++) {
                    Bits.assertEqual(
                            what + ": gradient of " + plain.parameters().get(p).name(),
                            plain.parameters().get(p).gradient().data(),
                            together.parameters().get(p).gradient().data());
                }
                Bits.assertEqual(
                        what + ": prediction",
                        plain.predict(x).data(),
                        together.predict(x).data());
            }
            assertEquals(plain.weightsCrc32(), together.weightsCrc32(), what);
        }
    }

    private static Graph build(Blocks blocks, Kit kit, WorkerPool pool) {
        var graph = new Graph("blocks");
        blocks.add(graph, kit);
        return graph.build(pool, 3, BATCH, 6, 7, 4);
    }

    private static void head(Graph graph, Kit kit, Graph.Node from) {
        graph.add(kit.of(new Dense(3)), graph.add(kit.of(new Flatten()), from));
    }

    @Test
    void aResidualBlockHasTheBitsOfItsSteps() {
        assertSame("identity", (graph, kit) -> {
            Graph.Node start = graph.add(kit.relu(), graph.add(kit.norm(), graph.add(kit.conv(), graph.input())));
            for (int block = 0; block < 2; block++) {
                Graph.Node a = graph.add(kit.relu(), graph.add(kit.norm(), graph.add(kit.conv(), start)));
                Graph.Node b = graph.add(kit.norm(), graph.add(kit.conv(), a));
                start = graph.add(
                        kit.relu(), block == 0 ? graph.add(kit.sum(), b, start) : graph.add(kit.sum(), start, b));
            }
            head(graph, kit, start);
        });
        assertSame("shortcut", (graph, kit) -> {
            Graph.Node a = graph.add(kit.relu(), graph.add(kit.norm(), graph.add(kit.conv(), graph.input())));
            Graph.Node b = graph.add(kit.norm(), graph.add(kit.conv(), a));
            Graph.Node c = graph.add(kit.norm(), graph.add(kit.conv(), graph.input()));
            head(graph, kit, graph.add(kit.of(Activation.tanh()), graph.add(kit.sum(), b, c)));
        });
    }

    @Test
    void valuesThatSeveralStepsUseKeepTheirGradients() {
        assertSame("the normalised value is used twice", (graph, kit) -> {
            Graph.Node a = graph.add(kit.norm(), graph.add(kit.conv(), graph.input()));
            head(graph, kit, graph.add(kit.sum(), graph.add(kit.relu(), a), a));
        });
        assertSame("what is normalised is used twice", (graph, kit) -> {
            Graph.Node a = graph.add(kit.conv(), graph.input());
            Graph.Node b = graph.add(kit.norm(), a);
            Graph.Node c = graph.add(kit.conv(), a);
            head(graph, kit, graph.add(kit.relu(), graph.add(kit.sum(), graph.add(kit.relu(), b), c)));
        });
        assertSame("the sum is used twice, the residual before and after", (graph, kit) -> {
            Graph.Node a = graph.add(kit.conv(), graph.input());
            Graph.Node b = graph.add(kit.norm(), graph.add(kit.conv(), a));
            Graph.Node c = graph.add(kit.sum(), a, b);
            Graph.Node d = graph.add(kit.conv(), a);
            Graph.Node e = graph.add(kit.relu(), c);
            head(graph, kit, graph.add(kit.sum(), graph.add(kit.sum(), d, e), c, a));
        });
        assertSame("the residual is used between the sum and the activation", (graph, kit) -> {
            Graph.Node a = graph.add(kit.conv(), graph.input());
            Graph.Node b = graph.add(kit.norm(), graph.add(kit.conv(), a));
            Graph.Node c = graph.add(kit.sum(), a, b);
            Graph.Node d = graph.add(kit.conv(), a);
            head(graph, kit, graph.add(kit.sum(), d, graph.add(kit.relu(), c)));
        });
    }

    @Test
    void normalisationOfTheInputItself() {
        assertSame("input", (graph, kit) -> {
            Graph.Node a = graph.add(kit.norm(), graph.input());
            Graph.Node b = graph.add(kit.conv(), graph.input());
            Graph.Node c = graph.add(kit.relu(), graph.add(kit.sum(), b, a));
            head(graph, kit, graph.add(kit.sum(), c, graph.input()));
        });
        assertSame("input alone", (graph, kit) -> {
            Graph.Node a = graph.add(kit.norm(), graph.input());
            Graph.Node b = graph.add(kit.norm(), graph.add(kit.conv(), graph.input()));
            Graph.Node c = graph.add(kit.of(Activation.gelu()), graph.add(kit.sum(), a, b));
            head(graph, kit, graph.add(kit.of(Activation.sigmoid()), graph.add(kit.norm(), c)));
        });
    }

    @Test
    void sumsOfOneValueAndOfManyLeaveTheirGradients() {
        assertSame("sums", (graph, kit) -> {
            Graph.Node a = graph.add(kit.norm(), graph.add(kit.conv(), graph.input()));
            Graph.Node b = graph.add(kit.sum(), a);
            Graph.Node c = graph.add(kit.sum(), b, b);
            Graph.Node d = graph.add(kit.relu(), c);
            head(graph, kit, graph.add(kit.sum(), d, graph.input(), b, d));
        });
    }
}
