// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;
import dev.quern.layers.Parameter;
import java.util.Arrays;
import java.util.List;

/**
 * A network that learns: one of the demo's. A step is SGD with momentum on the same batch again and again, the loss the
 * batch's mean cross-entropy of softmax.
 */
public sealed interface TrainingCase extends NetworkCase permits LeNetCase, ResNetCase {
    /** Scores of an image. */
    int CLASSES = 10;

    /** The learning rate. */
    float RATE = 0.01f;

    /** What remains of the last step's velocity. */
    float MOMENTUM = 0.9f;

    /** Reads a name. */
    static TrainingCase parse(String name) {
        return name.startsWith(ResNetCase.PREFIX) ? ResNetCase.parse(name) : LeNetCase.parse(name);
    }

    /** The class of each image. */
    default int[] labels() {
        int[] labels = new int[batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i * 7 % CLASSES;
        }
        return labels;
    }

    /**
     * The first values of all parameters, one after the other, in the order of {@link Model#parameters}; weights of a
     * convolution HWIO, of a dense layer (inputs, units), inputs that were images NHWC.
     */
    default float[] parameters() {
        return parameters(network(WorkerPool.CALLER));
    }

    /** All parameters of a network, one after the other. */
    static float[] parameters(Model network) {
        return join(network.parameters().stream()
                .map(Parameter::value)
                .map(value -> Arrays.copyOf(value.data(), value.elements()))
                .toList());
    }

    /** Arrays one after the other. */
    static float[] join(List<float[]> parts) {
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
