// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/** Shapes as text and as numbers of elements. */
final class Shapes {
    private Shapes() {}

    static String text(int... shape) {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", ", "(", ")"));
    }

    static int elements(int... shape) {
        long product = 1;
        for (int dimension : Objects.requireNonNull(shape, "shape")) {
            if (dimension < 0) {
                throw new IllegalArgumentException("shape " + text(shape) + ", allowed: dimensions of 0 or more");
            }
            product *= dimension;
            if (product > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "shape " + text(shape) + " has more than " + Integer.MAX_VALUE + " elements");
            }
        }
        return (int) product;
    }

    static int[] withBatch(int batch, int... inner) {
        int[] shape = new int[inner.length + 1];
        shape[0] = batch;
        System.arraycopy(inner, 0, shape, 1, inner.length);
        return shape;
    }

    static int positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: 1 or more");
        }
        return value;
    }
}
