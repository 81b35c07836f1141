// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.dense.DenseShape;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.gemm.PackedMatrix;

/** A dense layer of an {@link InferencePlan}, its weights packed or, for few rows, as they are; the other is null. */
record DenseOperation(int inputs, int units, float[] weights, PackedMatrix packed, Epilogue epilogue)
        implements Operation {
    /** Images up to which large plain weights are read faster than packed ones, from two on. */
    private static final int FEW_ROWS = 4;

    /** Weights that are large: 1.5 MB, which other things in the second-level cache leave no room for. */
    private static final int LARGE = 3 << 17;

    static DenseOperation of(int largestBatch, int inputs, int units, float[] weights, Epilogue epilogue) {
        if (largestBatch > 1 && largestBatch <= FEW_ROWS && weights.length > LARGE) {
            return new DenseOperation(inputs, units, weights, null, epilogue);
        }
        var packed = PackedMatrix.pack(GemmShape.of(largestBatch, units, inputs), 1f, weights, 0);
        return new DenseOperation(inputs, units, null, packed, epilogue);
    }

    @Override
    public String text() {
        return packed == null ? "product" : "product PACKED";
    }

    @Override
    public Call bind(int batch) {
        if (packed == null) {
            var shape = new DenseShape(batch, inputs, units);
            return (srcs, dst, scratch, workspace) -> dev.quern.kernels.dense.Dense.forward(
                    shape, srcs[0], 0, weights, 0, epilogue, dst, 0, workspace.pool());
        }
        GemmShape shape = GemmShape.of(batch, units, inputs);
        return (srcs, dst, scratch, workspace) ->
                Gemm.multiply(shape, srcs[0], 0, packed, 0f, dst, 0, epilogue, workspace.pool());
    }

    @Override
    public long weightBytes() {
        return Float.BYTES * ((long) inputs * units + (epilogue.bias() == null ? 0 : units));
    }
}
