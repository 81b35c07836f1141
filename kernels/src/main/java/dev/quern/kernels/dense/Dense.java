// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.dense;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.reduce.FixedSum;

/**
 * The door of the dense layer, forward and backward: matrix products with the operands of a layer.
 *
 * <pre>{@code
 * forward           dst         ← act(bias + src · weights)
 * backward-data     diffSrc     ← diffDst · weightsᵀ
 * backward-weights  diffWeights ← srcᵀ · diffDst
 * backward-bias     diffBias    ← Σ over the batch of diffDst
 * }</pre>
 *
 * <p>Bits: every element of the first three is one FMA chain in ascending order, over inputs, units and batch; the last
 * is summed in the library's fixed order (chunks of 1024, 16 lanes).
 *
 * <p>Errors are those of {@link Gemm}, with the names of this door's arguments.
 */
public final class Dense {
    private Dense() {}

    /** Floats of workspace that are enough for each of this door's methods. */
    public static long workspaceFloats(DenseShape shape, WorkerPool pool) {
        return Math.max(
                Gemm.workspaceFloats(shape.product(), pool),
                Math.max(Gemm.workspaceFloats(shape.data(), pool), Gemm.workspaceFloats(shape.weights(), pool)));
    }

    /**
     * Computes the layer's output.
     *
     * @param epilogue an optional bias along N, one for each unit, and an activation
     */
    public static void forward(
            DenseShape shape,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue epilogue,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        Check.range("src", src, srcOffset, shape.product().elementsA());
        Check.range("weights", weights, weightsOffset, shape.product().elementsB());
        Check.range("dst", dst, dstOffset, shape.product().elementsC());
        Gemm.multiply(
                shape.product(), 1f, src, srcOffset, weights, weightsOffset, 0f, dst, dstOffset, epilogue, workspace);
    }

    /** Computes the gradient of the source. */
    public static void backwardData(
            DenseShape shape,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            Workspace workspace) {
        Check.range("diffDst", diffDst, diffDstOffset, shape.data().elementsA());
        Check.range("weights", weights, weightsOffset, shape.data().elementsB());
        Check.range("diffSrc", diffSrc, diffSrcOffset, shape.data().elementsC());
        Gemm.multiply(
                shape.data(),
                1f,
                diffDst,
                diffDstOffset,
                weights,
                weightsOffset,
                0f,
                diffSrc,
                diffSrcOffset,
                Epilogue.NONE,
                workspace);
    }

    /** Computes the gradient of the weights, summed over the batch. */
    public static void backwardWeights(
            DenseShape shape,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            Workspace workspace) {
        Check.range("src", src, srcOffset, shape.weights().elementsA());
        Check.range("diffDst", diffDst, diffDstOffset, shape.weights().elementsB());
        Check.range(
                "diffWeights", diffWeights, diffWeightsOffset, shape.weights().elementsC());
        Gemm.multiply(
                shape.weights(),
                1f,
                src,
                srcOffset,
                diffDst,
                diffDstOffset,
                0f,
                diffWeights,
                diffWeightsOffset,
                Epilogue.NONE,
                workspace);
    }

    /** Computes the gradient of the bias, summed over the batch. */
    public static void backwardBias(
            DenseShape shape, float[] diffDst, int diffDstOffset, float[] diffBias, int diffBiasOffset) {
        Check.range("diffDst", diffDst, diffDstOffset, shape.product().elementsC());
        Check.range("diffBias", diffBias, diffBiasOffset, shape.units());
        Check.disjoint(
                "diffBias",
                diffBias,
                diffBiasOffset,
                shape.units(),
                "diffDst",
                diffDst,
                diffDstOffset,
                shape.product().elementsC());
        FixedSum.columnSums(
                shape.batch(), shape.units(), diffDst, diffDstOffset, shape.units(), diffBias, diffBiasOffset);
    }
}
