// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.NumericClass;
import dev.quern.kernels.conv.PreparedConv2D;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;

/** A convolution of an {@link InferencePlan}; where something is added to its result, that is its second input. */
record ConvOperation(PreparedConv2D convolution, boolean residual) implements Operation {
    static ConvOperation of(
            NumericClass allowed, ConvShape shape, float[] weights, Epilogue epilogue, boolean residual) {
        ConvAlgorithm algorithm = ConvAlgorithm.fastest(allowed, shape);
        return new ConvOperation(PreparedConv2D.of(algorithm, shape, weights, 0, epilogue), residual);
    }

    @Override
    public String text() {
        return "convolution " + convolution.algorithm();
    }

    @Override
    public Call bind(int batch) {
        PreparedConv2D bound = convolution.withBatch(batch);
        return residual
                ? (srcs, dst, scratch, workspace) -> bound.forward(srcs[0], 0, srcs[1], 0, dst, 0, workspace)
                : (srcs, dst, scratch, workspace) -> bound.forward(srcs[0], 0, dst, 0, workspace);
    }

    @Override
    public long workspaceFloats(int batch, WorkerPool pool) {
        return convolution.withBatch(batch).workspaceFloats(pool);
    }

    @Override
    public long weightBytes() {
        return convolution.weightBytes();
    }
}
