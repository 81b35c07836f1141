// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.BinaryCrossEntropyLoss;
import dev.quern.layers.HuberLoss;
import dev.quern.layers.Loss;
import dev.quern.layers.MeanAbsoluteErrorLoss;
import dev.quern.layers.SoftTargetCrossEntropyLoss;
import dev.quern.layers.SoftmaxCrossEntropyLoss;
import dev.quern.layers.Tensor;
import dev.quern.tests.reference.ReferenceMath;
import dev.quern.tests.reference.ReferenceNetwork;
import dev.quern.tests.toolkit.Data;
import dev.quern.tests.toolkit.Refused;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Losses and their gradients against formulas in double precision and central differences of these. */
class LossLayerTest {
    private static final int ROWS = 4;
    private static final int CLASSES = 5;

    private final Tensor prediction = Tensor.of(Data.uniform(20, 1), ROWS, CLASSES);
    private final float[] targets = positive(Data.uniform(20, 2));

    @Test
    void absoluteError() {
        check(
                new MeanAbsoluteErrorLoss(),
                Tensor.of(targets, ROWS, CLASSES),
                x -> meanOver(x, (v, t) -> Math.abs(v - t)));
    }

    @Test
    void huber() {
        check(
                new HuberLoss(0.5f),
                Tensor.of(targets, ROWS, CLASSES),
                x -> meanOver(x, (v, t) -> {
                    double d = Math.abs(v - t);
                    return d <= 0.5 ? d * d / 2 : 0.5 * (d - 0.25);
                }));
    }

    @Test
    void binaryCrossEntropy() {
        check(
                new BinaryCrossEntropyLoss(),
                Tensor.of(targets, ROWS, CLASSES),
                x -> meanOver(x, (v, t) -> t * ReferenceMath.softplus(-v) + (1 - t) * ReferenceMath.softplus(v)));
    }

    @Test
    void softTargets() {
        check(new SoftTargetCrossEntropyLoss(), Tensor.of(targets, ROWS, CLASSES), x -> crossEntropy(x, targets));
    }

    @Test
    void labelSmoothing() {
        int[] labels = {4, 0, 2, 2};
        float[] wanted = new float[ROWS * CLASSES];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = 0.2f / CLASSES + (i % CLASSES == labels[i / CLASSES] ? 0.8f : 0f);
        }
        check(new SoftmaxCrossEntropyLoss(0.2f), labels, x -> crossEntropy(x, wanted));
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        Tensor gradient = Tensor.zeros(ROWS, CLASSES);
        List<Loss<Tensor>> losses = List.of(
                new MeanAbsoluteErrorLoss(),
                new HuberLoss(1f),
                new BinaryCrossEntropyLoss(),
                new SoftTargetCrossEntropyLoss());
        for (Loss<Tensor> loss : losses) {
            Refused.with(
                    IllegalArgumentException.class,
                    () -> loss.lossAndGradient(prediction, Tensor.zeros(4, 4), gradient, WorkerPool.CALLER),
                    "targets of shape [4, 4]",
                    "wanted [4, 5]");
            Refused.with(
                    NullPointerException.class,
                    () -> loss.lossAndGradient(prediction, null, gradient, WorkerPool.CALLER),
                    "targets");
        }
        Refused.with(
                IllegalArgumentException.class,
                () -> new SoftTargetCrossEntropyLoss()
                        .lossAndGradient(Tensor.zeros(20), Tensor.zeros(20), gradient, WorkerPool.CALLER),
                "(batch, classes)");
        Refused.with(IllegalArgumentException.class, () -> new HuberLoss(0f), "delta = 0.0");
        Refused.with(IllegalArgumentException.class, () -> new SoftmaxCrossEntropyLoss(1f), "smoothing = 1.0");
    }

    private interface Term {
        double of(double value, double target);
    }

    private double meanOver(double[] x, Term term) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += term.of(x[i], targets[i]);
        }
        return sum / x.length;
    }

    private static double crossEntropy(double[] x, float[] wanted) {
        double loss = 0;
        for (int row = 0; row < ROWS; row++) {
            double sum = 0;
            for (int j = 0; j < CLASSES; j++) {
                sum += Math.exp(x[row * CLASSES + j]);
            }
            for (int j = 0; j < CLASSES; j++) {
                loss += wanted[row * CLASSES + j] * (Math.log(sum) - x[row * CLASSES + j]) / ROWS;
            }
        }
        return loss;
    }

    private <L> void check(Loss<L> loss, L labels, ToDoubleFunction<double[]> formula) {
        Tensor gradient = Tensor.zeros(ROWS, CLASSES);
        double[] x = ReferenceNetwork.doubles(prediction.data(), ROWS * CLASSES);
        float value = loss.lossAndGradient(prediction, labels, gradient, WorkerPool.CALLER);
        assertEquals(formula.applyAsDouble(x), value, 1e-6);
        double[] expected = ReferenceNetwork.gradient(x, formula);
        for (int i = 0; i < x.length; i++) {
            assertEquals(expected[i], gradient.data()[i], 1e-6, "gradient " + i);
        }
    }

    private static float[] positive(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return values;
    }
}
