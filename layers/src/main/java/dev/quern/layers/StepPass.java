// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * A step computed by itself.
 *
 * @param output the value it makes
 */
record StepPass(Step step, int output) implements Pass {
    @Override
    public int[] inputs() {
        return step.inputs();
    }

    @Override
    public long workspaceFloats(int batch) {
        return step.workspaceFloats(batch);
    }

    @Override
    public void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace) {
        step.forward(srcs, dst, training, workspace);
    }

    @Override
    public void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
        step.backward(srcs, dst, diffDst, diffSrcs, workspace);
    }

    @Override
    public boolean leavesGradient(int input) {
        return step.merge() instanceof Add
                || step.layer() instanceof Flatten
                || step.layer() instanceof Reshape
                || step.layer() instanceof Activation activation && activation.function() != null;
    }
}
