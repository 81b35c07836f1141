// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.bits;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Named computations on fixed data; each returns all that it wrote. */
final class Workload {
    private final Map<String, Function<WorkerPool, float[]>> parts = new TreeMap<>();

    Workload() {
        GemmPart.addTo(this);
        ConvPart.addTo(this);
        DensePart.addTo(this);
        PoolPart.addTo(this);
        ElementPart.addTo(this);
        NormPart.addTo(this);
        RowPart.addTo(this);
        TrainingPart.addTo(this);
    }

    void add(String name, Function<WorkerPool, float[]> part) {
        if (parts.put(name, part) != null) {
            throw new IllegalStateException("two parts named " + name);
        }
    }

    Map<String, Function<WorkerPool, float[]>> parts() {
        return parts;
    }
}
