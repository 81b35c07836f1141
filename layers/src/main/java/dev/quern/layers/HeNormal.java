// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.random.CounterRandom;
import java.util.Objects;

/**
 * Normal around 0 with a deviation of √(2 / fanIn), the variance of {@link HeUniform}; not cut off. The numbers are those
 * of {@link CounterRandom#fillNormal} for the model's seed and the parameter.
 */
public final class HeNormal implements Initializer {
    /** An initialiser without settings. */
    public HeNormal() {}

    @Override
    public void fill(long seed, long stream, int fanIn, int fanOut, Tensor value) {
        Objects.requireNonNull(value, "value");
        float deviation = (float) Math.sqrt(2.0 / fanIn);
        CounterRandom.fillNormal(seed, stream, value.elements(), 0f, deviation, value.data(), 0);
    }
}
