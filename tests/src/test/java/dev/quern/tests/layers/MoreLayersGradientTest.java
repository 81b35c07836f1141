// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static dev.quern.tests.layers.LayerGradientTest.BATCH;
import static dev.quern.tests.layers.LayerGradientTest.check;
import static dev.quern.tests.layers.LayerGradientTest.compare;
import static dev.quern.tests.reference.ReferenceNetwork.map;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Conv2DTranspose;
import dev.quern.layers.DepthwiseConv2D;
import dev.quern.layers.Dropout;
import dev.quern.layers.GlobalPool2D;
import dev.quern.layers.GlorotUniform;
import dev.quern.layers.LayerNorm;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Padding;
import dev.quern.layers.Reshape;
import dev.quern.layers.SeparableConv2D;
import dev.quern.layers.Sequential;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceDropout;
import dev.quern.tests.reference.ReferenceLayers;
import dev.quern.tests.reference.ReferenceMath;
import dev.quern.tests.reference.ReferenceNetwork;
import dev.quern.tests.reference.ReferenceNetwork.Array;
import dev.quern.tests.reference.ReferenceNetwork.Window;
import dev.quern.tests.toolkit.Data;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** As {@link LayerGradientTest}, for the layers beside convolution, pooling and dense. */
class MoreLayersGradientTest {
    private static final GlorotUniform RANDOM = new GlorotUniform();

    @Test
    void layerNormalisation() {
        check(new LayerNorm(), (x, p) -> ReferenceLayers.normalize(x, p.get(0), p.get(1), 1e-5, false), 2, 3, 11);
    }

    @Test
    void batchNormalisationInPrediction() {
        // At first the running statistics are 0 and 1.
        Sequential model =
                new Sequential("one").add(new BatchNorm().epsilon(0.25f)).build(WorkerPool.CALLER, 5, BATCH, 4, 5);
        float[] x = Data.uniform(BATCH * 20, 1);
        float[] y = model.predict(Tensor.of(x, BATCH, 4, 5)).data();
        for (int i = 0; i < y.length; i++) {
            assertEquals(x[i] / Math.sqrt(1.25), y[i], 1e-6);
        }
    }

    @Test
    void batchNormalisationInTraining() {
        Sequential model = new Sequential("one").add(new BatchNorm()).build(WorkerPool.CALLER, 5, BATCH + 2, 4, 3, 5);
        for (int c = 0; c < 5; c++) {
            model.parameters().get(0).value().data()[c] = 0.5f + c;
            model.parameters().get(1).value().data()[c] = -0.25f * c;
        }
        gradients(model, (x, p) -> ReferenceLayers.normalize(x, p.get(0), p.get(1), 1e-5, true), 4, 3, 5);
    }

    @Test
    void dropoutInTraining() {
        Sequential model = new Sequential("one").add(new Dropout(0.3f)).build(WorkerPool.CALLER, 5, BATCH + 2, 70);
        gradients(
                model,
                (x, p) -> {
                    double[] y = x.values().clone();
                    for (int e = 0; e < y.length; e++) {
                        y[e] *= ReferenceDropout.element(0.3f, 5, 1L << 31, 0, e, 1f);
                    }
                    return new Array(y, x.shape());
                },
                70);
    }

    @Test
    void logSoftmax() {
        check(Activation.logSoftmax(), (x, p) -> map(ReferenceNetwork.softmax(x), Math::log), 3, 7);
    }

    @Test
    void shapesAndPools() {
        check(new Reshape(3, 4), (x, p) -> new Array(x.values(), BATCH, 3, 4), 2, 3, 2);
        check(
                GlobalPool2D.average(),
                (x, p) -> flat(ReferenceNetwork.avgPool(x, new Window(4, 3, 4, 3, 1, 0, 0, 0, 0))),
                4,
                3,
                5);
        check(
                GlobalPool2D.max(),
                (x, p) -> flat(ReferenceNetwork.maxPool(x, new Window(4, 3, 4, 3, 1, 0, 0, 0, 0))),
                4,
                3,
                5);
        check(
                new MaxPool2D(2).gradientToEveryMaximum(true),
                (x, p) -> ReferenceNetwork.maxPool(x, new Window(2, 2, 2, 2, 1, 0, 0, 0, 0)),
                4,
                6,
                3);
    }

