// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import dev.quern.kernels.parallel.Workspace;
import dev.quern.layers.Layer;
import dev.quern.layers.Plan;
import dev.quern.layers.Tensor;

/** A layer with state: it multiplies by a factor that each step of training moves. */
final class Wandering implements Layer {
    private Tensor factor;
    private float used;

    @Override
    public String kind() {
        return "wandering";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        factor = plan.state("factor", 1f, 1);
        return inputShape;
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        used = factor.data()[0];
        for (int i = 0; i < src.elements(); i++) {
            dst.data()[i] = src.data()[i] * used;
        }
        if (training) {
            factor.data()[0] = 1f + 0.5f * (float) StrictMath.sin(10 * used);
        }
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        for (int i = 0; diffSrc != null && i < src.elements(); i++) {
            diffSrc.data()[i] = diffDst.data()[i] * used;
        }
    }
}
