// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Graph;

/**
 * A {@link Residual} network with three blocks a stage, for the images of CIFAR-10: 32×32 pixels of three channels, ten
 * classes; 272,474 parameters.
 */
public final class ResNet20 {
    /** Height and width of an image. */
    public static final int SIDE = 32;

    /** Channels of an image. */
    public static final int CHANNELS = 3;

    private ResNet20() {}

    /** The network with its first values, for batches up to that size. */
    public static Graph create(WorkerPool pool, long seed, int batch) {
        return Residual.network("ResNet-20", 3).build(pool, seed, batch, SIDE, SIDE, CHANNELS);
    }
}
