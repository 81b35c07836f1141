// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.pool.MaxPool;
import dev.quern.kernels.pool.PoolShape;

/** The maximum of each window; its gradient goes to the first maximum, or to every one. See {@link MaxPool}. */
public final class MaxPool2D extends Pool2D<MaxPool2D> {
    private boolean everyMaximum;
    private int[] argmax;

    /** A square window whose stride is its size. */
    public MaxPool2D(int poolSize) {
        this(poolSize, poolSize);
    }

    /** A window whose stride is its size. */
    public MaxPool2D(int poolHeight, int poolWidth) {
        super(poolHeight, poolWidth);
    }

    /**
     * Whether the gradient of a window goes to each of its maxima in full, as the textbook's mask {@code x == max(x)} has
     * it; false by default: to the first alone, as in PyTorch.
     */
    public MaxPool2D gradientToEveryMaximum(boolean value) {
        everyMaximum = value;
        return this;
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
        argmax = everyMaximum ? null : new int[Shapes.elements(Shapes.withBatch(plan.maxBatch(), outputShape))];
        return outputShape;
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        PoolShape shape = shape(src);
        if (training && !everyMaximum) {
            MaxPool.forward(shape, src.data(), 0, dst.data(), 0, argmax, 0, workspace.pool());
        } else {
            MaxPool.forward(shape, src.data(), 0, dst.data(), 0, workspace.pool());
        }
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        if (diffSrc == null) {
            return;
        }
        float[] diff = diffDst.data();
        float[] result = diffSrc.data();
        if (everyMaximum) {
            MaxPool.backwardToEveryMaximum(
                    shape(src), src.data(), 0, dst.data(), 0, diff, 0, result, 0, workspace.pool());
        } else {
            MaxPool.backward(shape(src), argmax, 0, diff, 0, result, 0, workspace.pool());
        }
    }

    @Override
    Operation operation() {
        return new Planned(shape());
    }

    private record Planned(PoolShape shape) implements Operation {
        @Override
        public String text() {
            return "maximum of windows";
        }

        @Override
        public Call bind(int batch) {
            PoolShape bound = shape.withBatch(batch);
            return (srcs, dst, scratch, workspace) -> MaxPool.forward(bound, srcs[0], 0, dst, 0, workspace.pool());
        }
    }
}
