// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.AvgPool2D;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Layer;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Padding;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Refused;
import org.junit.jupiter.api.Test;

/** A wrong shape names the layer, what it got and what it wanted; a wrong setting its name and value. */
class LayerBadInputTest {
    private static final SoftmaxCrossEntropyLoss LOSS = new SoftmaxCrossEntropyLoss();

    @Test
    void aLayerRefusesAShapeItCannotTake() {
        illegal(() -> build(new Conv2D(4, 3), 28, 28), "conv2d_1", "(28, 28)", "(height, width, channels)");
        illegal(() -> build(new Conv2D(4, 5), 4, 9, 2), "conv2d_1", "(4, 9, 2)", "5×5", "height");
        illegal(() -> build(new Conv2D(4, 3).groups(2), 9, 9, 3), "conv2d_1", "(9, 9, 3)", "4 filters", "2 groups");
        illegal(() -> build(new MaxPool2D(2), 10), "max_pool2d_1", "(10)", "(height, width, channels)");
        illegal(() -> build(new AvgPool2D(5), 4, 9, 2), "avg_pool2d_1", "(4, 9, 2)", "5×5", "padded height = 4");
        illegal(
                () -> build(new MaxPool2D(2).padding(Padding.of(2, 0, 0, 0)), 4, 4, 2),
                "max_pool2d_1",
                "padding top = 2");
        illegal(() -> build(new Dense(10), 5, 5, 16), "dense_1", "(5, 5, 16)", "(inputs)", "Flatten");
        illegal(() -> build(Activation.softmax()), "softmax_1", "()");
    }

    @Test
    void theRefusingLayerIsTheOneThatIsWrong() {
        Sequential model = new Sequential("net")
                .add(new Conv2D(4, 3))
                .add(new Conv2D(4, 3))
                .add(new Dense(2));
        illegal(() -> model.build(WorkerPool.CALLER, 1, 4, 8, 8, 1), "dense_1", "(4, 4, 4)");
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        illegal(() -> new Conv2D(0, 3), "filters = 0");
        illegal(() -> new Conv2D(1, 3, -1), "kernelWidth = -1");
        illegal(() -> new Conv2D(1, 3).strides(0), "strideHeight = 0");
        illegal(() -> new Conv2D(1, 3).dilation(1, 0), "dilationWidth = 0");
        illegal(() -> new Conv2D(1, 3).groups(0), "groups = 0");
        illegal(() -> new Conv2D(1, 3).activation(Activation.softmax()), "softmax", "element-wise");
        illegal(() -> new MaxPool2D(0), "poolHeight = 0");
        illegal(() -> new AvgPool2D(2).strides(1, 0), "strideWidth = 0");
        illegal(() -> new Dense(0), "units = 0");
        illegal(() -> Padding.of(0, -1, 0, 0), "(0, -1, 0, 0)");
        illegal(() -> Activation.leakyRelu(-1), "slope = -1.0");
        illegal(() -> new Sgd(Float.NaN, 0), "rate = NaN");
        illegal(() -> new Sgd(-1, 0), "rate = -1.0");
        illegal(() -> new Sgd(1, 1), "momentum = 1.0");
        illegal(() -> new Sequential("net").add(new Dense(1)).build(WorkerPool.CALLER, 1, 0, 4), "largestBatch = 0");
    }

    @Test
    void imagesOfAnotherShapeAreRefused() {
        Sequential model = Models.small(WorkerPool.CALLER, 1, 4);
        String wanted = "(4, 12, 12, 1) or fewer images";
        illegal(() -> model.predict(Tensor.zeros(2, 12, 12)), "small", "conv2d_1", "(2, 12, 12)", wanted);
        illegal(() -> model.predict(Tensor.zeros(2, 1, 12, 12)), "(2, 1, 12, 12)", wanted);
        illegal(() -> model.predict(Tensor.zeros(5, 12, 12, 1)), "(5, 12, 12, 1)", wanted);
        illegal(
                () -> model.gradients(Tensor.zeros(2, 12, 12, 1), new int[2], LOSS, Tensor.zeros(1, 12, 12, 1)),
                "inputGradient has 1",
                "images = 2");
    }

