// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Concatenate;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Conv2DTranspose;
import dev.quern.layers.Dense;
import dev.quern.layers.DepthwiseConv2D;
import dev.quern.layers.Dropout;
import dev.quern.layers.Flatten;
import dev.quern.layers.GlobalPool2D;
import dev.quern.layers.Graph;
import dev.quern.layers.Layer;
import dev.quern.layers.LayerNorm;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Padding;
import dev.quern.layers.Reshape;
import dev.quern.layers.SeparableConv2D;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceNetwork;
import dev.quern.tests.reference.ReferenceNetwork.Array;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Models with branches: gradients, bits, memory, and what is refused. */
class GraphTest {
    private static final int BATCH = 3;
    private static final SoftmaxCrossEntropyLoss LOSS = new SoftmaxCrossEntropyLoss();

    /** Values that are used two and three times, the input among them, and a merge of a value with itself. */
    @Test
    void gradientsOfBranchesAreThoseOfTheMathematics() {
        var graph = new Graph("branches");
        Graph.Node a = graph.add(new Dense(4).activation(Activation.tanh()), graph.input());
        Graph.Node b = graph.add(new Dense(4).activation(Activation.sigmoid()), a);
        Graph.Node c = graph.add(new Add(), a, b, a);
        Graph.Node d = graph.add(new Concatenate(), c, graph.input(), b);
        Graph.Node e = graph.add(new Dense(3), d);
        Graph.Node f = graph.add(new Dense(3), graph.input());
        graph.add(new Add(), e, f);
        graph.build(WorkerPool.CALLER, 5, BATCH + 1, 5);

        Tensor x = Tensor.of(Data.uniform(BATCH * 5, 1), BATCH, 5);
        float[] targets = Data.uniform(BATCH * 3, 2);
        Tensor inputGradient = Tensor.zeros(BATCH, 5);
        float loss = graph.gradients(x, Tensor.of(targets, BATCH, 3), new MeanSquaredErrorLoss(), inputGradient);
        LayerGradientTest.compare(graph, x, inputGradient, loss, (in, p) -> {
            Array ra = ReferenceNetwork.map(ReferenceNetwork.dense(in, p.get(0), p.get(1)), Math::tanh);
            Array rb =
                    ReferenceNetwork.map(ReferenceNetwork.dense(ra, p.get(2), p.get(3)), v -> 1 / (1 + Math.exp(-v)));
            double[] joined = new double[BATCH * 13];
            for (int n = 0; n < BATCH; n++) {
                for (int j = 0; j < 4; j++) {
                    joined[n * 13 + j] = 2 * ra.values()[n * 4 + j] + rb.values()[n * 4 + j];
                    joined[n * 13 + 9 + j] = rb.values()[n * 4 + j];
                }
                System.arraycopy(in.values(), n * 5, joined, n * 13 + 4, 5);
            }
            Array re = ReferenceNetwork.dense(new Array(joined, BATCH, 13), p.get(4), p.get(5));
            Array rf = ReferenceNetwork.dense(in, p.get(6), p.get(7));
            double[] sum = new double[BATCH * 3];
            Arrays.setAll(sum, i -> re.values()[i] + rf.values()[i]);
            return ReferenceNetwork.squaredError(new Array(sum, BATCH, 3), targets);
        });
        // Without the input's gradient the others stay as they are.
        float[] before = graph.parameters().get(0).gradient().data().clone();
        graph.gradients(x, Tensor.of(targets, BATCH, 3), new MeanSquaredErrorLoss(), null);
        Bits.assertEqual(
                "gradient", before, graph.parameters().get(0).gradient().data());
    }

    @Test
    void aChainAsAGraphHasTheBitsOfTheSequence() {
        var graph = new Graph("chain");
        Graph.Node x = graph.add(new Conv2D(6, 3).padding(Padding.SAME), graph.input());
        x = graph.add(new MaxPool2D(2), x);
        x = graph.add(new Flatten(), x);
        graph.add(new Dense(Models.CLASSES), x);
        graph.build(WorkerPool.CALLER, 9, 8, Models.SIDE, Models.SIDE, 1);
        Sequential chain = new Sequential("chain")
                .add(new Conv2D(6, 3).padding(Padding.SAME))
                .add(new MaxPool2D(2))
                .add(new Flatten())
                .add(new Dense(Models.CLASSES))
                .build(WorkerPool.CALLER, 9, 8, Models.SIDE, Models.SIDE, 1);
        int[] labels = new int[8];
        Tensor images = Models.images(labels, 3);
        var one = new Sgd(0.1f, 0.9f);
        var other = new Sgd(0.1f, 0.9f);
        for (int step = 0; step < 3; step++) {
            assertEquals(graph.train(images, labels, LOSS, one), chain.train(images, labels, LOSS, other));
        }
        assertEquals(graph.weightsCrc32(), chain.weightsCrc32());
        assertEquals(graph.summary(), chain.summary());
    }

