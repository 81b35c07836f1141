// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Objects;

/**
 * An array of floats and a shape. The elements lie row-major from the array's start, the last dimension fastest; the
 * first dimension is the batch, images are (batch, height, width, channels). The array is referred to, never copied,
 * and may be longer than the shape needs.
 */
public final class Tensor {
    private final float[] data;
    private final int[] shape;
    private final int elements;

    private Tensor(float[] data, int elements, int... shape) {
        this.data = data;
        this.elements = elements;
        this.shape = shape;
    }

    /**
     * A tensor of zeros.
     *
     * @throws IllegalArgumentException when a dimension is negative or there are more than 2³¹-1 elements
     */
    public static Tensor zeros(int... shape) {
        int elements = Shapes.elements(shape);
        return new Tensor(new float[elements], elements, shape.clone());
    }

    /**
     * A tensor over an array.
     *
     * @throws IllegalArgumentException when a dimension is negative or there are more than 2³¹-1 elements
     * @throws IndexOutOfBoundsException when the array is shorter than the shape needs
     */
    public static Tensor of(float[] data, int... shape) {
        Objects.requireNonNull(data, "data");
        int elements = Shapes.elements(shape);
        if (elements > data.length) {
            throw new IndexOutOfBoundsException("data has " + data.length + " floats, shape " + Shapes.text(shape)
                    + " needs " + elements + " or more");
        }
        return new Tensor(data, elements, shape.clone());
    }

    /** The first {@code count} along the first dimension, in the same array. */
    public Tensor first(int count) {
        if (shape.length == 0 || count < 0 || count > shape[0]) {
            throw new IllegalArgumentException(
                    "count = " + count + ", allowed: 0 to the first dimension of " + Shapes.text(shape));
        }
        int[] part = shape.clone();
        part[0] = count;
        return of(data, part);
    }

    /** The array itself. */
    public float[] data() {
        return data;
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** The length along one dimension. */
    public int dimension(int axis) {
        return shape[Objects.checkIndex(axis, shape.length)];
    }

    /** A copy of the shape. */
    public int[] shape() {
        return shape.clone();
    }

    /** The number of elements. */
    public int elements() {
        return elements;
    }

    /** True when all dimensions after the first are these. */
    boolean holds(int... inner) {
        boolean same = shape.length == inner.length + 1;
        for (int i = 0; same && i < inner.length; i++) {
            same = shape[i + 1] == inner[i];
        }
        return same;
    }

    @Override
    public String toString() {
        return "Tensor" + Shapes.text(shape);
    }
}