    @Test
    void labelsThatDoNotFitAreRefusedAndNothingIsLearnt() {
        Sequential model = Models.small(WorkerPool.CALLER, 1, 4);
        long before = model.weightsCrc32();
        Tensor images = Tensor.zeros(4, 12, 12, 1);
        var sgd = new Sgd(1, 0);
        illegal(() -> model.train(images, new int[3], LOSS, sgd), "labels = 3", "images = 4");
        illegal(() -> model.train(images, new int[] {0, 1, 3, 0}, LOSS, sgd), "labels[2] = 3", "0 to 2");
        illegal(() -> model.train(images, Tensor.zeros(4, 2), new MeanSquaredErrorLoss(), sgd), "[4, 2]", "[4, 3]");
        Sequential noClasses = new Sequential("net").add(new MaxPool2D(2)).build(WorkerPool.CALLER, 1, 4, 12, 12, 1);
        illegal(() -> noClasses.train(images, new int[4], LOSS, sgd), "(4, 6, 6, 1)", "(batch, classes)");
        assertEquals(before, model.weightsCrc32());
    }

    @Test
    void callsOutOfOrderAreRefused() {
        Sequential unbuilt = new Sequential("net").add(new Dense(1));
        state(() -> unbuilt.predict(Tensor.zeros(1, 1)), "net is not built");
        state(unbuilt::summary, "net is not built");
        state(unbuilt::parameters, "net is not built");
        state(() -> new Sequential("net").build(WorkerPool.CALLER, 1, 1, 1), "net has no layer");
        Sequential model = Models.small(WorkerPool.CALLER, 1, 4);
        state(() -> model.add(new Dense(1)), "small is built already");
        state(() -> model.build(WorkerPool.CALLER, 1, 1, 1), "small is built already");
        var layer = new Dense(1);
        build(layer, 3);
        state(() -> build(layer, 3), "dense_1 belongs to another model");
        illegal(() -> new Sequential("net").add(layer).add(layer), "net", "dense");
        var sgd = new Sgd(1, 0);
        int[] labels = new int[4];
        model.train(Models.images(labels, 1), labels, LOSS, sgd);
        Sequential other = Models.small(WorkerPool.CALLER, 1, 4);
        state(() -> other.train(Models.images(labels, 1), labels, LOSS, sgd), "another model");
    }

    @Test
    void nullsAreNamed() {
        Sequential model = Models.small(WorkerPool.CALLER, 1, 4);
        Tensor images = Tensor.zeros(4, 12, 12, 1);
        Refused.with(NullPointerException.class, () -> model.predict(null), "images");
        Refused.with(NullPointerException.class, () -> model.train(images, null, LOSS, new Sgd(1, 0)), "labels");
        Refused.with(NullPointerException.class, () -> model.train(images, new int[4], null, new Sgd(1, 0)), "loss");
        Refused.with(NullPointerException.class, () -> model.train(images, new int[4], LOSS, null), "optimizer");
        Refused.with(NullPointerException.class, () -> new Sequential("net").add(null), "layer");
        Refused.with(NullPointerException.class, () -> new Conv2D(1, 1).padding(null), "padding");
    }

    @Test
    void tensorsCheckTheirShape() {
        illegal(() -> Tensor.zeros(2, -1), "(2, -1)");
        illegal(() -> Tensor.zeros(1 << 16, 1 << 16), "(65536, 65536)");
        illegal(() -> Tensor.zeros(2, 3).first(3), "count = 3", "(2, 3)");
        Refused.with(IndexOutOfBoundsException.class, () -> Tensor.of(new float[5], 2, 3), "5 floats", "(2, 3)", "6");
        Refused.with(NullPointerException.class, () -> Tensor.of(null, 2), "data");
        assertEquals("Tensor(2, 3)", Tensor.of(new float[7], 2, 3).toString());
    }

    @Test
    void theSummaryListsLayersShapesAndParameters() {
        String summary = Models.small(WorkerPool.CALLER, 1, 4).summary();
        for (String part : new String[] {"small: input (12, 12, 1)", "conv2d_1", "(12, 12, 6)", "dense_2", "2,303"}) {
            assertTrue(summary.contains(part), summary + "\nlacks " + part);
        }
    }

    private static void build(Layer layer, int... inputShape) {
        new Sequential("net").add(layer).build(WorkerPool.CALLER, 1, 4, inputShape);
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }

    private static void state(Runnable call, String... parts) {
        Refused.with(IllegalStateException.class, call, parts);
    }
}
