// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Fit;
import dev.quern.layers.Model;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The networks that the demo can train, by the name that the option {@code network} has for them, and how it does. */
enum DemoNetwork {
    LENET5("lenet5", 32, LeNet5::network, Recipe::descent),
    LENET5_BN("lenet5-bn", 32, LeNet5::normalized, Recipe::smoothed),
    RESNET8("resnet8", 32, ResNet8::network, Recipe::descent),
    VGG5("vgg5", 128, Vgg5::network, Recipe::thorough);

    /** Makes a network for 28×28 grey images and ten classes. */
    @FunctionalInterface
    private interface Maker {
        Model make(WorkerPool pool, long seed, int batch);
    }

    /** Makes the network of one run. */
    @FunctionalInterface
    interface Factory {
        /**
         * A network for 28×28 grey images and ten classes.
         *
         * @param network which
         * @param pool shares the work; its threads change no bit of any result
         * @param seed decides the first weights
         * @param batch the most images one call will bring
         */
        Model make(DemoNetwork network, WorkerPool pool, long seed, int batch);
    }

    private final String option;
    private final int batch;
    private final Maker maker;
    private final Recipe recipe;

    DemoNetwork(String option, int batch, Maker maker, Recipe recipe) {
        this.option = option;
        this.batch = batch;
        this.maker = maker;
        this.recipe = recipe;
    }

    /** The network of that name. */
    static DemoNetwork named(String option) {
        for (DemoNetwork network : values()) {
            if (network.option.equals(option)) {
                return network;
            }
        }
        throw new IllegalArgumentException("network = " + option + " but must be one of "
                + Arrays.stream(values()).map(n -> n.option).collect(Collectors.joining(", ")));
    }

    /** Images per training step when the options do not say. */
    int batch() {
        return batch;
    }

    Model make(WorkerPool pool, long seed, int largestBatch) {
        return maker.make(pool, seed, largestBatch);
    }

    Fit<int[]> fit() {
        return recipe.fit();
    }
}
