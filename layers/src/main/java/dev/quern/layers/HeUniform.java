// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.random.CounterRandom;
import java.util.Objects;

/**
 * Uniform in [-a, a] with a = √(6 / fanIn), which keeps the variance of activations about the same from layer to layer
 * where ReLU follows (K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015). The numbers are
 * those of {@link CounterRandom} for the model's seed and the parameter.
 */
public final class HeUniform implements Initializer {
    /** An initialiser without settings. */
    public HeUniform() {}

    @Override
    public void fill(long seed, long stream, int fanIn, int fanOut, Tensor value) {
        Objects.requireNonNull(value, "value");
        float limit = (float) Math.sqrt(6.0 / fanIn);
        CounterRandom.fillUniform(seed, stream, value.elements(), -limit, limit, value.data(), 0);
    }
}
