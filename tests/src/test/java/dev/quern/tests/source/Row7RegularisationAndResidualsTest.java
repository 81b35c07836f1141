// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Activation;
import dev.quern.layers.Add;
import dev.quern.layers.BatchNorm;
import dev.quern.layers.Conv2D;
import dev.quern.layers.Dense;
import dev.quern.layers.Dropout;
import dev.quern.layers.Graph;
import dev.quern.layers.Loss;
import dev.quern.layers.MeanSquaredErrorLoss;
import dev.quern.layers.Padding;
import dev.quern.layers.Regularizer;
import dev.quern.layers.Sequential;
import dev.quern.layers.Tensor;
import dev.quern.layers.Zeros;
import dev.quern.tests.toolkit.Data;
import org.junit.jupiter.api.Test;

/** Row 7 of the source material, what is named beside the others: dropout, batch normalisation, residuals, L1 and L2. */
class Row7RegularisationAndResidualsTest {
    private static final WorkerPool POOL = WorkerPool.CALLER;

    /** Hands the output on to the test, and the gradient it wants to the model. */
    private record Probe(float[] output, float[] gradient) implements Loss<Void> {
        @Override
        public float lossAndGradient(Tensor prediction, Void none, Tensor diff, WorkerPool pool) {
            System.arraycopy(prediction.data(), 0, output, 0, output.length);
            System.arraycopy(gradient, 0, diff.data(), 0, gradient.length);
            return 0;
        }
    }

    @Test
    void dropoutScalesWhatItKeepsAndIsNoneInPrediction() {
        int n = 20_000;
        Sequential model = new Sequential("dropout").add(new Dropout(0.3f)).build(POOL, 1, 2, n / 2);
        float[] x = Data.uniform(n, 1);
        Tensor images = Tensor.of(x, 2, n / 2);
        assertArrayEquals(x, model.predict(images).data());
        float[] dy = Data.uniform(n, 2);
        var first = new Probe(new float[n], dy);
        var second = new Probe(new float[n], dy);
        Tensor dx = Tensor.zeros(2, n / 2);
        model.gradients(images, null, second, dx);
        model.gradients(images, null, first, dx);
        int kept = 0;
        int differ = 0;
        float scale = 1f / 0.7f;
        for (int i = 0; i < n; i++) {
            boolean keeps = first.output[i] != 0;
            kept += keeps ? 1 : 0;
            differ += keeps != (second.output[i] != 0) ? 1 : 0;
            assertEquals(keeps ? x[i] / 0.7f : 0f, first.output[i], 1e-6f);
            assertEquals(keeps ? dy[i] * scale : 0f, dx.data()[i], 1e-6f);
        }
        // Within six standard deviations; two steps differ where one keeps and the other drops.
        assertEquals(0.7 * n, kept, 6 * Math.sqrt(0.21 * n));
        assertEquals(2 * 0.21 * n, differ, 6 * Math.sqrt(0.25 * n));
    }

    @Test
    void batchNormalisationBringsEachChannelToMean0AndVariance1AndRemembers() {
        int channels = 3;
        int batch = 40;
        Sequential model = new Sequential("norm").add(new BatchNorm()).build(POOL, 1, batch, 5, 5, channels);
        float[] x = Data.uniform(batch * 25 * channels, 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] * (1 + i % channels) + 10 * (i % channels);
        }
        var probe = new Probe(new float[x.length], new float[x.length]);
        model.gradients(Tensor.of(x, batch, 5, 5, channels), null, probe, null);
        double terms = batch * 25;
        for (int c = 0; c < channels; c++) {
            double mean = 0;
            double squares = 0;
            double xMean = 0;
            double xSquares = 0;
            for (int i = c; i < x.length; i += channels) {
                mean += probe.output[i] / terms;
                squares += probe.output[i] * probe.output[i] / terms;
                xMean += x[i] / terms;
                xSquares += x[i] * (double) x[i] / terms;
            }
            assertEquals(0, mean, 1e-5);
            assertEquals(1, squares, 1e-4);
            double variance = (xSquares - xMean * xMean) * terms / (terms - 1);
            float[] running = model.states().get(0).value().data();
            assertEquals(0.1 * xMean, running[c], 1e-5);
            assertEquals(1 + 0.1 * (variance - 1), running[channels + c], 1e-4);
        }
    }

    /** y = x + f(x): where f gives nothing yet, the block and its gradient are the identity. */
    @Test
    void aResidualBlockBeginsAsTheIdentity() {
        var graph = new Graph("residual");
        Graph.Node f = graph.add(new Conv2D(4, 3).padding(Padding.SAME), graph.input());
        f = graph.add(Activation.tanh(), graph.add(new BatchNorm(), f));
        f = graph.add(new Conv2D(4, 3).padding(Padding.SAME).initializers(new Zeros(), new Zeros()), f);
        graph.add(new Add(), graph.input(), f);
        graph.build(POOL, 1, 3, 6, 5, 4);
        float[] x = Data.uniform(3 * 120, 1);
        float[] dy = Data.uniform(x.length, 2);
        var probe = new Probe(new float[x.length], dy);
        Tensor dx = Tensor.zeros(3, 6, 5, 4);
        graph.gradients(Tensor.of(x, 3, 6, 5, 4), null, probe, dx);
        assertArrayEquals(x, probe.output);
        assertArrayEquals(dy, dx.data());
    }

    @Test
    void l1AndL2AddTheirPenaltyAndItsSlope() {
        float l1 = 0.01f;
        float l2 = 0.1f;
        Sequential plain = new Sequential("plain").add(new Dense(4)).build(POOL, 1, 6, 5);
        Sequential costly = new Sequential("costly")
                .add(new Dense(4).regularizers(new Regularizer(l1, l2), Regularizer.NONE))
                .build(POOL, 1, 6, 5);
        Tensor x = Tensor.of(Data.uniform(30, 1), 6, 5);
        Tensor targets = Tensor.of(Data.uniform(24, 2), 6, 4);
        var loss = new MeanSquaredErrorLoss();
        float without = plain.gradients(x, targets, loss, null);
        float with = costly.gradients(x, targets, loss, null);
        float[] w = plain.parameters().get(0).value().data();
        double penalty = 0;
        for (int i = 0; i < w.length; i++) {
            penalty += l1 * Math.abs(w[i]) + l2 * w[i] * w[i];
            float slope = l1 * Math.signum(w[i]) + 2 * l2 * w[i];
            float expected = plain.parameters().get(0).gradient().data()[i] + slope;
            assertEquals(expected, costly.parameters().get(0).gradient().data()[i], 1e-6f);
        }
        assertEquals(without + penalty, with, 1e-6);
    }
}
