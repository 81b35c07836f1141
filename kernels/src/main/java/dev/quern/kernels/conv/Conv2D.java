// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.reduce.FixedSum;
import java.util.Arrays;
import java.util.Objects;

/**
 * The door of the 2-D convolution, forward and backward, with any stride, dilation, padding and number of groups.
 *
 * <pre>{@code
 * forward           dst[n, oh, ow, k]     ← act(bias[k] + Σ src[n, ih, iw, c] · weights[kh, kw, c, k])
 * backward-data     diffSrc[n, ih, iw, c] ← Σ diffDst[n, oh, ow, k] · weights[kh, kw, c, k]
 * backward-weights  diffWeights[kh, kw, c, k] ← Σ src[n, ih, iw, c] · diffDst[n, oh, ow, k]
 * backward-bias     diffBias[k]           ← Σ diffDst[n, oh, ow, k]
 *
 * with ih = oh·strideHeight - top + kh·dilationHeight, iw likewise; src is +0 outside; k of the group of c
 * }</pre>
 *
 * <p>Bits, the same in both layouts:
 *
 * <ul>
 *   <li>forward: one FMA chain over (kh, kw, c), c fastest, from the bias or +0; padding takes part as zeros.
 *   <li>backward-data: for each tap one FMA chain over the group's k from +0; then the taps that exist are added in
 *       ascending (kh, kw), from +0.
 *   <li>backward-weights: image n belongs to logical lane n mod {@value BackwardWeights#LANES}; a lane is one FMA chain
 *       over its images and their (oh, ow), ascending, from +0; lanes fold by halves: l adds l + 4, l + 2, l + 1.
 *   <li>backward-bias: the sum over an image's positions in the library's fixed order (chunks of 1024, 16 lanes); the
 *       images' sums are added in ascending order, from +0.
 * </ul>
 *
 * <p>Errors: a null array is a {@link NullPointerException}; a tensor that leaves its array is an {@link
 * IndexOutOfBoundsException}; an effective kernel larger than the padded source, an output that overlaps an input, or a
 * workspace too small is an {@link IllegalArgumentException}. All are thrown before anything is written. A batch of 0
 * does nothing, but for the gradients of weights and bias, which become zeros.
 */
public final class Conv2D {
    private Conv2D() {}

    /** Floats of workspace that are enough for each of this door's methods, with {@link ConvAlgorithm#AUTO}. */
    public static long workspaceFloats(ConvShape shape, WorkerPool pool) {
        return Math.max(
                workspaceFloats(ConvAlgorithm.AUTO, shape, pool),
                Math.max(
                        BackwardDataKernel.workspaceFloats(shape, pool),
                        BackwardWeightsKernel.of(shape).workspaceFloats(shape, pool)));
    }

    /**
     * Floats of workspace that {@code forward} needs with an algorithm.
     *
     * @throws IllegalArgumentException when the algorithm does not suit the shape
     */
    public static long workspaceFloats(ConvAlgorithm algorithm, ConvShape shape, WorkerPool pool) {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(pool, "pool");
        return switch (algorithm.resolve(shape)) {
            case DIRECT -> DirectForward.of(shape).workspaceFloats(shape, false, pool);
            case IMPLICIT -> 0;
            case WINOGRAD_2X2, WINOGRAD_4X4 -> WinogradForward.workspaceFloats(algorithm.tile(), shape, pool);
            default -> Forward.workspaceFloats(shape, false, pool);
        };
    }

    /**
     * A sentence for people: which algorithm computes a shape forward and why, its workspace and its arithmetic.
     *
     * @throws IllegalArgumentException when the algorithm does not suit the shape
     */
    public static String explain(ConvAlgorithm algorithm, ConvShape shape, WorkerPool pool) {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(pool, "pool");
        ConvAlgorithm chosen = algorithm.resolve(shape);
        long bytes = Float.BYTES * workspaceFloats(chosen, shape, pool);
        return chosen + ": " + chosen.reason(shape) + "; workspace " + bytes + " bytes on " + pool.threads()
                + (pool.threads() == 1 ? " thread; " : " threads; ") + shape.flops() + " FLOPs; " + shape;
    }

    /**
     * Convolves, with {@link ConvAlgorithm#AUTO}.
     *
     * @param epilogue an optional bias along N, which is here the output channels in both layouts, and an activation
     * @throws IllegalArgumentException also when the bias is along M
     */
    public static void forward(
            ConvShape shape,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue epilogue,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        forward(ConvAlgorithm.AUTO, shape, src, srcOffset, weights, weightsOffset, epilogue, dst, dstOffset, workspace);
    }

