// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/** What a {@link Model} computes at once: a {@link Step}, or several that {@link Passes} found to go together. */
interface Pass {
    /** Values it takes: 0 is the model's input, i + 1 the output of step i. */
    int[] inputs();

    /** The value it makes. */
    int output();

    long workspaceFloats(int batch);

    void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace);

    void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace);

    /** Whether the gradient of that input may be left in diffDst's array; of one input at a time. */
    boolean leavesGradient(int input);
}
