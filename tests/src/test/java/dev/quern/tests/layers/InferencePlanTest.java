// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.AvgPool2D;
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
import dev.quern.layers.InferencePlan;
import dev.quern.layers.InferenceSession;
import dev.quern.layers.Layer;
import dev.quern.layers.LayerNorm;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Model;
import dev.quern.layers.Padding;
import dev.quern.layers.Parameter;
import dev.quern.layers.Plan;
import dev.quern.layers.Reshape;
import dev.quern.layers.SeparableConv2D;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.State;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Allocation;
import dev.quern.tests.toolkit.Bits;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Pools;
import dev.quern.tests.toolkit.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An inference plan predicts what its model predicts, to the bit where nothing is folded. */
class InferencePlanTest {
    private static final int BATCH = 5;

    /** Of the largest output: roundings of sums of some hundred terms, in a few layers. */
    private static final double FOLDED = 2e-5;

    private static Sequential lenet5() {
        return new Sequential("LeNet-5")
                .add(new Conv2D(6, 5).padding(Padding.of(2, 2, 2, 2)).activation(Activation.tanh()))
                .add(new AvgPool2D(2))
                .add(new Conv2D(16, 5).activation(Activation.tanh()))
                .add(new MaxPool2D(2))
                .add(new Flatten())
                .add(new Dense(120).activation(Activation.tanh()))
                .add(new Dropout(0.3f))
                .add(new Dense(84))
                .add(Activation.tanh())
                .add(new Dense(10))
                .add(Activation.softmax())
                .build(WorkerPool.CALLER, 1, BATCH, 28, 28, 1);
    }

    /** Normalised after convolutions and dense layers, where it folds; after an activation and at the start, where not. */
    private static Sequential normed() {
        return new Sequential("normed")
                .add(new BatchNorm())
                .add(new Conv2D(7, 3).padding(Padding.SAME).withoutBias())
                .add(new BatchNorm().epsilon(1e-3f))
                .add(Activation.relu())
                .add(new BatchNorm())
                .add(new DepthwiseConv2D(3))
                .add(new BatchNorm())
                .add(new SeparableConv2D(9, 3))
                .add(new BatchNorm())
                .add(Activation.gelu())
                .add(new Flatten())
                .add(new Dense(11))
                .add(new BatchNorm())
                .add(Activation.tanh())
                .add(new Dense(4))
                .build(WorkerPool.CALLER, 2, BATCH, 9, 8, 3);
    }

    /** Short cuts as they are, through a convolution, of a value used three times, and a sum of three. */
    private static Graph residual(boolean normed) {
        var graph = new Graph("residual");
        Graph.Node x = conv(graph, graph.input(), 8, 1, normed);
        x = graph.add(Activation.relu(), x);
        Graph.Node y = graph.add(Activation.relu(), conv(graph, x, 8, 1, normed));
        x = graph.add(Activation.relu(), graph.add(new Add(), conv(graph, y, 8, 1, normed), x));
        y = graph.add(Activation.relu(), conv(graph, x, 12, 2, normed));
        y = conv(graph, y, 12, 1, normed);
        x = graph.add(Activation.relu(), graph.add(new Add(), conv(graph, x, 12, 2, normed), y));
        Graph.Node z = graph.add(new Add(), x, conv(graph, x, 12, 1, normed), x);
        z = graph.add(new Concatenate(), z, x);
        z = graph.add(GlobalPool2D.average(), z);
        graph.add(new Dense(5), z);
        return graph.build(WorkerPool.CALLER, 3, BATCH, 10, 10, 3);
    }

    private static Graph.Node conv(Graph graph, Graph.Node from, int filters, int strides, boolean normed) {
        Graph.Node to = graph.add(new Conv2D(filters, 3).strides(strides).padding(Padding.SAME), from);
        return normed ? graph.add(new BatchNorm(), to) : to;
    }

