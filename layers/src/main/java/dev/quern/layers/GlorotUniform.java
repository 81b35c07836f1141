// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.random.CounterRandom;
import java.util.Objects;

/**
 * Uniform in [-a, a] with a = √(6 / (fanIn + fanOut)), which keeps the variance of activations and gradients about the
 * same from layer to layer (X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010). The numbers are those of {@link CounterRandom} for the model's seed and the parameter.
 */
public final class GlorotUniform implements Initializer {
    /** An initialiser without settings. */
    public GlorotUniform() {}

    @Override
    public void fill(long seed, long stream, int fanIn, int fanOut, Tensor value) {
        Objects.requireNonNull(value, "value");
        float limit = (float) Math.sqrt(6.0 / ((double) fanIn + fanOut));
        CounterRandom.fillUniform(seed, stream, value.elements(), -limit, limit, value.data(), 0);
    }
}
