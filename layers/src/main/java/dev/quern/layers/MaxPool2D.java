// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;

/** The maximum of each window; its gradient goes to the first maximum. See {@link MaxPool}. */
public final class MaxPool2D extends Pool2D<MaxPool2D> {
    private int[] argmax;

    /** A square window whose stride is its size. */
    public MaxPool2D(int poolSize) {
        this(poolSize, poolSize);
    }

    /** A window whose stride is its size. */
    public MaxPool2D(int poolHeight, int poolWidth) {
        super(poolHeight, poolWidth);
    }

    @Override
    MaxPool2D self() {
        return this;
    }

    @Override
    public String kind() {
        return "max_pool2d";
    }

    @Override
    public int[] build(Plan plan, int... inputShape) {
        int[] outputShape = super.build(plan, inputShape);
        argmax = new int[Shapes.elements(Shapes.withBatch(plan.maxBatch(), outputShape))];
        return outputShape;
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        PoolShape shape = shape(src);
        if (training) {
            MaxPool.forward(shape, src.data(), 0, dst.data(), 0, argmax, 0, workspace.pool());
        } else {
            MaxPool.forward(shape, src.data(), 0, dst.data(), 0, workspace.pool());
        }
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        if (diffSrc != null) {
            MaxPool.backward(shape(src), argmax, 0, diffDst.data(), 0, diffSrc.data(), 0, workspace.pool());
        }
    }
}
