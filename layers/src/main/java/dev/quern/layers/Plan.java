// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.random.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What a layer is told when it is built, and where it gets its parameters and its state. */
public final class Plan {
    private final String layer;
    private final int maxBatch;
    private final WorkerPool pool;
    private final long seed;
    private final long stream;
    private final String prefix;
    private final List<Parameter> parameters;
    private final List<State> states;

    Plan(String layer, int maxBatch, WorkerPool pool, long seed, long stream) {
        this(layer, maxBatch, pool, seed, stream, layer + "/", new ArrayList<>(), new ArrayList<>());
    }

    private Plan(
            String layer,
            int maxBatch,
            WorkerPool pool,
            long seed,
            long stream,
            String prefix,
            List<Parameter> parameters,
            List<State> states) {
        this.layer = layer;
        this.maxBatch = maxBatch;
        this.pool = pool;
        this.seed = seed;
        this.stream = stream;
        this.prefix = prefix;
        this.parameters = parameters;
        this.states = states;
    }

    /** For a layer inside this one: what it makes is this layer's, its names begin with {@code name/}. */
    public Plan part(String name) {
        Objects.requireNonNull(name, "name");
        return new Plan(layer, maxBatch, pool, seed, stream, prefix + name + "/", parameters, states);
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
        return parameter(name, initializer, Regularizer.NONE, fanIn, fanOut, shape);
    }

    /**
     * Makes a parameter whose large values cost.
     *
     * @param name unique in the layer
     * @param fanIn inputs that one output is made of
     * @param fanOut outputs that one input goes into
     */
    public Parameter parameter(
            String name, Initializer initializer, Regularizer regularizer, int fanIn, int fanOut, int... shape) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(initializer, "initializer");
        Objects.requireNonNull(regularizer, "regularizer");
        Objects.requireNonNull(shape, "shape");
        Tensor value = Tensor.zeros(shape);
        // Random numbers depend on seed and parameter, not on what was built before.
        initializer.fill(seed, stream + parameters.size(), fanIn, fanOut, value);
        var parameter = new Parameter(prefix + name, value, Tensor.zeros(shape), regularizer);
        parameters.add(parameter);
        return parameter;
    }

    /**
     * Makes state: numbers that the layer changes itself, which are saved with the model but not learnt.
     *
     * @param name unique in the layer
     * @param first what each number is at the start
     */
    public Tensor state(String name, float first, int... shape) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(shape, "shape");
        Tensor value = Tensor.zeros(shape);
        Arrays.fill(value.data(), first);
        states.add(new State(prefix + name, value));
        return value;
    }

    /** The model's seed. */
    public long seed() {
        return seed;
    }

    /** A stream of random numbers that nothing else in the model uses, see {@link CounterRandom}. */
    public long stream() {
        // Streams of parameters count up from the layer's first; this one lies half way to the next layer's.
        return stream + (1L << 31);
    }

    /** The complaint about an input shape, to be thrown. */
    public IllegalArgumentException refuse(int[] got, String wanted) {
        Objects.requireNonNull(got, "got");
        Objects.requireNonNull(wanted, "wanted");
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

    List<State> states() {
        return states;
    }
}
