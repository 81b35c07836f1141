// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Objects;

/**
 * What a layer remembers from one training step to the next and no optimiser changes: running statistics, a count of
 * steps. Whoever saves a model saves it beside the parameters.
 *
 * @param name the layer's name and its own, as in {@code batch_norm_1/running}: unique in a model
 * @param value the numbers themselves
 */
public record State(String name, Tensor value) {
    /** Checks that all is there. */
    public State {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }
}
