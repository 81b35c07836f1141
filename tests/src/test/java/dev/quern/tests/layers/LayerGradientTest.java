// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.layers;

import static dev.quern.tests.reference.ReferenceNetwork.doubles;
import static dev.quern.tests.reference.ReferenceNetwork.gradient;
import static dev.quern.tests.reference.ReferenceNetwork.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.AvgPool2D;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Flatten;
import dev.quern.layers.GlorotUniform;
import dev.quern.layers.Layer;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Model;
import dev.quern.layers.Padding;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceMath;
import dev.quern.tests.reference.ReferenceNetwork;
import dev.quern.tests.reference.ReferenceNetwork.Array;
import dev.quern.tests.reference.ReferenceNetwork.Window;
import dev.quern.tests.toolkit.Data;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Outputs, losses and gradients of layers against central differences of the same network in double precision. */
class LayerGradientTest {
    /** Of the largest value compared: float results carry rounding, differences of doubles next to none. */
    private static final double TOLERANCE = 2e-5;

    static final int BATCH = 3;

    /** The same layer in double precision, given its parameters. */
    @FunctionalInterface
    interface Reference {
        Array forward(Array x, List<double[]> parameters);
    }

    @Test
    void convolutionWithStridesDilationGroupsAndPadding() {
        check(
                new Conv2D(5, 3).activation(Activation.tanh()),
                (x, p) -> map(
                        ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(3, 3, 1, 1, 1, 0, 0, 0, 0), 1),
                        Math::tanh),
                6,
                7,
                3);
        check(
                new Conv2D(4, 3, 2)
                        .strides(2, 1)
                        .dilation(2, 2)
                        .groups(2)
                        .padding(Padding.of(2, 1, 0, 1))
                        .initializers(new GlorotUniform(), new GlorotUniform()),
                (x, p) -> ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(3, 2, 2, 1, 2, 2, 1, 0, 1), 2),
                7,
                5,
                6);
    }

    @Test
    void sameConvolutionPutsTheLargerHalfOfThePaddingBehind() {
        // Three outputs reach over 2·2 + 4 = 8 positions: one more before and behind a height of 6, one before and two
        // behind a width of 5.
        check(
                new Conv2D(3, 4).strides(2).padding(Padding.SAME).activation(Activation.leakyRelu(0.25f)),
                (x, p) -> map(
                        ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(4, 4, 2, 2, 1, 1, 1, 1, 2), 1),
                        v -> v > 0 ? v : 0.25 * v),
                6,
                5,
                2);
    }

    @Test
    void dense() {
        check(
                new Dense(7).activation(Activation.sigmoid()).initializers(new GlorotUniform(), new GlorotUniform()),
                (x, p) -> map(ReferenceNetwork.dense(x, p.get(0), p.get(1)), v -> 1 / (1 + Math.exp(-v))),
                11);
    }

    @Test
    void layersWithoutABias() {
        check(
                new Dense(7).activation(Activation.tanh()).withoutBias(),
                (x, p) -> map(ReferenceNetwork.dense(x, p.get(0), new double[7]), Math::tanh),
                11);
        check(
                new Conv2D(4, 3).withoutBias().activation(Activation.gelu()),
                (x, p) -> map(
                        ReferenceNetwork.conv(x, p.get(0), new double[4], new Window(3, 3, 1, 1, 1, 0, 0, 0, 0), 1),
                        LayerGradientTest::gelu),
                5,
                5,
                2);
    }

    @Test
    void pooling() {
        check(new MaxPool2D(2), (x, p) -> ReferenceNetwork.maxPool(x, new Window(2, 2, 2, 2, 1, 0, 0, 0, 0)), 6, 4, 5);
        check(
                new MaxPool2D(3, 2).strides(2, 1).padding(Padding.of(1, 2, 0, 1)),
                (x, p) -> ReferenceNetwork.maxPool(x, new Window(3, 2, 2, 1, 1, 1, 2, 0, 1)),
                6,
                4,
                5);
        check(
                new AvgPool2D(3).strides(2).padding(Padding.SAME),
                (x, p) -> ReferenceNetwork.avgPool(x, new Window(3, 3, 2, 2, 1, 0, 1, 1, 1)),
                6,
                5,
                3);
    }

    @Test
    void activations() {
        check(Activation.relu(), (x, p) -> map(x, v -> Math.max(v, 0)), 4, 5);
        check(Activation.leakyRelu(0.1f), (x, p) -> map(x, v -> v > 0 ? v : 0.1f * v), 20);
        check(Activation.sigmoid(), (x, p) -> map(x, v -> 1 / (1 + Math.exp(-v))), 20);
        check(Activation.tanh(), (x, p) -> map(x, Math::tanh), 3, 3, 2);
        check(Activation.clip(-0.5f, 0.25f), (x, p) -> map(x, v -> Math.clamp(v, -0.5, 0.25)), 20);
        check(Activation.relu6(), (x, p) -> map(x, v -> Math.max(v, 0)), 20);
        check(Activation.elu(0.5f), (x, p) -> map(x, v -> v > 0 ? v : 0.5 * Math.expm1(v)), 20);
        check(Activation.softplus(), (x, p) -> map(x, ReferenceMath::softplus), 20);
        check(Activation.hardSwish(), (x, p) -> map(x, v -> v * (v + 3) / 6), 20);
        check(Activation.silu(), (x, p) -> map(x, v -> v * ReferenceMath.sigmoid(v)), 20);
        check(Activation.gelu(), (x, p) -> map(x, LayerGradientTest::gelu), 4, 5);
        check(Activation.geluTanh(), (x, p) -> map(x, LayerGradientTest::geluTanh), 20);
        check(Activation.softmax(), (x, p) -> ReferenceNetwork.softmax(x), 7);
        check(new Flatten(), (x, p) -> new Array(x.values(), BATCH, 12), 2, 3, 2);
    }

    @Test
    void layersKeepWhatTheGradientOfTheirActivationNeeds() {
        check(
                new Conv2D(5, 3).activation(Activation.gelu()),
                (x, p) -> map(
                        ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(3, 3, 1, 1, 1, 0, 0, 0, 0), 1),
                        LayerGradientTest::gelu),
                5,
                6,
                2);
        check(
                new Dense(6).activation(Activation.silu()).initializers(new GlorotUniform(), new GlorotUniform()),
                (x, p) -> map(ReferenceNetwork.dense(x, p.get(0), p.get(1)), v -> v * ReferenceMath.sigmoid(v)),
                9);
    }

    private static double gelu(double x) {
        return x * ReferenceMath.normalBelow(x);
    }

    private static double geluTanh(double x) {
        return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    @Test
    void aWholeNetworkWithCrossEntropy() {
        Sequential model = new Sequential("small")
                .add(new Conv2D(4, 3).activation(Activation.relu()).padding(Padding.SAME))
                .add(new MaxPool2D(2))
                .add(new Conv2D(6, 3).activation(Activation.tanh()))
                .add(new AvgPool2D(2))
                .add(new Flatten())
                .add(new Dense(8).activation(Activation.sigmoid()))
                .add(new Dense(5))
                .build(WorkerPool.CALLER, 3, BATCH, 8, 8, 2);
        Reference reference = (x, p) -> {
            Array a = ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(3, 3, 1, 1, 1, 1, 1, 1, 1), 1);
            a = ReferenceNetwork.maxPool(map(a, v -> Math.max(v, 0)), new Window(2, 2, 2, 2, 1, 0, 0, 0, 0));
            a = ReferenceNetwork.conv(a, p.get(2), p.get(3), new Window(3, 3, 1, 1, 1, 0, 0, 0, 0), 1);
            a = ReferenceNetwork.avgPool(map(a, Math::tanh), new Window(2, 2, 2, 2, 1, 0, 0, 0, 0));
            a = map(ReferenceNetwork.dense(a, p.get(4), p.get(5)), v -> 1 / (1 + Math.exp(-v)));
            return ReferenceNetwork.dense(a, p.get(6), p.get(7));
        };
        int[] labels = {4, 0, 2};
        Tensor images = Tensor.of(Data.uniform(BATCH * 128, 9), BATCH, 8, 8, 2);
        Tensor inputGradient = Tensor.zeros(BATCH, 8, 8, 2);
        float loss = model.gradients(images, labels, new SoftmaxCrossEntropyLoss(), inputGradient);
        compare(
                model,
                images,
                inputGradient,
                loss,
                (x, p) -> ReferenceNetwork.crossEntropy(reference.forward(x, p), labels));
    }

    /** Compares one layer, under mean squared error, for a full and for a smaller batch. */
    static void check(Layer layer, Reference reference, int... inputShape) {
        Sequential model = new Sequential("one").add(layer).build(WorkerPool.CALLER, 5, BATCH + 2, inputShape);
        int[] shape =
                IntStream.concat(IntStream.of(BATCH), IntStream.of(inputShape)).toArray();
        int n = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        Tensor images = Tensor.of(Data.uniform(n, 1), shape);
        Tensor output = model.predict(images);
        Array expected = reference.forward(new Array(doubles(images.data(), n), shape), values(model));
        close("output of " + layer.kind(), expected.values(), output.data());

        float[] targets = Data.uniform(output.elements(), 2);
        Tensor inputGradient = Tensor.zeros(shape);
        float loss =
                model.gradients(images, Tensor.of(targets, output.shape()), new MeanSquaredErrorLoss(), inputGradient);
        compare(
                model,
                images,
                inputGradient,
                loss,
                (x, p) -> ReferenceNetwork.squaredError(reference.forward(x, p), targets));
    }

    /** The loss of a network in double precision. */
    @FunctionalInterface
    interface ReferenceLoss {
        double of(Array x, List<double[]> parameters);
    }

    static void compare(Model model, Tensor images, Tensor inputGradient, float loss, ReferenceLoss reference) {
        Array x = new Array(doubles(images.data(), images.elements()), images.shape());
        List<double[]> p = values(model);
        assertEquals(reference.of(x, p), loss, TOLERANCE * Math.max(1, loss));
        close("input", gradient(x.values(), changed -> reference.of(x, p)), inputGradient.data());
        for (int i = 0; i < p.size(); i++) {
            Parameter parameter = model.parameters().get(i);
            close(
                    parameter.name(),
                    gradient(p.get(i), changed -> reference.of(x, p)),
                    parameter.gradient().data());
        }
    }

    private static List<double[]> values(Model model) {
        return model.parameters().stream()
                .map(p -> doubles(p.value().data(), p.value().elements()))
                .toList();
    }

    private static void close(String what, double[] expected, float[] actual) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertTrue(largest > 0, what + ": nothing to compare");
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * largest, what + " [" + i + "]");
        }
    }
}
