// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Objects;

/**
 * What a layer learns, and the gradient of the latest backward pass.
 *
 * @param name the layer's name and its own, as in {@code conv2d_1/weights}: unique in a model
 * @param value the numbers themselves
 * @param gradient of the loss with respect to them, same shape
 * @param regularizer what large numbers cost
 */
public record Parameter(String name, Tensor value, Tensor gradient, Regularizer regularizer) {
    /** Checks that all is there. */
    public Parameter {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(gradient, "gradient");
        Objects.requireNonNull(regularizer, "regularizer");
    }

    /** A parameter that costs nothing. */
    public Parameter(String name, Tensor value, Tensor gradient) {
        this(name, value, gradient, Regularizer.NONE);
    }
}
