// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.pool.AvgPool;
import dev.quern.kernels.pool.PoolShape;

/** The average of each window. See {@link AvgPool}. */
public final class AvgPool2D extends Pool2D<AvgPool2D> {
    private boolean countIncludePad;

    /** A square window whose stride is its size. */
    public AvgPool2D(int poolSize) {
        this(poolSize, poolSize);
    }

    /** A window whose stride is its size. */
    public AvgPool2D(int poolHeight, int poolWidth) {
        super(poolHeight, poolWidth);
    }

    /** Whether padding counts in the divisor; false by default, as in Keras (PyTorch's default is true). */
    public AvgPool2D countIncludePad(boolean value) {
        countIncludePad = value;
        return this;
    }

    @Override
    AvgPool2D self() {
        return this;
    }

    @Override
    public String kind() {
        return "avg_pool2d";
    }

    @Override
    public void forward(Tensor src, Tensor dst, boolean training, Workspace workspace) {
        Given.forward(src, dst, workspace);
        AvgPool.forward(shape(src), countIncludePad, src.data(), 0, dst.data(), 0, workspace.pool());
    }

    @Override
    public void backward(Tensor src, Tensor dst, Tensor diffDst, Tensor diffSrc, Workspace workspace) {
        Given.backward(src, dst, diffDst, workspace);
        if (diffSrc != null) {
            AvgPool.backward(shape(src), countIncludePad, diffDst.data(), 0, diffSrc.data(), 0, workspace.pool());
        }
    }

    @Override
    Operation operation() {
        return new Planned(shape(), countIncludePad);
    }

    private record Planned(PoolShape shape, boolean countIncludePad) implements Operation {
        @Override
        public String text() {
            return "average of windows";
        }

        @Override
        public Call bind(int batch) {
            PoolShape bound = shape.withBatch(batch);
            return (srcs, dst, scratch, workspace) ->
                    AvgPool.forward(bound, countIncludePad, srcs[0], 0, dst, 0, workspace.pool());
        }
    }
}
