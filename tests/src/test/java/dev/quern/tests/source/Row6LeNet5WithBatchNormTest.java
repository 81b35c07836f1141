// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.AvgPool2D;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Dropout;
import dev.quern.layers.Flatten;
import dev.quern.layers.Padding;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceDropout;
import dev.quern.tests.reference.ReferenceLayers;
import dev.quern.tests.reference.ReferenceNetwork;
import dev.quern.tests.reference.ReferenceNetwork.Array;
import dev.quern.tests.reference.ReferenceNetwork.Window;
import dev.quern.tests.toolkit.Pools;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/**
 * Row 6 of the source material: LeNet-5 with batch normalisation after each convolution, dropout of 0.3 in the head,
 * tanh, Xavier's initialisation and softmax. Here on drawn digits; on Fashion-MNIST it is
 * {@code mvn -q -Pdemo -Dnetwork=lenet5-bn -Ddownload}.
 */
class Row6LeNet5WithBatchNormTest {
    private static final SoftmaxCrossEntropyLoss LOSS = new SoftmaxCrossEntropyLoss();
    private static final float RATE = 0.3f;
    private static final long SEED = 5;

    private static Sequential network(WorkerPool pool, int batch) {
        return new Sequential("LeNet-5")
                .add(new Conv2D(6, 5).padding(Padding.of(2, 2, 2, 2)))
                .add(new BatchNorm())
                .add(Activation.tanh())
                .add(new AvgPool2D(2))
                .add(new Conv2D(16, 5))
                .add(new BatchNorm())
                .add(Activation.tanh())
                .add(new AvgPool2D(2))
                .add(new Flatten())
                .add(new Dense(120).activation(Activation.tanh()))
                .add(new Dropout(RATE))
                .add(new Dense(84).activation(Activation.tanh()))
                .add(new Dropout(RATE))
                .add(new Dense(Digits.CLASSES))
                .build(pool, SEED, batch, Digits.SIDE, Digits.SIDE, 1);
    }

    @Test
    void itBuilds() {
        Sequential model = network(WorkerPool.CALLER, 1);
        int parameters = 0;
        for (Parameter parameter : model.parameters()) {
            parameters += parameter.value().elements();
        }
        // Convolutions 156 + 2,416, normalisations 12 + 32, dense layers 48,120 + 10,164 + 850.
        assertEquals(61_750, parameters);
        List<String> state = model.states().stream().map(s -> s.name()).toList();
        assertEquals(
                List.of("batch_norm_1/running", "batch_norm_2/running", "dropout_1/step", "dropout_2/step"), state);
    }

    @Test
    void itStartsFromXaviersDistribution() {
        int[][] fans = {{0, 25, 150}, {4, 150, 400}, {8, 400, 120}, {10, 120, 84}, {12, 84, 10}};
        List<Parameter> parameters = network(WorkerPool.CALLER, 1).parameters();
        for (int[] fan : fans) {
            double limit = Math.sqrt(6.0 / (fan[1] + fan[2]));
            double squares = 0;
            float[] weights = parameters.get(fan[0]).value().data();
            for (float w : weights) {
                assertTrue(Math.abs(w) <= limit * 1.000001);
                squares += w * w;
            }
            // A uniform variable's variance is a third of its limit's square; the least sample has 150 numbers.
            assertEquals(limit * limit / 3, squares / weights.length, 0.25 * limit * limit / 3);
        }
    }

    @Test
    void itsGradientsAreNumericOnes() {
        Sequential model = network(WorkerPool.CALLER, 2);
        int[] labels = new int[2];
        Tensor images = Digits.draw(labels, 3);
        float loss = model.gradients(images, labels, LOSS, null);
        Array x = new Array(ReferenceNetwork.doubles(images.data(), images.elements()), images.shape());
        List<double[]> p = model.parameters().stream()
                .map(q -> ReferenceNetwork.doubles(q.value().data(), q.value().elements()))
                .toList();
        assertEquals(ReferenceNetwork.crossEntropy(reference(x, p), labels), loss, 1e-5);
        var random = new SplittableRandom(1);
        for (int i = 0; i < p.size(); i++) {
            Parameter parameter = model.parameters().get(i);
            float[] gradient = parameter.gradient().data();
            double largest = 0;
            for (float g : gradient) {
                largest = Math.max(largest, Math.abs(g));
            }
            // What a convolution's bias adds, the normalisation behind it takes away: those gradients are 0.
            boolean none = parameter.name().matches("conv2d_./bias");
            assertTrue(none == largest < 1e-6, parameter.name() + ": " + largest);
            for (int sample = 0; sample < 12; sample++) {
                int at = random.nextInt(gradient.length);
                double numeric = slope(p.get(i), at, () -> ReferenceNetwork.crossEntropy(reference(x, p), labels));
                assertEquals(numeric, gradient[at], none ? 1e-6 : 1e-4 * largest, parameter.name() + " " + at);
            }
        }
    }

