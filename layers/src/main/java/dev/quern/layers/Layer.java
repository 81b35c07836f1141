// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * One step of a {@link Model}. It owns its parameters and knows its shapes; the arithmetic is the kernels'.
 * It serves one model and one call at a time.
 *
 * <p>Shapes given to and returned from {@link #build} leave the batch out; tensors have it as their first dimension.
 */
public interface Layer {
    /** What it is, in lower case; names of layers are made from it. */
    String kind();

    /**
     * Fixes the shapes and makes the parameters.
     *
     * @return the shape of the output
     * @throws IllegalArgumentException when inputs of this shape are not for this layer; names the layer, the shape and
     *     what is wanted
     */
    int[] build(Plan plan, int... inputShape);

    /** Floats of workspace that a call with this batch wants. */
    default long workspaceFloats(int batch) {
        return 0;
    }

    /**
     * Floating-point operations of the products with weights that one image takes on its way forward, a multiplication
     * and an addition counted as two. Asked for once the layer is built.
     */
    default long flops() {
        return 0;
    }

    /**
     * Computes the output.
     *
     * @param training true when {@link #backward} will follow
     */
    void forward(Tensor src, Tensor dst, boolean training, Workspace workspace);

    /**
     * Computes the gradients of the parameters and of the input, after a forward call for training.
     *
     * @param src the input of the forward call
     * @param dst its output
     * @param diffDst gradient of the loss with respect to the output; may be overwritten
     * @param diffSrc receives the gradient with respect to the input; null when nobody asks for it
     */
    void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace);
}
