// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.parallel.Workspace;

/**
 * A batch normalisation with what follows it: a sum with a second input, an activation. What lies between them is never
 * written down; the bits are those of the steps one after the other.
 *
 * @param inputs what is normalised, then what is added, if anything is
 */
record NormPass(BatchNorm norm, Activation activation, int output, int... inputs) implements Pass {
    /** With an activation applied to what this makes, which is value {@code made}. */
    NormPass then(Activation last, int made) {
        return new NormPass(norm, last, made, inputs);
    }

    /** With a value added to what this makes. */
    NormPass plus(int value, int made) {
        return new NormPass(norm, activation, made, inputs[0], value);
    }

    @Override
    public long workspaceFloats(int batch) {
        return norm.workspaceFloats(batch);
    }

    @Override
    public void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace) {
        float[] residual = inputs.length == 1 ? null : srcs[1].data();
        norm.forward(srcs[0], residual, activation, dst, training, workspace);
    }

    @Override
    public void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
        norm.backward(srcs[0], dst, activation, diffDst, diffSrcs[0], workspace);
        if (inputs.length > 1 && diffSrcs[1] != null && diffSrcs[1].data() != diffDst.data()) {
            System.arraycopy(diffDst.data(), 0, diffSrcs[1].data(), 0, diffDst.elements());
        }
    }

    @Override
    public boolean leavesGradient(int input) {
        return input == inputs.length - 1;
    }
}