    private static double slope(double[] values, int at, DoubleSupplier function) {
        double here = values[at];
        values[at] = here + 1e-5;
        double above = function.getAsDouble();
        values[at] = here - 1e-5;
        double below = function.getAsDouble();
        values[at] = here;
        return (above - below) / 2e-5;
    }

    /** The network in training, in double precision. */
    private static Array reference(Array x, List<double[]> p) {
        Array a = ReferenceNetwork.conv(x, p.get(0), p.get(1), new Window(5, 5, 1, 1, 1, 2, 2, 2, 2), 1);
        a = ReferenceNetwork.map(ReferenceLayers.normalize(a, p.get(2), p.get(3), 1e-5, true), Math::tanh);
        a = ReferenceNetwork.avgPool(a, new Window(2, 2, 2, 2, 1, 0, 0, 0, 0));
        a = ReferenceNetwork.conv(a, p.get(4), p.get(5), new Window(5, 5, 1, 1, 1, 0, 0, 0, 0), 1);
        a = ReferenceNetwork.map(ReferenceLayers.normalize(a, p.get(6), p.get(7), 1e-5, true), Math::tanh);
        a = ReferenceNetwork.avgPool(a, new Window(2, 2, 2, 2, 1, 0, 0, 0, 0));
        a = drop(ReferenceNetwork.map(ReferenceNetwork.dense(a, p.get(8), p.get(9)), Math::tanh), 10);
        a = drop(ReferenceNetwork.map(ReferenceNetwork.dense(a, p.get(10), p.get(11)), Math::tanh), 12);
        return ReferenceNetwork.dense(a, p.get(12), p.get(13));
    }

    /** Dropout as layer number {@code place} of the model has it in the first step. */
    private static Array drop(Array x, int place) {
        double[] y = x.values().clone();
        for (int e = 0; e < y.length; e++) {
            y[e] *= ReferenceDropout.element(RATE, SEED, ((long) place << 32) + (1L << 31), 0, e, 1f);
        }
        return new Array(y, x.shape());
    }

    @Test
    void itLearns() {
        Sequential model = network(WorkerPool.CALLER, 32);
        var sgd = new Sgd(0.05f, 0.9f);
        int[] labels = new int[32];
        for (int step = 0; step < 150; step++) {
            model.train(Digits.draw(labels, step), labels, LOSS, sgd);
        }
        int right = 0;
        for (int batch = 0; batch < 5; batch++) {
            Tensor output = model.predict(Digits.draw(labels, -1 - batch));
            for (int n = 0; n < labels.length; n++) {
                right += largest(output.data(), n * Digits.CLASSES) == labels[n] ? 1 : 0;
            }
        }
        assertTrue(right >= 152, right + " of 160 right");
    }

    private static int largest(float[] scores, int from) {
        int best = 0;
        for (int c = 1; c < Digits.CLASSES; c++) {
            best = scores[from + c] > scores[from + best] ? c : best;
        }
        return best;
    }

    @Test
    void everyNumberOfThreadsLearnsTheSame() {
        long expected = 0;
        int[] labels = new int[16];
        for (WorkerPool pool : Pools.ALL) {
            Sequential model = network(pool, 16);
            var sgd = new Sgd(0.05f, 0.9f);
            for (int step = 0; step < 3; step++) {
                model.train(Digits.draw(labels, step), labels, LOSS, sgd);
            }
            expected = pool.threads() == 1 ? model.weightsCrc32() : expected;
            assertEquals(expected, model.weightsCrc32(), pool.threads() + " threads");
        }
    }
}
