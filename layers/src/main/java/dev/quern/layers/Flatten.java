// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;

/** Makes one row of each image, in the order of memory: (height, width, channels) becomes (height·width·channels). */
public final class Flatten implements Layer {
    /** A layer without settings. */
    public Flatten() {}

    @Override
    public String kind() {
        return "flatten";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        Given.build(plan, inputShape);
        return new int[] {Shapes.elements(inputShape)};
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
