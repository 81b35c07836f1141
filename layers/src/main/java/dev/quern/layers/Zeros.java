// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Arrays;
import java.util.Objects;

/** All zeros: the usual start of a bias. */
public final class Zeros implements Initializer {
    /** An initialiser without settings. */
    public Zeros() {}

    @Override
    public void fill(long seed, long stream, int fanIn, int fanOut, Tensor value) {
        Objects.requireNonNull(value, "value");
        Arrays.fill(value.data(), 0, value.elements(), 0f);
    }
}
