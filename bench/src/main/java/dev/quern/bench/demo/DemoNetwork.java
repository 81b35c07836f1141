// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The networks that the demo can train, by the name that the option {@code network} has for them. */
enum DemoNetwork {
    LENET5("lenet5", LeNet5::network),
    LENET5_BN("lenet5-bn", LeNet5::normalized),
    RESNET8("resnet8", ResNet8::network);

    /** Makes a network for 28×28 grey images and ten classes. */
    @FunctionalInterface
    private interface Maker {
        Model make(WorkerPool pool, long seed, int batch);
    }

    private final String option;
    private final Maker maker;

    DemoNetwork(String option, Maker maker) {
        this.option = option;
        this.maker = maker;
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

    Model make(WorkerPool pool, long seed, int batch) {
        return maker.make(pool, seed, batch);
    }
}