    @Test
    void sameLowerConvolutionPutsTheLargerHalfOfThePaddingBefore() {
        // The shapes of the test for SAME in LayerGradientTest: one before and one behind a height of 6, but two before
        // and one behind a width of 5.
        check(
                new Conv2D(3, 4).strides(2).padding(Padding.SAME_LOWER),
                (x, p) -> ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(4, 4, 2, 2, 1, 1, 1, 2, 1), 1),
                6,
                5,
                2);
    }

    @Test
    void convolutionWithoutBias() {
        check(
                new Conv2D(3, 2).withoutBias().activation(Activation.silu()),
                (x, p) -> map(
                        ReferenceNetwork.conv(x, p.get(0), new double[3], new Window(2, 2, 1, 1, 1, 0, 0, 0, 0), 1),
                        v -> v / (1 + Math.exp(-v))),
                4,
                5,
                2);
    }

    @Test
    void depthwiseAndSeparable() {
        check(
                new DepthwiseConv2D(3)
                        .multiplier(2)
                        .strides(2)
                        .padding(Padding.SAME)
                        .activation(Activation.tanh())
                        .initializers(RANDOM, RANDOM),
                (x, p) -> map(
                        ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(3, 3, 2, 2, 1, 0, 1, 1, 1), 3),
                        Math::tanh),
                6,
                5,
                3);
        check(
                new SeparableConv2D(5, 3, 2)
                        .multiplier(2)
                        .activation(Activation.gelu())
                        .initializers(RANDOM, RANDOM),
                (x, p) -> {
                    Array middle =
                            ReferenceNetwork.conv(x, p.get(0), new double[6], new Window(3, 2, 1, 1, 1, 0, 0, 0, 0), 3);
                    Array y =
                            ReferenceNetwork.conv(middle, p.get(1), p.get(2), new Window(1, 1, 1, 1, 1, 0, 0, 0, 0), 1);
                    return map(y, v -> v * ReferenceMath.normalBelow(v));
                },
                5,
                6,
                3);
    }

    @Test
    void transposedConvolution() {
        check(
                new Conv2DTranspose(4, 3).initializers(RANDOM, RANDOM),
                (x, p) -> ReferenceLayers.convTranspose(
                        x, p.get(0), p.get(1), 6, 7, new Window(3, 3, 1, 1, 1, 0, 0, 0, 0)),
                4,
                5,
                3);
        check(
                new Conv2DTranspose(2, 3, 2)
                        .strides(3, 2)
                        .dilation(2, 2)
                        .padding(Padding.of(1, 0, 0, 1))
                        .outputPadding(2, 1)
                        .activation(Activation.tanh())
                        .initializers(RANDOM, RANDOM),
                // (4 - 1)·3 + 5 - 1 + 2 = 15 rows, (3 - 1)·2 + 3 - 1 + 1 = 7 columns.
                (x, p) -> map(
                        ReferenceLayers.convTranspose(
                                x, p.get(0), p.get(1), 15, 7, new Window(3, 2, 3, 2, 2, 1, 0, 0, 1)),
                        Math::tanh),
                4,
                3,
                5);
        check(
                new Conv2DTranspose(3, 3).strides(2).padding(Padding.SAME).activation(Activation.gelu()),
                // Back from 8×10 with SAME: one zero in all, behind.
                (x, p) -> map(
                        ReferenceLayers.convTranspose(
                                x, p.get(0), p.get(1), 8, 10, new Window(3, 3, 2, 2, 1, 0, 1, 0, 1)),
                        v -> v * ReferenceMath.normalBelow(v)),
                4,
                5,
                2);
    }

    private static Array flat(Array x) {
        return new Array(x.values(), x.shape()[0], x.shape()[3]);
    }

    /** Gradients in training, where the output of prediction is another. */
    private static void gradients(Sequential model, LayerGradientTest.Reference reference, int... inputShape) {
        int[] shape =
                IntStream.concat(IntStream.of(BATCH), IntStream.of(inputShape)).toArray();
        int n = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        Tensor images = Tensor.of(Data.uniform(n, 1), shape);
        float[] targets = Data.uniform(n, 2);
        Tensor inputGradient = Tensor.zeros(shape);
        float loss = model.gradients(images, Tensor.of(targets, shape), new MeanSquaredErrorLoss(), inputGradient);
        compare(
                model,
                images,
                inputGradient,
                loss,
                (x, p) -> ReferenceNetwork.squaredError(reference.forward(x, p), targets));
    }
}