    private static List<Model> models() {
        var other = new Sequential("other")
                .add(new Conv2DTranspose(4, 3).strides(2).activation(Activation.relu()))
                .add(new LayerNorm())
                .add(new SeparableConv2D(6, 3).activation(Activation.silu()))
                .add(GlobalPool2D.max())
                .add(new Reshape(2, 3))
                .add(new LayerNorm())
                .add(Activation.elu(1f))
                .add(Activation.logSoftmax())
                .build(WorkerPool.CALLER, 4, BATCH, 5, 6, 2);
        List<Model> models = List.of(
                lenet5(),
                normed(),
                residual(false),
                residual(true),
                other,
                Models.branched(WorkerPool.CALLER, 5, BATCH),
                Models.small(WorkerPool.CALLER, 6, BATCH));
        models.forEach(InferencePlanTest::wander);
        return models;
    }

    /** Gives all numbers values as after training: variances about 1, above 0. */
    private static void wander(Model model) {
        long seed = 100;
        for (Parameter parameter : model.parameters()) {
            float[] noise = Data.uniform(parameter.value().elements(), seed++);
            for (int i = 0; i < noise.length; i++) {
                parameter.value().data()[i] += 0.2f * noise[i];
            }
        }
        for (State state : model.states()) {
            float[] noise = Data.uniform(state.value().elements(), seed++);
            for (int i = 0; i < noise.length; i++) {
                state.value().data()[i] += state.name().endsWith("running") ? 0.5f * noise[i] : 0f;
            }
        }
    }

