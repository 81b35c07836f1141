// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.Workspace;

/**
 * Bias and activation of a layer with weights. The activation is applied to results still in cache; but where its
 * gradient needs its input, training keeps that and applies the activation afterwards. The bits are the same.
 */
final class FusedActivation {
    private final Activation function;
    private final Epilogue whole;
    private final Epilogue biasOnly;
    private final float[] before;

    /** For results of at most so many elements; bias may be null. */
    FusedActivation(Activation function, Parameter bias, int elements) {
        this.function = function;
        biasOnly =
                bias == null ? Epilogue.NONE : Epilogue.biasAlongN(bias.value().data(), 0);
        whole = biasOnly.then(function);
        before = function.needsInput() ? new float[elements] : null;
    }

    /** What the kernel is to apply. */
    Epilogue epilogue(boolean training) {
        return kept(training) ? biasOnly : whole;
    }

    /** Where the kernel is to write. */
    float[] target(Tensor dst, boolean training) {
        return kept(training) ? before : dst.data();
    }

    /** After the kernel. */
    void finish(Tensor dst, boolean training, Workspace workspace) {
        if (kept(training)) {
            function.forward(dst.elements(), before, 0, dst.data(), 0, workspace.pool());
        }
    }

    /** After a kernel that could apply nothing itself: bias has been added to what lies in {@link #target}. */
    void applyAfterwards(Tensor dst, boolean training, Workspace workspace) {
        if (kept(training)) {
            finish(dst, training, workspace);
        } else if (function != Activation.IDENTITY) {
            function.forward(dst.elements(), dst.data(), 0, dst.data(), 0, workspace.pool());
        }
    }

    /** Makes the gradient of the output that of the kernel's result, in place. */
    void backward(Tensor dst, Tensor diffDst, Workspace workspace) {
        int n = dst.elements();
        float[] diff = diffDst.data();
        if (before != null) {
            function.backwardFromInput(n, before, 0, diff, 0, diff, 0, workspace.pool());
        } else if (function != Activation.IDENTITY) {
            function.backward(n, dst.data(), 0, diff, 0, diff, 0, workspace.pool());
        }
    }

    private boolean kept(boolean training) {
        return training && before != null;
    }
}
