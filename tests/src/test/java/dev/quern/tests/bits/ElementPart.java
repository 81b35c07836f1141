// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.elementwise.ElementWise;
import dev.quern.kernels.loss.BinaryCrossEntropy;
import dev.quern.kernels.loss.Huber;
import dev.quern.kernels.loss.MeanAbsoluteError;
import dev.quern.kernels.loss.MeanSquaredError;
import dev.quern.kernels.loss.SoftTargetCrossEntropy;
import dev.quern.kernels.loss.SoftmaxCrossEntropy;
import dev.quern.kernels.loss.WeightPenalty;
import dev.quern.kernels.optimizer.Adam;
import dev.quern.kernels.optimizer.GradientClip;
import dev.quern.kernels.optimizer.SgdMomentum;
import dev.quern.tests.toolkit.Data;
import java.util.Arrays;
import java.util.List;

/** Activations, exp, sums, softmax, losses and the optimizer, on values of every size and on odd ones. */
final class ElementPart {
    private static final int N = 20_011;
    private static final int ROWS = 61;
    private static final int COLUMNS = 37;

    private ElementPart() {}

    static void addTo(Workload workload) {
        activations(workload);
        plain(workload);
        rows(workload);
        updates(workload);
    }

    private static void activations(Workload workload) {
        var all = List.of(
                Activation.RELU,
                Activation.leakyRelu(0.3f),
                Activation.RELU6,
                Activation.elu(0.7f),
                Activation.SIGMOID,
                Activation.TANH,
                Activation.SOFTPLUS,
                Activation.HARD_SWISH,
                Activation.SILU,
                Activation.GELU,
                Activation.GELU_TANH);
        float[] x = times(20, Data.odd(N, 50, 1));
        float[] dy = Data.odd(N, 50, 2);
        for (Activation activation : all) {
            float[] y = new float[N];
            activation.forward(N, x, 0, y, 0);
            workload.add(activation + " forward", pool -> {
                float[] result = new float[N];
                activation.forward(N, x, 0, result, 0, pool);
                return result;
            });
            workload.add(activation + " backward", pool -> {
                float[] result = new float[N];
                if (activation.needsInput()) {
                    activation.backwardFromInput(N, x, 0, dy, 0, result, 0, pool);
                } else {
                    activation.backward(N, y, 0, dy, 0, result, 0, pool);
                }
                return result;
            });
        }
    }

    private static void plain(Workload workload) {
        float[] a = times(20, Data.odd(N, 50, 8));
        float[] b = Data.odd(N, 60, 9);
        workload.add("add", pool -> {
            float[] result = new float[N];
            ElementWise.add(N, a, 0, b, 0, result, 0, pool);
            return result;
        });
        workload.add("exp", pool -> {
            float[] result = new float[N];
            ElementWise.exp(N, a, 0, result, 0, pool);
            return result;
        });
    }

    private static void rows(Workload workload) {
        float[] x = times(30, Data.uniform(ROWS * COLUMNS, 3));
        float[] odd = Data.odd(ROWS * COLUMNS, 100, 4);
        float[] dy = Data.uniform(ROWS * COLUMNS, 5);
        int[] labels = new int[ROWS];
        Arrays.setAll(labels, i -> i * 7 % COLUMNS);
        workload.add("softmax forward", pool -> {
            float[] result = new float[x.length];
            Softmax.forward(ROWS, COLUMNS, x, 0, result, 0, pool);
            return result;
        });
        workload.add("softmax forward odd", pool -> {
            float[] result = new float[x.length];
            Softmax.forward(ROWS, COLUMNS, odd, 0, result, 0, pool);
            return result;
        });
        workload.add("softmax backward", pool -> {
            float[] y = new float[x.length];
            float[] result = new float[x.length];
            Softmax.forward(ROWS, COLUMNS, x, 0, y, 0, pool);
            Softmax.backward(ROWS, COLUMNS, y, 0, dy, 0, result, 0, pool);
            return result;
        });
        workload.add("softmax cross-entropy", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] = SoftmaxCrossEntropy.lossAndGradient(ROWS, COLUMNS, x, 0, labels, 0, result, 0, pool);
            return result;
        });
        workload.add("smoothed cross-entropy", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] =
                    SoftmaxCrossEntropy.lossAndGradient(ROWS, COLUMNS, 0.1f, x, 0, labels, 0, result, 0, pool);
            return result;
        });
        workload.add("soft target cross-entropy", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] = SoftTargetCrossEntropy.lossAndGradient(ROWS, COLUMNS, x, 0, dy, 0, result, 0, pool);
            return result;
        });
        workload.add("binary cross-entropy", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] = BinaryCrossEntropy.lossAndGradient(x.length, x, 0, dy, 0, result, 0);
            return result;
        });
        workload.add("mean absolute error", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] = MeanAbsoluteError.lossAndGradient(x.length, x, 0, dy, 0, result, 0);
            return result;
        });
        workload.add("huber", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] = Huber.lossAndGradient(x.length, 3f, x, 0, dy, 0, result, 0);
            return result;
        });
        workload.add("weight penalty", pool -> {
            float[] result = Arrays.copyOf(dy, x.length + 1 + WeightPenalty.SCRATCH);
            result[x.length] = WeightPenalty.addGradient(x.length, 0.1f, 0.2f, x, 0, result, 0, result, x.length + 1);
            return result;
        });
        workload.add("mean squared error", pool -> {
            float[] result = new float[x.length + 1];
            result[x.length] = MeanSquaredError.lossAndGradient(x.length, x, 0, dy, 0, result, 0);
            return result;
        });
    }

    private static void updates(Workload workload) {
        float[] gradient = Data.uniform(N, 6);
        float[] start = Data.uniform(2 * N, 7);
        workload.add("sgd with momentum", pool -> {
            float[] velocity = Arrays.copyOf(start, N);
            float[] parameters = Arrays.copyOfRange(start, N, 2 * N);
            SgdMomentum.update(N, 0.01f, 0.9f, gradient, 0, velocity, 0, parameters, 0, pool);
            float[] result = Arrays.copyOf(velocity, 2 * N);
            System.arraycopy(parameters, 0, result, N, N);
            return result;
        });
        workload.add("sgd in nesterov's form", pool -> {
            float[] result = start.clone();
            SgdMomentum.updateNesterov(N, 0.01f, 0.9f, gradient, 0, result, 0, result, N, pool);
            return result;
        });
        workload.add("adam", pool -> {
            float[] result = Arrays.copyOf(start, 3 * N);
            Adam.update(N, 3, 0.01f, 0.9f, 0.999f, 1e-8f, 0.1f, gradient, 0, result, 0, result, 2 * N, result, N, pool);
            return result;
        });
        workload.add("clipped gradient", pool -> {
            float[] result = Arrays.copyOf(gradient, N + GradientClip.SCRATCH);
            float squared = GradientClip.squaredNorm(N, result, 0, result, N);
            GradientClip.scale(N, 1f / squared, result, 0, pool);
            GradientClip.limit(N, 1e-5f, result, 0, pool);
            return result;
        });
    }

    private static float[] times(float factor, float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return values;
    }
}
