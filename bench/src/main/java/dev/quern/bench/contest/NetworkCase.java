// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;

/** A whole network, named {@code NETWORK-BATCH}. */
public sealed interface NetworkCase extends Case permits TrainingCase, StackCase {
    /** Reads a name. */
    static NetworkCase parse(String name) {
        return FoldedStackCase.matches(name) ? FoldedStackCase.parse(name) : TrainingCase.parse(name);
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