    @Test
    void everyNumberOfThreadsLearnsTheSameWeightsAndState() {
        long expected = 0;
        for (WorkerPool pool : Pools.ALL) {
            Graph model = Models.branched(pool, 7, 32);
            var sgd = new Sgd(0.05f, 0.9f);
            for (int step = 0; step < 6; step++) {
                int[] labels = new int[step % 5 == 4 ? 17 : 32];
                model.train(Models.images(labels, step), labels, LOSS, sgd);
            }
            expected = pool.threads() == 1 ? model.weightsCrc32() : expected;
            assertEquals(expected, model.weightsCrc32(), pool.threads() + " threads");
        }
    }

    @Test
    void aResidualNetworkLearns() {
        Graph model = Models.branched(WorkerPool.CALLER, 1, 32);
        var sgd = new Sgd(0.05f, 0.9f);
        int[] labels = new int[32];
        for (int step = 0; step < 100; step++) {
            model.train(Models.images(labels, step), labels, LOSS, sgd);
        }
        Tensor output = model.predict(Models.images(labels, 1_000_000));
        int right = 0;
        for (int n = 0; n < labels.length; n++) {
            int best = 0;
            for (int c = 1; c < Models.CLASSES; c++) {
                best = output.data()[n * Models.CLASSES + c] > output.data()[n * Models.CLASSES + best] ? c : best;
            }
            right += best == labels[n] ? 1 : 0;
        }
        assertTrue(right >= 29, right + " of 32 right");
    }

    @Test
    @Tag("allocation")
    void aStepOnAFullBatchAllocatesNothing() {
        Graph model = Models.branched(WorkerPool.CALLER, 1, 4);
        var sgd = new Sgd(0.001f, 0.9f);
        int[] labels = new int[4];
        Tensor images = Models.images(labels, 1);
        Tensor inputGradient = Tensor.zeros(images.shape());
        Allocation.assertNone("a training step", () -> model.train(images, labels, LOSS, sgd));
        Allocation.assertNone("gradients", () -> model.gradients(images, labels, LOSS, inputGradient));
        Allocation.assertNone("a prediction", () -> model.predict(images));
    }

    @Test
    void stateIsListedAndMovesInTrainingOnly() {
        Graph model = Models.branched(WorkerPool.CALLER, 1, 4);
        var names = model.states().stream().map(s -> s.name()).toList();
        assertEquals(List.of("batch_norm_1/running", "dropout_1/step"), names);
        int[] labels = new int[4];
        Tensor images = Models.images(labels, 1);
        long before = model.weightsCrc32();
        model.predict(images);
        assertEquals(before, model.weightsCrc32());
        model.gradients(images, labels, LOSS, null);
        assertTrue(before != model.weightsCrc32());
        float[] step = model.states().get(1).value().data();
        assertEquals(1f, step[0]);
        // From 2²⁴ - 1 it carries over.
        step[0] = 16777215f;
        model.gradients(images, labels, LOSS, null);
        assertEquals(0f, step[0]);
        assertEquals(1f, step[1]);
    }

    @Test
    void theSameStateGivesTheSameStep() {
        Graph one = Models.branched(WorkerPool.CALLER, 1, 4);
        Graph other = Models.branched(WorkerPool.CALLER, 1, 4);
        int[] labels = new int[4];
        Tensor images = Models.images(labels, 1);
        for (int step = 0; step < 3; step++) {
            one.train(images, labels, LOSS, new Sgd(0.1f, 0));
        }
        for (int i = 0; i < one.parameters().size(); i++) {
            copy(one.parameters().get(i).value(), other.parameters().get(i).value());
        }
        for (int i = 0; i < one.states().size(); i++) {
            copy(one.states().get(i).value(), other.states().get(i).value());
        }
        one.train(images, labels, LOSS, new Sgd(0.1f, 0));
        other.train(images, labels, LOSS, new Sgd(0.1f, 0));
        assertEquals(one.weightsCrc32(), other.weightsCrc32());
    }

    private static void copy(Tensor from, Tensor to) {
        System.arraycopy(from.data(), 0, to.data(), 0, from.elements());
    }

