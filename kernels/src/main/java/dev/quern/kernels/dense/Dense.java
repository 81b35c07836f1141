// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.dense;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.Gemm;
import dev.quern.kernels.gemm.GemmShape;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.FixedSum;
import java.util.Objects;

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

    /**
     * Computes the layer's output.
     *
     * @param epilogue an optional bias along N, one for each unit, and an activation
     * @throws IllegalArgumentException also when the bias is along M
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
            WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        GemmShape s = shape.product();
        check(s, "src", src, srcOffset, "weights", weights, weightsOffset, "dst", dst, dstOffset);
        Objects.requireNonNull(epilogue, "epilogue");
        if (epilogue.bias() != null) {
            if (epilogue.biasAlongM()) {
                throw new IllegalArgumentException("epilogue with a bias along M, allowed: along N, one for each unit");
            }
            Check.range("bias", epilogue.bias(), epilogue.biasOffset(), shape.units());
            Check.disjoint(
                    "dst",
                    dst,
                    dstOffset,
                    s.elementsC(),
                    "bias",
                    epilogue.bias(),
                    epilogue.biasOffset(),
                    shape.units());
        }
        Gemm.multiply(shape.product(), 1f, src, srcOffset, weights, weightsOffset, 0f, dst, dstOffset, epilogue, pool);
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
            WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        check(
                shape.data(),
                "diffDst",
                diffDst,
                diffDstOffset,
                "weights",
                weights,
                weightsOffset,
                "diffSrc",
                diffSrc,
                diffSrcOffset);
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
                pool);
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
            WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        check(
                shape.weights(),
                "src",
                src,
                srcOffset,
                "diffDst",
                diffDst,
                diffDstOffset,
                "diffWeights",
                diffWeights,
                diffWeightsOffset);
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
                pool);
    }

    /** Computes the gradient of the bias, summed over the batch. */
    public static void backwardBias(
            DenseShape shape, float[] diffDst, int diffDstOffset, float[] diffBias, int diffBiasOffset) {
        Objects.requireNonNull(shape, "shape");
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

    private static void check(
            GemmShape s,
            String aName,
            float[] a,
            int aOffset,
            String bName,
            float[] b,
            int bOffset,
            String cName,
            float[] c,
            int cOffset) {
        Check.range(aName, a, aOffset, s.elementsA());
        Check.range(bName, b, bOffset, s.elementsB());
        Check.range(cName, c, cOffset, s.elementsC());
        Check.disjoint(cName, c, cOffset, s.elementsC(), aName, a, aOffset, s.elementsA());
        Check.disjoint(cName, c, cOffset, s.elementsC(), bName, b, bOffset, s.elementsB());
    }
}
