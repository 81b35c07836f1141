// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/**
 * A layer, or else a merge, at its place in a model.
 *
 * @param layer null for a merge
 * @param merge null for a layer
 * @param inputs values it takes: 0 is the model's input, i + 1 the output of step i
 */
record Step(Layer layer, Merge merge, int... inputs) {
    static Step of(Layer layer, int input) {
        return new Step(layer, null, input);
    }

    String kind() {
        return layer == null ? merge.kind() : layer.kind();
    }

    int[] build(Plan plan, int[][] inputShapes) {
        return layer == null ? merge.build(plan, inputShapes) : layer.build(plan, inputShapes[0]);
    }

    long workspaceFloats(int batch) {
        return layer == null ? 0 : layer.workspaceFloats(batch);
    }

    long flops() {
        return layer == null ? 0 : layer.flops();
    }

    void forward(Tensor[] srcs, Tensor dst, boolean training, Workspace workspace) {
        if (layer == null) {
            merge.forward(srcs, dst, training, workspace);
        } else {
            layer.forward(srcs[0], dst, training, workspace);
        }
    }

    void backward(Tensor[] srcs, Tensor dst, Tensor diffDst, Tensor[] diffSrcs, Workspace workspace) {
        if (layer == null) {
            merge.backward(srcs, dst, diffDst, diffSrcs, workspace);
        } else {
            layer.backward(srcs[0], dst, diffDst, diffSrcs[0], workspace);
        }
    }
}