    @Test
    void theSummaryTellsWhereBranchesComeFrom() {
        String summary = Models.branched(WorkerPool.CALLER, 1, 4).summary();
        for (String part : new String[] {
            "branched: input (12, 12, 1)", "FLOPs", "from relu_1, input", "from conv2d_1, batch_norm_1", "add_1"
        }) {
            assertTrue(summary.contains(part), summary + "\nlacks " + part);
        }
        // 12·12 positions, 6 filters of 3·3·1, a multiplication and an addition each.
        assertTrue(summary.contains(String.format("%,d", 2 * 144 * 6 * 9)), summary);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        var graph = new Graph("net");
        Graph.Node a = graph.add(new Dense(3), graph.input());
        Graph.Node b = graph.add(new Dense(4), graph.input());
        var add = new Add();
        graph.add(add, a, b);
        Refused.with(IllegalArgumentException.class, () -> graph.add(add, a), "net", "add");
        Refused.with(
                IllegalArgumentException.class, () -> graph.build(WorkerPool.CALLER, 1, 1, 5), "add_1", "(4)", "(3)");
        var other = new Graph("other");
        Refused.with(IllegalArgumentException.class, () -> other.add(new Dense(1), a), "other", "node of net");
        Refused.with(IllegalArgumentException.class, () -> other.add(new Add()), "other", "add of no node");
        Refused.with(NullPointerException.class, () -> other.add(new Dense(1), null), "from");
        Refused.with(NullPointerException.class, () -> other.add((Add) null, a), "merge");
        Refused.with(IllegalStateException.class, () -> other.build(WorkerPool.CALLER, 1, 1, 5), "other has no layer");
        other.add(new Dense(3), other.input());
        other.add(new Dense(4), other.input());
        Refused.with(
                IllegalStateException.class,
                () -> other.build(WorkerPool.CALLER, 1, 1, 5),
                "nothing uses the dense added as number 1");
        var joined = new Graph("joined");
        Graph.Node c = joined.add(new Conv2D(2, 3), joined.input());
        joined.add(new Concatenate(), c, joined.input());
        Refused.with(
                IllegalArgumentException.class,
                () -> joined.build(WorkerPool.CALLER, 1, 1, 5, 5, 2),
                "concatenate_1",
                "(5, 5, 2)",
                "(3, 3, 2)");
    }

    @Test
    void settingsOfTheLayersAreChecked() {
        illegal(() -> new Dropout(1), "rate = 1.0");
        illegal(() -> new Dropout(Float.NaN), "rate = NaN");
        illegal(() -> new BatchNorm().epsilon(0), "epsilon = 0.0");
        illegal(() -> new BatchNorm().momentum(1.5f), "momentum = 1.5");
        illegal(() -> new LayerNorm().epsilon(-1), "epsilon = -1.0");
        illegal(() -> build(new LayerNorm(), 3, 0), "layer_norm_1", "(3, 0)");
        illegal(() -> build(new BatchNorm()), "batch_norm_1", "()");
        illegal(() -> build(GlobalPool2D.max(), 5), "global_max_pool2d_1", "(5)", "(height, width, channels)");
        illegal(() -> build(new Reshape(3, 4), 5, 5), "reshape_1", "(5, 5)", "12", "(3, 4)");
        illegal(() -> new Reshape(3, -4), "(3, -4)");
        illegal(() -> new DepthwiseConv2D(0), "kernelHeight = 0");
        illegal(() -> new DepthwiseConv2D(3).multiplier(0), "multiplier = 0");
        illegal(() -> build(new DepthwiseConv2D(3), 5), "depthwise_conv2d_1", "(5)");
        illegal(() -> new SeparableConv2D(0, 3), "filters = 0");
        illegal(() -> build(new SeparableConv2D(2, 3), 2, 2, 1), "separable_conv2d_1", "3×3");
        var transpose = new Conv2DTranspose(2, 3).outputPadding(1, 0);
        illegal(() -> build(transpose, 4, 4, 2), "conv2d_transpose_1", "outputPadding", "(1, 0)", "(1, 1)");
        illegal(
                () -> build(
                        new Conv2DTranspose(2, 3)
                                .strides(2)
                                .padding(Padding.SAME)
                                .outputPadding(1, 0),
                        4,
                        4,
                        2),
                "no outputPadding with padding same");
        illegal(() -> build(new Conv2DTranspose(2, 1).padding(Padding.of(4, 4, 0, 0)), 4, 4, 2), "output height = -4");
        illegal(() -> new Conv2DTranspose(2, 3).outputPadding(0, -1), "(0, -1)");
        illegal(() -> new Dense(1).activation(Activation.logSoftmax()), "log_softmax");
    }

    private static void build(Layer layer, int... inputShape) {
        new Sequential("net").add(layer).build(WorkerPool.CALLER, 1, 4, inputShape);
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }
}
