// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Im2Col;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Flatten;
import dev.quern.layers.Loss;
import dev.quern.layers.MaxPool2D;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceMath;
import dev.quern.tests.reference.ReferenceNetwork;
import dev.quern.tests.reference.ReferenceNetwork.Array;
import dev.quern.tests.reference.ReferenceNetwork.Window;
import dev.quern.tests.toolkit.Data;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Row 3 of the source material, a convolutional network in NumPy: a convolution by sliding windows and by im2col with
 * dilation in NCHW, and a shallow network (6×6 input, 3×3 convolution, sigmoid, 2×2 max pooling, dense, sigmoid, half
 * squared error, rate 0.01, 100 epochs). The activations' plot and the timing table are the demo's and the report's.
 */
class Row3NumpyNetworkTest {
    private static final WorkerPool POOL = WorkerPool.CALLER;
    private static final int EPOCHS = 100;
    private static final float RATE = 0.01f;
    private static final float[] TARGET = {1f, 0f};

    /** ½·Σ (y - t)². */
    private static final Loss<float[]> HALF_SQUARED_ERROR = (prediction, target, gradient, pool) -> {
        double sum = 0;
        for (int i = 0; i < prediction.elements(); i++) {
            gradient.data()[i] = prediction.data()[i] - target[i];
            sum += 0.5 * gradient.data()[i] * gradient.data()[i];
        }
        return (float) sum;
    };

    private final Tensor image = Tensor.of(Data.uniform(36, 4), 1, 6, 6, 1);

