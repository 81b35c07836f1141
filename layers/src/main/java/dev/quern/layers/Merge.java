// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * A step of a {@link Graph} that brings several inputs together, as {@link Add} and {@link Concatenate} do. As with
 * {@link Layer}, shapes given to and returned from {@link #build} leave the batch out.
 */
public interface Merge {
    /** What it is, in lower case; names are made from it. */
    String kind();

    /**
     * Fixes the shapes.
     *
     * @param inputShapes of all inputs, in their order
     * @return the shape of the output
     * @throws IllegalArgumentException when inputs of these shapes do not go together
     */
    int[] build(Plan plan, int[][] inputShapes);

    /** Computes the output; the arrays of tensors are the model's and only to be read. */
    void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace);

    /**
     * Computes the gradients of the inputs, after a forward call for training.
     *
     * @param srcs the inputs of the forward call
     * @param dst its output
     * @param diffDst gradient of the loss with respect to the output; may be overwritten
     * @param diffSrcs receive the gradients of the inputs; null where nobody asks for it
     */
    void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace);
}
