// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.LeNetCase;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import dev.quern.tests.reference.ReferenceConv;
import dev.quern.tests.reference.ReferenceDense;
import dev.quern.tests.reference.ReferenceLoss;
import dev.quern.tests.reference.ReferencePool;
import java.util.Arrays;

/** LeNet-5 with ReLU and max pooling as plain loops, forward and one step of training, in floats. */
final class ReferenceLeNet {
    private static final int[] DENSE = {400, 120, 84, LeNetCase.CLASSES};
    private static final double SHARE = 1e-4;

    private final int batch;
    private final ConvShape conv1;
    private final ConvShape conv2;
    private final ReferencePool pool1;
    private final ReferencePool pool2;
    /** Weights and bias of each layer in turn, and their gradients. */
    private final float[][] parameters = new float[10][];

    private final float[][] gradients = new float[10][];
    private final int[] argmax1;
    private final int[] argmax2;
    private final float[] image;
    private final float[] first;
    private final float[] second;
    private final float[] pooled;
    private final float[][] dense = new float[DENSE.length][];

    private ReferenceLeNet(LeNetCase kase) {
        batch = kase.batch();
        conv1 = ConvShape.of(Layout.NHWC, batch, LeNetCase.SIDE, LeNetCase.SIDE, 1, 6, 5, 5)
                .withPadding(2, 2, 2, 2);
        conv2 = ConvShape.of(Layout.NHWC, batch, 14, 14, 6, 16, 5, 5);
        pool1 = pool(28, 6);
        pool2 = pool(10, 16);
        image = kase.input();
        first = new float[conv1.destinationElements()];
        pooled = new float[conv2.sourceElements()];
        second = new float[conv2.destinationElements()];
        argmax1 = new int[pooled.length];
        argmax2 = new int[batch * DENSE[0]];
        float[] all = kase.parameters();
        int at = 0;
        int[] sizes = {150, 6, 2400, 16, 48000, 120, 10080, 84, 840, 10};
        for (int i = 0; i < sizes.length; i++) {
            parameters[i] = Arrays.copyOfRange(all, at, at + sizes[i]);
            gradients[i] = new float[sizes[i]];
            at += sizes[i];
        }
        for (int i = 0; i < DENSE.length; i++) {
            dense[i] = new float[batch * DENSE[i]];
        }
    }

    private ReferencePool pool(int side, int channels) {
        return new ReferencePool(
                Layout.NHWC, batch, side, side, channels, new int[] {2, 2}, new int[] {2, 2}, new int[4], false);
    }

    /** (batch, 10), without softmax. */
    static Expected scores(LeNetCase kase) {
        var network = new ReferenceLeNet(kase);
        network.forward();
        return Whole.relativeToLargest(network.dense[DENSE.length - 1], SHARE);
    }

    /** All parameters after the first step. */
    static Expected trained(LeNetCase kase) {
        var network = new ReferenceLeNet(kase);
        network.forward();
        network.backward(kase.labels());
        float[] all = kase.parameters();
        int at = 0;
        for (float[] gradient : network.gradients) {
            for (float g : gradient) {
                // Velocities start from 0.
                all[at] = Math.fma(-LeNetCase.RATE, Math.fma(LeNetCase.MOMENTUM, 0f, g), all[at]);
                at++;
            }
        }
        return Whole.relativeToLargest(all, SHARE);
    }

    private void forward() {
        ReferenceConv.forward(conv1, image, parameters[0], parameters[1], first);
        relu(first);
        pool1.max(first, pooled, argmax1);
        ReferenceConv.forward(conv2, pooled, parameters[2], parameters[3], second);
        relu(second);
        pool2.max(second, dense[0], argmax2);
        for (int i = 1; i < DENSE.length; i++) {
            ReferenceDense.forward(
                    batch,
                    DENSE[i - 1],
                    DENSE[i],
                    dense[i - 1],
                    parameters[2 + 2 * i],
                    parameters[3 + 2 * i],
                    dense[i]);
            if (i < DENSE.length - 1) {
                relu(dense[i]);
            }
        }
    }

    private void backward(int[] labels) {
        int last = DENSE.length - 1;
        float[] diff = new float[dense[last].length];
        ReferenceLoss.softmaxCrossEntropy(batch, LeNetCase.CLASSES, dense[last], labels, diff);
        for (int i = last; i > 0; i--) {
            if (i < last) {
                throughRelu(dense[i], diff);
            }
            ReferenceDense.backwardWeights(batch, DENSE[i - 1], DENSE[i], dense[i - 1], diff, gradients[2 + 2 * i]);
            ReferenceDense.backwardBias(batch, DENSE[i], diff, gradients[3 + 2 * i]);
            float[] next = new float[dense[i - 1].length];
            ReferenceDense.backwardData(batch, DENSE[i - 1], DENSE[i], diff, parameters[2 + 2 * i], next);
            diff = next;
        }
        float[] diffSecond = new float[second.length];
        pool2.maxBackward(argmax2, diff, diffSecond);
        throughRelu(second, diffSecond);
        ReferenceConv.backwardWeights(conv2, pooled, diffSecond, gradients[2]);
        ReferenceConv.backwardBias(conv2, diffSecond, gradients[3]);
        float[] diffPooled = new float[pooled.length];
        ReferenceConv.backwardData(conv2, diffSecond, parameters[2], diffPooled);
        float[] diffFirst = new float[first.length];
        pool1.maxBackward(argmax1, diffPooled, diffFirst);
        throughRelu(first, diffFirst);
        ReferenceConv.backwardWeights(conv1, image, diffFirst, gradients[0]);
        ReferenceConv.backwardBias(conv1, diffFirst, gradients[1]);
    }

    private static void relu(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(values[i], 0f);
        }
    }

    private static void throughRelu(float[] y, float[] diff) {
        for (int i = 0; i < y.length; i++) {
            diff[i] = y[i] > 0 ? diff[i] : 0f;
        }
    }
}
