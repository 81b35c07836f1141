// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.WorkerPool;
import java.util.Objects;

/**
 * Layers one after the other. {@link #add} them, {@link #build} once, then {@link #train} and {@link #predict}. What
 * holds of every model stands at {@link Model}; for branches there is {@link Graph}.
 */
public final class Sequential extends Model {
    /** A model without layers. */
    public Sequential(String name) {
        super(name);
    }

    /**
     * Adds a layer at the end.
     *
     * @throws IllegalArgumentException when the layer is in the model already
     * @throws IllegalStateException when the model is built
     */
    public Sequential add(Layer layer) {
        addStep(Step.of(Objects.requireNonNull(layer, "layer"), steps().size()));
        return this;
    }

    /**
     * Fixes all shapes, takes all memory, gives the parameters their first values. Each layer is named by its kind and a
     * number, {@code conv2d_1}.
     *
     * @param pool the threads that share the work; they change no bit of any result
     * @param seed decides the first values, and what layers draw at random
     * @param largestBatch the most images one call will bring
     * @param inputShape of one image, as in (28, 28, 1)
     * @return this model
     * @throws IllegalArgumentException when a layer refuses its input, naming the layer, what it got and what it wanted
     * @throws IllegalStateException when the model is built already or has no layer
     */
    public Sequential build(WorkerPool pool, long seed, int largestBatch, int... inputShape) {
        buildSteps(pool, seed, largestBatch, inputShape);
        return this;
    }
}
