// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;
import dev.quern.layers.Parameter;
import java.util.Arrays;
import java.util.List;

/**
 * A network of the demo, named {@code NETWORK-BATCH}. A training step is SGD with momentum on the same batch again and
 * again, the loss the batch's mean cross-entropy of softmax.
 */
public sealed interface NetworkCase extends Case permits LeNetCase, ResNetCase {
    /** Scores of an image. */
    int CLASSES = 10;

    /** The learning rate. */
    float RATE = 0.01f;

    /** What remains of the last step's velocity. */
    float MOMENTUM = 0.9f;

    /** Reads a name. */
    static NetworkCase parse(String name) {
        return name.startsWith(ResNetCase.PREFIX) ? ResNetCase.parse(name) : LeNetCase.parse(name);
    }

    /** Images of one call. */
    int batch();

    /** Height and width of an image. */
    int side();

    /** Channels of an image. */
    int channels();

    /** The network with its first values. */
    Model network(WorkerPool pool);

    /** NHWC: (batch, side, side, channels), in [0, 1). */
    default float[] input() {
        float[] values = Inputs.uniform(batch() * side() * side() * channels(), 1);
        for (int i = 0; i < values.length; i++) {
            values[i] += 0.5f;
        }
        return values;
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

    @Override
    default double flops() {
        return 0;
    }

    @Override
    default double bytes() {
        return 0;
    }

    @Override
    default int images() {
        return batch();
    }
}
