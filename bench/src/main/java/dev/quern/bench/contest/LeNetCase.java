// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.bench.demo.LeNet5;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Parameter;
import dev.quern.layers.Sequential;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The demo's LeNet-5 on 28×28×1 images, named {@code lenet5-BATCH}. A training step is SGD with momentum on the same
 * batch again and again, the loss the batch's mean cross-entropy of softmax.
 *
 * @param batch images of one call
 */
public record LeNetCase(int batch) implements Case {
    /** Height and width of an image. */
    public static final int SIDE = 28;

    /** Scores of an image. */
    public static final int CLASSES = 10;

    /** The learning rate. */
    public static final float RATE = 0.01f;

    /** What remains of the last step's velocity. */
    public static final float MOMENTUM = 0.9f;

    private static final long SEED = 1;
    private static final Pattern NAME = Pattern.compile("lenet5-(\\d{1,4})");

    /** Reads a name. */
    public static LeNetCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("network", name, "lenet5-32");
        }
        return new LeNetCase(Integer.parseInt(text.group(1)));
    }

    /** NHWC: (batch, 28, 28, 1), in [0, 1). */
    public float[] input() {
        float[] values = Inputs.uniform(batch * SIDE * SIDE, 1);
        for (int i = 0; i < values.length; i++) {
            values[i] += 0.5f;
        }
        return values;
    }

    /** The class of each image. */
    public int[] labels() {
        int[] labels = new int[batch];
        for (int i = 0; i < batch; i++) {
            labels[i] = i * 7 % CLASSES;
        }
        return labels;
    }

    /** The network with its first values. */
    public Sequential network(WorkerPool pool) {
        return LeNet5.network(pool, SEED, batch);
    }

    /**
     * The first values of all parameters, one after the other: weights and bias of each layer in turn, those of a
     * convolution HWIO, of a dense layer (inputs, units), where the first dense layer sees its 5×5×16 inputs as NHWC.
     */
    public float[] parameters() {
        return parameters(new LeNetCase(1).network(WorkerPool.CALLER));
    }

    /** All parameters of a network, one after the other. */
    public static float[] parameters(Sequential network) {
        int n = 0;
        for (Parameter parameter : network.parameters()) {
            n += parameter.value().elements();
        }
        float[] values = new float[n];
        int at = 0;
        for (Parameter parameter : network.parameters()) {
            int elements = parameter.value().elements();
            System.arraycopy(parameter.value().data(), 0, values, at, elements);
            at += elements;
        }
        return values;
    }

    @Override
    public double flops() {
        return 0;
    }

    @Override
    public double bytes() {
        return 0;
    }

    @Override
    public int images() {
        return batch;
    }

    @Override
    public String toString() {
        return "lenet5-" + batch;
    }
}
