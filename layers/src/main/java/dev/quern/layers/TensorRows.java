// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Arrays;
import java.util.Objects;

/** A tensor as rows along its first dimension. */
final class TensorRows {
    private final Tensor tensor;
    private final int[] shape;
    private final int elements;

    TensorRows(String name, Tensor tensor) {
        this.tensor = Objects.requireNonNull(tensor, name);
        if (tensor.rank() == 0) {
            throw new IllegalArgumentException(name + " of shape (), allowed: one dimension or more");
        }
        shape = Arrays.copyOfRange(tensor.shape(), 1, tensor.rank());
        elements = Shapes.elements(shape);
    }

    int count() {
        return tensor.dimension(0);
    }

    int[] shape() {
        return shape.clone();
    }

    int elements() {
        return elements;
    }

    void gather(int[] order, int first, int count, float[] to) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(tensor.data(), order[first + i] * elements, to, i * elements, elements);
        }
    }
}