    /**
     * Convolves with an algorithm, see {@link #workspaceFloats(ConvAlgorithm, ConvShape, WorkerPool)}.
     *
     * @param epilogue an optional bias along N, which is here the output channels in both layouts, and an activation
     * @throws IllegalArgumentException also when the bias is along M, or the algorithm does not suit the shape
     */
    public static void forward(
            ConvAlgorithm algorithm,
            ConvShape shape,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue epilogue,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(workspace, "workspace");
        checkForward(shape, src, srcOffset, epilogue, dst, dstOffset);
        Check.range("weights", weights, weightsOffset, shape.weightElements());
        Check.disjoint(
                "dst",
                dst,
                dstOffset,
                shape.destinationElements(),
                "weights",
                weights,
                weightsOffset,
                shape.weightElements());
        ConvAlgorithm chosen = algorithm.resolve(shape);
        if (shape.batch() == 0) {
            return;
        }
        switch (chosen) {
            case DIRECT ->
                DirectForward.of(shape)
                        .run(
                                shape,
                                src,
                                srcOffset,
                                weights,
                                weightsOffset,
                                null,
                                epilogue,
                                null,
                                0,
                                dst,
                                dstOffset,
                                workspace);
            case IMPLICIT ->
                ImplicitForward.run(shape, src, srcOffset, weights, weightsOffset, epilogue, dst, dstOffset, workspace);
            case WINOGRAD_2X2, WINOGRAD_4X4 -> {
                int m = chosen.tile();
                WinogradForward.run(
                        m, shape, src, srcOffset, weights, weightsOffset, epilogue, dst, dstOffset, workspace);
            }
            default ->
                Forward.run(shape, src, srcOffset, weights, weightsOffset, null, epilogue, dst, dstOffset, workspace);
        }
    }

    /** Checks all but the weights. */
    static void checkForward(
            ConvShape shape, float[] src, int srcOffset, Epilogue epilogue, float[] dst, int dstOffset) {
        Check.range("src", src, srcOffset, shape.sourceElements());
        Objects.requireNonNull(epilogue, "epilogue");
        checkOutput("dst", dst, dstOffset, shape.destinationElements(), "src", src, srcOffset, shape.sourceElements());
        if (epilogue.bias() != null) {
            if (epilogue.biasAlongM()) {
                throw new IllegalArgumentException(
                        "epilogue with a bias along M, allowed: along N, one for each output channel");
            }
            Check.range("bias", epilogue.bias(), epilogue.biasOffset(), shape.outChannels());
            Check.disjoint(
                    "dst",
                    dst,
                    dstOffset,
                    shape.destinationElements(),
                    "bias",
                    epilogue.bias(),
                    epilogue.biasOffset(),
                    shape.outChannels());
        }
    }

    /** Computes the gradient of the source. */
    public static void backwardData(
            ConvShape shape,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            Workspace workspace) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(workspace, "workspace");
        Check.range("diffDst", diffDst, diffDstOffset, shape.destinationElements());
        Check.range("weights", weights, weightsOffset, shape.weightElements());
        checkOutput(
                "diffSrc",
                diffSrc,
                diffSrcOffset,
                shape.sourceElements(),
                "diffDst",
                diffDst,
                diffDstOffset,
                shape.destinationElements());
        Check.disjoint(
                "diffSrc",
                diffSrc,
                diffSrcOffset,
                shape.sourceElements(),
                "weights",
                weights,
                weightsOffset,
                shape.weightElements());
        if (shape.batch() == 0) {
            return;
        }
        BackwardDataKernel.of(shape, weights, weightsOffset)
                .run(shape, diffDst, diffDstOffset, weights, weightsOffset, diffSrc, diffSrcOffset, workspace);
    }

    /** Computes the gradient of the weights, summed over the batch. */
    public static void backwardWeights(
            ConvShape shape,
            float[] src,
            int srcOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffWeights,
            int diffWeightsOffset,
            Workspace workspace) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(workspace, "workspace");
        Check.range("src", src, srcOffset, shape.sourceElements());
        Check.range("diffDst", diffDst, diffDstOffset, shape.destinationElements());
        checkOutput(
                "diffWeights",
                diffWeights,
                diffWeightsOffset,
                shape.weightElements(),
                "src",
                src,
                srcOffset,
                shape.sourceElements());
        Check.disjoint(
                "diffWeights",
                diffWeights,
                diffWeightsOffset,
                shape.weightElements(),
                "diffDst",
                diffDst,
                diffDstOffset,
                shape.destinationElements());
        BackwardWeightsKernel.of(shape)
                .run(shape, src, srcOffset, diffDst, diffDstOffset, diffWeights, diffWeightsOffset, workspace);
    }

    /** Computes the gradient of the bias, summed over batch and positions. */
    public static void backwardBias(
            ConvShape shape, float[] diffDst, int diffDstOffset, float[] diffBias, int diffBiasOffset) {
        Objects.requireNonNull(shape, "shape");
        Check.range("diffDst", diffDst, diffDstOffset, shape.destinationElements());
        checkOutput(
                "diffBias",
                diffBias,
                diffBiasOffset,
                shape.outChannels(),
                "diffDst",
                diffDst,
                diffDstOffset,
                shape.destinationElements());
        int positions = shape.positions();
        int channels = shape.outChannels();
        Arrays.fill(diffBias, diffBiasOffset, diffBiasOffset + channels, 0f);
        for (int image = 0; image < shape.batch(); image++) {
            int from = diffDstOffset + image * positions * channels;
            if (shape.layout() == Layout.NHWC) {
                FixedSum.addColumnSums(positions, channels, diffDst, from, channels, diffBias, diffBiasOffset);
            } else {
                for (int k = 0; k < channels; k++) {
                    diffBias[diffBiasOffset + k] += FixedSum.sum(positions, diffDst, from + k * positions);
                }
            }
        }
    }

    private static void checkOutput(
            String out,
            float[] to,
            int toOffset,
            int toLength,
            String in,
            float[] from,
            int fromOffset,
            int fromLength) {
        Check.range(out, to, toOffset, toLength);
        Check.disjoint(out, to, toOffset, toLength, in, from, fromOffset, fromLength);
    }
}
