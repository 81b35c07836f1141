// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.bench.demo.ResNet20;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Graph;
import dev.quern.layers.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ResNet-20 on 32×32×3 images, named {@code resnet20-BATCH}. Batch normalisation starts from drawn numbers, as ones and
 * zeros would hide it where they are mixed up.
 *
 * @param batch images of one call
 */
public record ResNetCase(int batch) implements NetworkCase {
    /** Added to variances. */
    public static final float EPSILON = 1e-5f;

    /** How far a batch moves the running statistics. */
    public static final float NORM_MOMENTUM = 0.1f;

    /** Channels before the dense layer. */
    public static final int FEATURES = 64;

    /** Height and width before the average over the image. */
    public static final int LAST_SIDE = 8;

    static final String PREFIX = "resnet20-";

    private static final long SEED = 1;
    private static final int STAGES = 3;
    private static final int BLOCKS = 3;
    private static final int FILTERS = 16;
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,4})");

    /** Reads a name. */
    public static ResNetCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("network", name, "resnet20-32");
        }
        return new ResNetCase(Integer.parseInt(text.group(1)));
    }

    /**
     * A convolution without bias, the batch normalisation behind it, and where wanted ReLU. As much padding on all sides
     * as keeps the size at stride 1.
     *
     * @param index counts from 0; its parameters are weights, gamma and beta from {@code 3·index} on
     * @param side height and width of its source
     * @param relu whether ReLU follows at once
     */
    public record Convolution(int index, int side, int channels, int filters, int kernel, int stride, boolean relu) {
        /** On each side. */
        public int padding() {
            return kernel / 2;
        }

        /** Height and width of its destination. */
        public int outSide() {
            return side / stride;
        }
    }

    /**
     * What is made of each layer.
     *
     * @param <T> stands for the images on their way
     */
    public interface Layers<T> {
        /** A convolution with what belongs to it. */
        T convolution(T src, Convolution layer);

        /** The sum of a block and its short cut, through ReLU. */
        T sum(T block, T shortcut);

        /** The average of each channel, then the dense layer: the scores. */
        T scores(T src);
    }

    /** Goes through the network from the images to the scores. */
    public static <T> T walk(T images, Layers<T> layers) {
        int index = 0;
        int side = ResNet20.SIDE;
        int filters = FILTERS;
        T x = layers.convolution(images, new Convolution(index++, side, ResNet20.CHANNELS, filters, 3, 1, true));
        for (int block = 0; block < STAGES * BLOCKS; block++) {
            boolean halves = block > 0 && block % BLOCKS == 0;
            int channels = filters;
            int stride = halves ? 2 : 1;
            filters *= stride;
            T y = layers.convolution(x, new Convolution(index++, side, channels, filters, 3, stride, true));
            y = layers.convolution(y, new Convolution(index++, side / stride, filters, filters, 3, 1, false));
            if (halves) {
                x = layers.convolution(x, new Convolution(index++, side, channels, filters, 1, stride, false));
            }
            x = layers.sum(y, x);
            side /= stride;
        }
        return layers.scores(x);
    }

    /** All convolutions, in the order of their indices. */
    public static List<Convolution> convolutions() {
        Layers<List<Convolution>> collect = new Layers<>() {
            @Override
            public List<Convolution> convolution(List<Convolution> src, Convolution layer) {
                src.add(layer);
                return src;
            }

            @Override
            public List<Convolution> sum(List<Convolution> block, List<Convolution> shortcut) {
                return block;
            }

            @Override
            public List<Convolution> scores(List<Convolution> src) {
                return src;
            }
        };
        return walk(new ArrayList<>(), collect);
    }

    /** Of the convolutions, forward. */
    @Override
    public double flops() {
        double flops = 0;
        for (Convolution c : convolutions()) {
            flops += 2.0 * c.outSide() * c.outSide() * c.filters() * c.kernel() * c.kernel() * c.channels();
        }
        return batch * flops;
    }

    @Override
    public int side() {
        return ResNet20.SIDE;
    }

    @Override
    public int channels() {
        return ResNet20.CHANNELS;
    }

    @Override
    public Graph network(WorkerPool pool) {
        Graph network = ResNet20.create(pool, SEED, batch);
        network.parameters().stream()
                .filter(parameter -> parameter.name().startsWith("batch_norm"))
                .forEach(parameter -> draw(parameter.name().endsWith("gamma") ? 1f : 0f, parameter.value(), 0));
        network.states().forEach(state -> {
            int channels = state.value().elements() / 2;
            draw(0f, state.value(), 0);
            draw(1f, state.value(), channels);
        });
        return network;
    }

    /** Within 1/4 of the centre. */
    private static void draw(float centre, Tensor values, int from) {
        float[] drawn = Inputs.uniform(values.elements(), values.elements() + (long) centre, 0.5f);
        for (int i = from; i < drawn.length; i++) {
            values.data()[i] = centre + drawn[i];
        }
    }

    /** The first values: weights, gamma and beta of each convolution, weights and bias of the dense layer. */
    public List<float[]> values() {
        return new ResNetCase(1)
                .network(WorkerPool.CALLER).parameters().stream()
                        .map(parameter -> copy(parameter.value()))
                        .toList();
    }

    /** The first running statistics behind each convolution: means, then variances. */
    public List<float[]> running() {
        return new ResNetCase(1)
                .network(WorkerPool.CALLER).states().stream()
                        .map(state -> copy(state.value()))
                        .toList();
    }

    private static float[] copy(Tensor tensor) {
        return Arrays.copyOf(tensor.data(), tensor.elements());
    }

    @Override
    public float[] parameters() {
        return NetworkCase.join(values());
    }

    @Override
    public String toString() {
        return PREFIX + batch;
    }
}