    @Test
    void theLossOfTheShallowNetworkFallsInEveryEpochAsItDoesInDouble() {
        Sequential model = network();
        List<double[]> exact = values(model);
        var sgd = new Sgd(RATE, 0f);
        float before = Float.POSITIVE_INFINITY;
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            double expected = loss(exact, input());
            float loss = model.train(image, TARGET, HALF_SQUARED_ERROR, sgd);
            assertTrue(loss < before, "epoch " + epoch + ": " + before + " then " + loss);
            assertEquals(expected, loss, 1e-6, "epoch " + epoch);
            before = loss;
            descend(exact);
        }
        for (int i = 0; i < exact.size(); i++) {
            float[] learnt = model.parameters().get(i).value().data();
            for (int k = 0; k < learnt.length; k++) {
                assertEquals(exact.get(i)[k], learnt[k], 1e-5);
            }
        }
    }

    @Test
    void itsGradientsAreTheNumericOnes() {
        Sequential model = network();
        Tensor inputGradient = Tensor.zeros(1, 6, 6, 1);
        model.gradients(image, TARGET, HALF_SQUARED_ERROR, inputGradient);
        List<double[]> exact = values(model);
        for (int i = 0; i < exact.size(); i++) {
            Parameter parameter = model.parameters().get(i);
            double[] slopes = ReferenceNetwork.gradient(exact.get(i), changed -> loss(exact, input()));
            close(parameter.name(), slopes, parameter.gradient().data());
        }
        double[] x = input();
        close("input", ReferenceNetwork.gradient(x, changed -> loss(exact, x)), inputGradient.data());
    }

    @Test
    void im2colWithDilationInNchwAndAProductAreTheSlidingWindow() {
        int filters = 3;
        var shape = ConvShape.of(Layout.NCHW, 2, 7, 8, 3, filters, 3, 2)
                .withDilations(2, 3)
                .withStrides(1, 2)
                .withPadding(1, 1, 1, 1);
        float[] x = Data.whole(shape.sourceElements(), 1);
        float[] weights = Data.whole(shape.weightElements(), 2);
        float[] columns = new float[shape.columnElements()];
        Im2Col.transform(shape, x, 0, columns, 0, POOL);
        int positions = shape.outHeight() * shape.outWidth();
        int taps = 3 * 2 * 3;
        float[] got = new float[2 * filters * positions];
        // Weights are stored (tap, filter): transposed they are the rows of the product.
        var product = GemmShape.of(filters, positions, taps).withTransposes(true, false);
        for (int n = 0; n < 2; n++) {
            int at = n * taps * positions;
            int to = n * filters * positions;
            Gemm.multiply(product, 1f, weights, 0, columns, at, 0f, got, to, Epilogue.NONE, POOL);
        }
        assertArrayEquals(slidingWindow(shape, x, weights, filters), got);
    }

    @Test
    void theActivationsAreTheirFormulas() {
        float[] x = Data.uniform(50, 1);
        for (int i = 0; i < x.length; i++) {
            x[i] *= 5;
        }
        for (int i = 0; i < x.length; i++) {
            assertEquals(Math.max(x[i], 0f), applied(Activation.relu(), x)[i]);
            assertEquals(x[i] > 0 ? x[i] : 0.1f * x[i], applied(Activation.leakyRelu(0.1f), x)[i]);
            assertEquals(ReferenceMath.sigmoid(x[i]), applied(Activation.sigmoid(), x)[i], 1e-6);
            assertEquals(Math.tanh(x[i]), applied(Activation.tanh(), x)[i], 1e-6);
        }
    }

    private static float[] applied(Activation activation, float[] x) {
        Sequential model = new Sequential("plot").add(activation).build(POOL, 1, 1, x.length);
        return model.predict(Tensor.of(x, 1, x.length)).data();
    }

    /** out[n][f][i][j] = Σ x[n][c][i·sh + kh·dh - p][j·sw + kw·dw - p]·w[kh][kw][c][f], whole numbers: exact. */
    private static float[] slidingWindow(ConvShape shape, float[] x, float[] weights, int filters) {
        int height = shape.outHeight();
        int width = shape.outWidth();
        float[] out = new float[2 * filters * height * width];
        for (int at = 0; at < out.length; at++) {
            int j = at % width;
            int i = at / width % height;
            int f = at / width / height % filters;
            int n = at / width / height / filters;
            for (int tap = 0; tap < 3 * 2 * 3; tap++) {
                int c = tap % 3;
                int row = i + 2 * (tap / 3 / 2) - 1;
                int column = 2 * j + 3 * (tap / 3 % 2) - 1;
                if (row >= 0 && row < 7 && column >= 0 && column < 8) {
                    out[at] += x[((n * 3 + c) * 7 + row) * 8 + column] * weights[tap * filters + f];
                }
            }
        }
        return out;
    }

    private static Sequential network() {
        return new Sequential("shallow")
                .add(new Conv2D(1, 3).activation(Activation.sigmoid()))
                .add(new MaxPool2D(2))
                .add(new Flatten())
                .add(new Dense(TARGET.length).activation(Activation.sigmoid()))
                .build(POOL, 1, 1, 6, 6, 1);
    }

    private double[] input() {
        return ReferenceNetwork.doubles(image.data(), 36);
    }

    private static List<double[]> values(Sequential model) {
        return model.parameters().stream()
                .map(p -> ReferenceNetwork.doubles(p.value().data(), p.value().elements()))
                .toList();
    }

    private static double loss(List<double[]> p, double[] x) {
        Array a = new Array(x, 1, 6, 6, 1);
        a = ReferenceNetwork.conv(a, p.get(0), p.get(1), new Window(3, 3, 1, 1, 1, 0, 0, 0, 0), 1);
        a = ReferenceNetwork.map(a, ReferenceMath::sigmoid);
        a = ReferenceNetwork.maxPool(a, new Window(2, 2, 2, 2, 1, 0, 0, 0, 0));
        a = ReferenceNetwork.map(ReferenceNetwork.dense(a, p.get(2), p.get(3)), ReferenceMath::sigmoid);
        double sum = 0;
        for (int i = 0; i < TARGET.length; i++) {
            sum += 0.5 * (a.values()[i] - TARGET[i]) * (a.values()[i] - TARGET[i]);
        }
        return sum;
    }

    /** One step down the numeric gradient of all parameters. */
    private void descend(List<double[]> p) {
        double[] x = input();
        double[][] slopes = p.stream()
                .map(values -> ReferenceNetwork.gradient(values, changed -> loss(p, x)))
                .toArray(double[][]::new);
        for (int i = 0; i < slopes.length; i++) {
            for (int k = 0; k < slopes[i].length; k++) {
                p.get(i)[k] -= RATE * slopes[i][k];
            }
        }
    }

    private static void close(String what, double[] expected, float[] actual) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertTrue(largest > 0, what + ": nothing to compare");
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-5 * largest, what + " " + i);
        }
    }
}
