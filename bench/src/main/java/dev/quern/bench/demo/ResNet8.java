// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Graph;

/** A {@link Residual} network with one block a stage, for 28×28 grey images: 77,754 parameters. */
final class ResNet8 {
    private ResNet8() {}

    static Graph network(WorkerPool pool, long seed, int batch) {
        return Residual.network("ResNet-8", 1).build(pool, seed, batch, ImageSet.SIDE, ImageSet.SIDE, 1);
    }
}
