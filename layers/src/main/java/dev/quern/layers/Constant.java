// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Arrays;
import java.util.Objects;

/** The same number everywhere. */
public final class Constant implements Initializer {
    private final float number;

    /**
     * An initialiser for this number.
     *
     * @throws IllegalArgumentException when it is NaN or infinite
     */
    public Constant(float number) {
        if (!Float.isFinite(number)) {
            throw new IllegalArgumentException("number = " + number + ", allowed: finite");
        }
        this.number = number;
    }

    @Override
    public void fill(long seed, long stream, int fanIn, int fanOut, Tensor value) {
        Objects.requireNonNull(value, "value");
        Arrays.fill(value.data(), 0, value.elements(), number);
    }
}
