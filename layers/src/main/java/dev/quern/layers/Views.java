// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.List;

/** The tensors of a {@link Model} for one size of batch; those of its input are put in anew at each call. */
final class Views {
    /** Of each step; null where no pass makes it. */
    final Tensor[] outputs;
    /** Of each pass, what it takes. */
    final Tensor[][] srcs;
    /** Of each value: 0 is the model's input, i + 1 the output of step i. */
    final Tensor[] gradients;
    /** Of each pass, what it writes on the way back, null where that is not wanted: put in at each call. */
    final Tensor[][] diffs;
    /** Of each pass, where it writes what is then added to the gradient of its input; null where it writes that itself. */
    final Tensor[][] aside;

    Views(List<Pass> passes, int[] inputShape, Tensor[] full, GradientBuffers buffers, int batch) {
        int count = passes.size();
        outputs = new Tensor[full.length];
        gradients = new Tensor[full.length + 1];
        srcs = new Tensor[count][];
        diffs = new Tensor[count][];
        aside = new Tensor[count][];
        for (int i = 0; i < full.length; i++) {
            if (full[i] != null) {
                outputs[i] = full[i].first(batch);
                gradients[i + 1] = Tensor.of(buffers.owned(i + 1), outputs[i].shape());
            }
        }
        for (int i = 0; i < count; i++) {
            int[] inputs = passes.get(i).inputs();
            srcs[i] = new Tensor[inputs.length];
            diffs[i] = new Tensor[inputs.length];
            aside[i] = new Tensor[inputs.length];
            for (int k = 0; k < inputs.length; k++) {
                float[] memory = buffers.aside(i, k);
                int[] shape = inputs[k] == 0 ? Shapes.withBatch(batch, inputShape) : outputs[inputs[k] - 1].shape();
                aside[i][k] = memory == null ? null : Tensor.of(memory, shape);
            }
        }
    }
}
