// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.ArrayList;
import java.util.List;

/** What a layer is told when it is built, and where it gets its parameters. */
public final class Plan {
    private final String layer;
    private final int maxBatch;
    private final WorkerPool pool;
    private final long seed;
    private final long stream;
    private final List<Parameter> parameters = new ArrayList<>();

    Plan(String layer, int maxBatch, WorkerPool pool, long seed, long stream) {
        this.layer = layer;
        this.maxBatch = maxBatch;
        this.pool = pool;
        this.seed = seed;
        this.stream = stream;
    }

    /** The layer's name in its model. */
    public String layer() {
        return layer;
    }

    /** The most images one call will bring. */
    public int maxBatch() {
        return maxBatch;
    }

    /** The threads that will share the work. */
    public WorkerPool pool() {
        return pool;
    }

    /**
     * Makes a parameter.
     *
     * @param name unique in the layer
     * @param fanIn inputs that one output is made of
     * @param fanOut outputs that one input goes into
     */
    public Parameter parameter(String name, Initializer initializer, int fanIn, int fanOut, int... shape) {
        Tensor value = Tensor.zeros(shape);
        // Random numbers depend on seed and parameter, not on what was built before.
        initializer.fill(seed, stream + parameters.size(), fanIn, fanOut, value);
        var parameter = new Parameter(layer + "/" + name, value, Tensor.zeros(shape));
        parameters.add(parameter);
        return parameter;
    }

    /** The complaint about an input shape, to be thrown. */
    public IllegalArgumentException refuse(int[] got, String wanted) {
        return new IllegalArgumentException(layer + " got inputs of shape " + Shapes.text(got) + ", wanted " + wanted);
    }

    /** Refuses a layer that has been built before: two models would overwrite each other's memory. */
    void requireNew(Object plannedBefore) {
        if (plannedBefore != null) {
            throw new IllegalStateException(layer + " belongs to another model already");
        }
    }

    List<Parameter> parameters() {
        return parameters;
    }
}
