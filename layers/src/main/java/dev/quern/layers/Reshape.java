// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/** Gives each image another shape of as many elements, in the order of memory. */
public final class Reshape implements Layer {
    private final int[] shape;
    private final int elements;

    /**
     * The shape to give, without the batch.
     *
     * @throws IllegalArgumentException when a dimension is negative or there are more than 2³¹-1 elements
     */
    public Reshape(int... shape) {
        elements = Shapes.elements(shape);
        this.shape = shape.clone();
    }

    @Override
    public String kind() {
        return "reshape";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        if (Shapes.elements(inputShape) != elements) {
            throw plan.refuse(inputShape, "one of " + elements + " elements, to become " + Shapes.text(shape));
        }
        return shape.clone();
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        System.arraycopy(src.data(), 0, dst.data(), 0, src.elements());
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        if (diffSrc != null && diffSrc.data() != diffDst.data()) {
            System.arraycopy(diffDst.data(), 0, diffSrc.data(), 0, diffDst.elements());
        }
    }
}