    private static Tensor images(Model model, int batch, long seed) {
        int[] shape = switch (model.name()) {
            case "LeNet-5" -> new int[] {batch, 28, 28, 1};
            case "normed" -> new int[] {batch, 9, 8, 3};
            case "residual" -> new int[] {batch, 10, 10, 3};
            case "other" -> new int[] {batch, 5, 6, 2};
            default -> new int[] {batch, Models.SIDE, Models.SIDE, 1};
        };
        long n = Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b);
        return Tensor.of(Data.uniform(n, seed), shape);
    }

    private static float[] values(Tensor tensor) {
        return Arrays.copyOf(tensor.data(), tensor.elements());
    }

    @Test
    void anExactPlanHasTheBitsOfPredictForEveryBatchAndPool() {
        for (Model model : models()) {
            for (int largest : new int[] {1, BATCH}) {
                InferencePlan plan = InferencePlan.exact(model, largest);
                for (WorkerPool pool : Pools.ALL) {
                    InferenceSession session = plan.newSession(pool);
                    for (int batch = largest; batch >= 0; batch--) {
                        Tensor images = images(model, batch, batch);
                        float[] expected = values(model.predict(images));
                        Tensor actual = session.predict(images);
                        assertEquals(batch, actual.dimension(0));
                        Bits.assertEqual(plan + ", batch " + batch, expected, values(actual));
                    }
                }
            }
        }
    }

    @Test
    void aFoldedPlanDiffersByRoundingsAndIsTheSameOnEveryPool() {
        for (Model model : models()) {
            InferencePlan plan = InferencePlan.of(model, BATCH);
            Tensor images = images(model, BATCH, 1);
            float[] expected = values(model.predict(images));
            float[] actual = values(plan.newSession().predict(images));
            double largest = 0;
            for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < expected.length; i++) {
                double error = Math.abs(expected[i] - (double) actual[i]) / largest;
                assertTrue(error <= FOLDED, plan + ": " + expected[i] + " became " + actual[i]);
            }
            for (WorkerPool pool : Pools.ALL) {
                Bits.assertEqual(plan + "", actual, values(plan.newSession(pool).predict(images)));
            }
        }
    }

    /** Convolutions wide enough for Winograd's algorithms, one of them with a residual. */
    private static Graph wide() {
        var graph = new Graph("wide");
        Graph.Node x = graph.add(Activation.relu(), conv(graph, graph.input(), 48, 1, false));
        Graph.Node y = graph.add(Activation.relu(), conv(graph, x, 48, 1, true));
        x = graph.add(Activation.relu(), graph.add(new Add(), x, conv(graph, y, 48, 1, true)));
        graph.add(new Dense(5), graph.add(GlobalPool2D.average(), x));
        graph.build(WorkerPool.CALLER, 7, BATCH, 12, 13, 3);
        wander(graph);
        return graph;
    }

    @Test
    void aNumericClassChoosesTheConvolutionsAndKeepsItsBitsForEveryBatchAndPool() {
        Model model = wide();
        Tensor images = Tensor.of(Data.uniform(BATCH * 12 * 13 * 3, 1), BATCH, 12, 13, 3);
        float[] exact = values(InferencePlan.of(model, BATCH).newSession().predict(images));
        Map<NumericClass, String> used = Map.of(
                NumericClass.EXACT, "DIRECT",
                NumericClass.ACCURATE, "WINOGRAD_2X2",
                NumericClass.FAST, "WINOGRAD_4X4");
        for (NumericClass allowed : NumericClass.values()) {
            InferencePlan plan = InferencePlan.of(model, BATCH, allowed);
            assertEquals(
                    2,
                    plan.summary()
                            .lines()
                            .filter(line -> line.contains("batch_norm"))
                            .filter(line -> line.contains(used.get(allowed)))
                            .count(),
                    plan.summary());
            float[] expected = values(plan.newSession().predict(images));
            assertEquals(allowed == NumericClass.EXACT, Arrays.equals(exact, expected), plan.summary());
            for (int i = 0; i < exact.length; i++) {
                assertEquals(exact[i], expected[i], 1e-4, plan.summary());
            }
            for (WorkerPool pool : Pools.ALL) {
                InferenceSession session = plan.newSession(pool);
                for (int batch = BATCH; batch >= 1; batch--) {
                    Tensor some = Tensor.of(images.data(), batch, 12, 13, 3);
                    Bits.assertEqual(
                            plan + ", " + batch, Arrays.copyOf(expected, batch * 5), values(session.predict(some)));
                }
            }
            InferenceSession session = plan.newSession();
            Allocation.assertNone(allowed.name(), () -> session.predict(images));
            assertTrue(plan.summary().contains(String.format(Locale.ROOT, "%,d bytes a session", plan.peakBytes())));
        }
    }

    /** Too many images for a cache go through the plan some at a time, to the same bits and in less memory. */
    @Test
    @Tag("allocation")
    void aLargeBatchIsCutInOneThread() {
        var graph = new Graph("large images");
        Graph.Node x = graph.add(Activation.relu(), conv(graph, graph.input(), 16, 1, false));
        Graph.Node y = graph.add(Activation.relu(), conv(graph, x, 16, 1, true));
        x = graph.add(Activation.relu(), graph.add(new Add(), x, conv(graph, y, 16, 1, true)));
        graph.add(new Dense(5), graph.add(GlobalPool2D.average(), x));
        int batch = 23;
        graph.build(WorkerPool.CALLER, 7, batch, 40, 40, 3);
        wander(graph);
        Tensor images = Tensor.of(Data.uniform(batch * 40 * 40 * 3, 1), batch, 40, 40, 3);
        InferencePlan plan = InferencePlan.exact(graph, batch);
        float[] expected = values(graph.predict(images));
        assertTrue(plan.summary().contains(" at a time"), plan.summary());
        for (WorkerPool pool : Pools.ALL) {
            InferenceSession session = plan.newSession(pool);
            for (int some : new int[] {batch, 1, 4, 5, 6, 22, batch}) {
                Tensor scores = session.predict(Tensor.of(images.data(), some, 40, 40, 3));
                assertEquals(some, scores.dimension(0));
                Bits.assertEqual("batch " + some, Arrays.copyOf(expected, some * 5), values(scores));
            }
        }
        assertTrue(3 * plan.peakBytes() < plan.peakBytes(Pools.ALL.getLast()), plan.summary());
        InferenceSession session = plan.newSession();
        Allocation.assertNone("23 images", () -> session.predict(images));
        Tensor own = Tensor.of(session.predict(images).data(), 0, 40, 40, 3);
        Refused.with(IllegalArgumentException.class, () -> session.predict(own), "own memory");
    }

    @Test
    void withoutNormalisationNothingIsFolded() {
        for (Model model : List.of(lenet5(), residual(false))) {
            Tensor images = images(model, BATCH, 1);
            float[] actual = values(InferencePlan.of(model, BATCH).newSession().predict(images));
            Bits.assertEqual(model.name(), values(model.predict(images)), actual);
        }
    }

    @Test
    void foldedWeightsAreComputedInDoubleAndRoundedOnce() {
        var dense = new Sequential("dense").add(new Dense(3)).add(new BatchNorm().epsilon(0.01f));
        dense.build(WorkerPool.CALLER, 1, 1, 1);
        wander(dense);
        float[] w = dense.parameters().get(0).value().data();
        float[] b = dense.parameters().get(1).value().data();
        float[] gamma = dense.parameters().get(2).value().data();
        float[] beta = dense.parameters().get(3).value().data();
        float[] running = dense.states().getFirst().value().data();
        float[] expected = new float[3];
        for (int k = 0; k < 3; k++) {
            double scale = gamma[k] / Math.sqrt((double) running[3 + k] + 0.01f);
            float bias = (float) (beta[k] - running[k] * scale + b[k] * scale);
            expected[k] = Math.fma(0.7f, (float) (w[k] * scale), bias);
        }
        Tensor image = Tensor.of(new float[] {0.7f}, 1, 1);
        Bits.assertEqual(
                "folded",
                expected,
                values(InferencePlan.of(dense, 1).newSession().predict(image)));
    }

    @Test
    void whatCanBeFusedIsAndTheSummaryShowsIt() {
        String lenet = InferencePlan.of(lenet5(), 1).summary();
        assertTrue(lenet.contains("dense_2 + tanh_1"), lenet);
        assertFalse(lenet.contains("flatten") || lenet.contains("dropout"), lenet);
        assertEquals(
                2,
                lenet.lines()
                        .filter(line -> line.contains("convolution DIRECT"))
                        .count(),
                lenet);
        assertTrue(lenet.contains("bytes"), lenet);

        String folded = InferencePlan.of(residual(true), 1).summary();
        assertTrue(folded.contains("conv2d_3 + batch_norm_3 + add_1 + relu_3"), folded);
        assertTrue(folded.contains("conv2d_5 + batch_norm_5 + add_2 + relu_5"), folded);
        assertTrue(folded.contains("convolution IMPLICIT"), folded);
        assertEquals(11, folded.lines().filter(line -> line.contains("->")).count(), folded);
        String exact = InferencePlan.exact(residual(true), 1).summary();
        assertTrue(exact.lines().anyMatch(line -> line.trim().startsWith("batch_norm_3 ")), exact);
        String plain = InferencePlan.exact(residual(false), 1).toString();
        assertTrue(plain.contains("conv2d_2 + relu_2") && plain.contains("conv2d_3 + add_1 + relu_3"), plain);
    }

    @Test
    void deadBuffersAreUsedAgain() {
        var chain = new Sequential("chain");
        for (int i = 0; i < 10; i++) {
            chain.add(new Conv2D(8, 1));
        }
        chain.build(WorkerPool.CALLER, 1, 4, 6, 6, 8);
        assertEquals(2 * 4 * 4 * 6 * 6 * 8, InferencePlan.of(chain, 4).peakBytes());
        assertTrue(InferencePlan.of(chain, 4).weightBytes() >= 10 * 4 * (8 * 8 + 8));
    }

    @Test
    void aPlanDoesNotSeeWhatIsLearntLater() {
        Sequential model = Models.small(WorkerPool.CALLER, 6, BATCH);
        int[] labels = new int[BATCH];
        Tensor images = Models.images(labels, 3);
        InferenceSession session = InferencePlan.of(model, BATCH).newSession();
        float[] before = values(session.predict(images));
        model.train(images, labels, new SoftmaxCrossEntropyLoss(), new Sgd(0.1f, 0.9f));
        Bits.assertEqual("plan", before, values(session.predict(images)));
        assertFalse(Arrays.equals(before, values(model.predict(images))));
    }

    @Test
    void fourThreadsPredictAtOnce() throws Exception {
        for (Model model : models()) {
            InferencePlan plan = InferencePlan.of(model, BATCH);
            var expected = new ArrayList<float[]>();
            for (int t = 0; t < 4; t++) {
                expected.add(values(plan.newSession().predict(images(model, 1 + t, t))));
            }
            try (var threads = Executors.newFixedThreadPool(4)) {
                var results = new ArrayList<Future<float[]>>();
                for (int t = 0; t < 4; t++) {
                    Tensor images = images(model, 1 + t, t);
                    results.add(threads.submit(() -> {
                        InferenceSession session = plan.newSession();
                        for (int i = 0; i < 30; i++) {
                            session.predict(images);
                        }
                        return values(session.predict(images));
                    }));
                }
                for (int t = 0; t < 4; t++) {
                    Bits.assertEqual(
                            model.name() + ", thread " + t,
                            expected.get(t),
                            results.get(t).get());
                }
            }
        }
    }

    @Test
    @Tag("allocation")
    void aCallAllocatesNothing() {
        for (Model model : models()) {
            InferenceSession session = InferencePlan.of(model, BATCH).newSession();
            Tensor full = images(model, BATCH, 1);
            Tensor one = images(model, 1, 1);
            Allocation.assertNone(model.name(), () -> {
                session.predict(full);
                session.predict(one);
            });
        }
    }

    @Test
    void aModelThatDoesNothingGivesACopy() {
        var nothing = new Sequential("nothing").add(new Dropout(0.5f)).add(new Flatten());
        nothing.build(WorkerPool.CALLER, 1, 2, 2, 3);
        Tensor images = Tensor.of(Data.uniform(12, 1), 2, 2, 3);
        Tensor copy = InferencePlan.of(nothing, 2).newSession().predict(images);
        Bits.assertEqual("copy", images.data(), copy.data());
        assertTrue(copy.data() != images.data());
        assertEquals(6, copy.dimension(1));
    }

    @Test
    void badInputIsRefused() {
        var npe = NullPointerException.class;
        var iae = IllegalArgumentException.class;
        Sequential model = Models.small(WorkerPool.CALLER, 6, 2);
        Refused.with(npe, () -> InferencePlan.of(null, 1), "model");
        Refused.with(npe, () -> InferencePlan.of(model, 1, null), "allowed");
        Refused.with(iae, () -> InferencePlan.of(model, 0), "largestBatch = 0", "1 or more");
        Refused.with(iae, () -> InferencePlan.of(model, Integer.MAX_VALUE), "" + Integer.MAX_VALUE);
        Refused.with(IllegalStateException.class, () -> InferencePlan.of(new Sequential("raw"), 1), "raw", "not built");
        InferencePlan plan = InferencePlan.of(model, 2);
        Refused.with(npe, () -> plan.newSession(null), "pool");
        InferenceSession session = plan.newSession();
        Refused.with(npe, () -> session.predict(null), "images");
        Refused.with(
                iae, () -> session.predict(Tensor.zeros(3, 12, 12, 1)), "small", "(3, 12, 12, 1)", "(2, 12, 12, 1)");
        Refused.with(iae, () -> session.predict(Tensor.zeros(1, 12, 11, 1)), "(1, 12, 11, 1)");
        var square = new Sequential("square").add(new Conv2D(1, 1)).build(WorkerPool.CALLER, 1, 1, 2, 2, 1);
        InferenceSession again = InferencePlan.of(square, 1).newSession();
        Tensor output = again.predict(Tensor.zeros(1, 2, 2, 1));
        Refused.with(iae, () -> again.predict(output), "square", "own memory");
        var closed = new WorkerPool(2);
        InferenceSession late = plan.newSession(closed);
        closed.close();
        Refused.with(IllegalStateException.class, () -> late.predict(Tensor.zeros(1, 12, 12, 1)), "closed");
    }

    @Test
    void aLayerOfOnesOwnIsRefusedByName() {
        var model = new Sequential("own").add(new Dense(2)).add(new Own()).build(WorkerPool.CALLER, 1, 1, 2);
        Refused.with(IllegalArgumentException.class, () -> InferencePlan.of(model, 1), "own_1");
    }

    private static final class Own implements Layer {
        @Override
        public String kind() {
            return "own";
        }

        @Override
        public int[] build(Plan plan, int... inputShape) {
            return inputShape;
        }

        @Override
        public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
            System.arraycopy(src.data(), 0, dst.data(), 0, src.elements());
        }

        @Override
        public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
            throw new UnsupportedOperationException("only predicts");
        }
    }
}
