// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;
import java.util.Objects;

/**
 * A convolution forward made ready once and for all: shape, algorithm, weights in the order in which that algorithm reads
 * them, bias and activation. Weights and bias are copies: later changes of the arrays do not show. Immutable, to be
 * shared by any number of threads, each of which brings its own arrays and workspace.
 *
 * <pre>{@code
 * forward             dst ← act(bias + Σ src · weights)             the bits of Conv2D.forward
 * with a residual     dst ← act((bias + Σ src · weights) + residual)
 * }</pre>
 *
 * <p>Bits: those of {@link Conv2D#forward}; what is added to a chain is one more addition, rounded once, before the
 * activation, as if convolution, sum and activation were three calls.
 *
 * <p>Errors of {@code forward}: a null array is a {@link NullPointerException}; a tensor that leaves its array is an
 * {@link IndexOutOfBoundsException}; a destination that overlaps source or residual, or a workspace too small, is an
 * {@link IllegalArgumentException}. All are thrown before anything is written. A batch of 0 does nothing.
 */
public final class PreparedConv2D {
    /** Rows of a product up to which weights are read as they are, as the product does best there. */
    private static final int FEW_ROWS = 4;

    private final ConvShape shape;
    private final ConvAlgorithm algorithm;
    private final float[] weights;
    private final PackedWeights packed;
    private final Epilogue whole;
    private final Epilogue chain;

    private PreparedConv2D(
            ConvShape shape, ConvAlgorithm algorithm, float[] weights, PackedWeights packed, Epilogue whole) {
        this.shape = shape;
        this.algorithm = algorithm;
        this.weights = weights;
        this.packed = packed;
        this.whole = whole;
        this.chain = whole.then(Activation.IDENTITY);
    }

    /** Prepares a convolution with {@link ConvAlgorithm#AUTO}. */
    public static PreparedConv2D of(ConvShape shape, float[] weights, int weightsOffset, Epilogue epilogue) {
        return of(ConvAlgorithm.AUTO, shape, weights, weightsOffset, epilogue);
    }

    /**
     * Prepares a convolution.
     *
     * @param epilogue an optional bias along N, which is here the output channels in both layouts, and an activation
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when the algorithm does not suit the shape, the kernel does not fit the source,
     *     the bias is along M, or the packed weights would be larger than 2³¹-1 elements
     * @throws IndexOutOfBoundsException when weights or bias leave their array
     */
    public static PreparedConv2D of(
            ConvAlgorithm algorithm, ConvShape shape, float[] weights, int weightsOffset, Epilogue epilogue) {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(shape, "shape").destinationElements();
        Check.range("weights", weights, weightsOffset, shape.weightElements());
        Epilogue whole = copy(Objects.requireNonNull(epilogue, "epilogue"), shape.outChannels());
        ConvAlgorithm chosen = algorithm.resolve(shape);
        PackedWeights packed = pack(chosen, shape, weights, weightsOffset, whole);
        float[] plain = packed == null
                ? Arrays.copyOfRange(weights, weightsOffset, weightsOffset + shape.weightElements())
                : null;
        return new PreparedConv2D(shape, chosen, plain, packed, whole);
    }

    private static Epilogue copy(Epilogue e, int channels) {
        if (e.bias() == null) {
            return e;
        }
        if (e.biasAlongM()) {
            throw new IllegalArgumentException(
                    "epilogue with a bias along M, allowed: along N, one for each output channel");
        }
        Check.range("bias", e.bias(), e.biasOffset(), channels);
        float[] bias = Arrays.copyOfRange(e.bias(), e.biasOffset(), e.biasOffset() + channels);
        return Epilogue.biasAlongN(bias, 0).then(e.activation());
    }

    /** Null where the algorithm reads weights as they are. */
    private static PackedWeights pack(ConvAlgorithm chosen, ConvShape s, float[] weights, int offset, Epilogue e) {
        Check.product("packed weights", s.groups(), Panels.floats(s.patchElements(), s.groupOutChannels()));
        return switch (chosen) {
            case IMPLICIT ->
                s.isPointwise() && s.batch() * s.positions() <= FEW_ROWS
                        ? null
                        : ImplicitForward.pack(s, weights, offset);
            case IM2COL -> Forward.pack(s, weights, offset);
            case DIRECT -> DirectForward.of(s).pack(s, weights, offset, e);
            case WINOGRAD_2X2, WINOGRAD_4X4 -> WinogradForward.pack(chosen.tile(), s, weights, offset);
            case AUTO -> throw new IllegalStateException("AUTO was to be resolved");
        };
    }

    /**
     * The same for another number of images; weights are shared, not packed again. Their order is the best for the number
     * it was made with.
     *
     * @throws IllegalArgumentException when a tensor would be larger than 2³¹-1 elements, or the algorithm does not suit
     *     so many
     */
    public PreparedConv2D withBatch(int batch) {
        ConvShape other = shape.withBatch(batch);
        return new PreparedConv2D(other, algorithm.resolve(other), weights, packed, whole);
    }

    /** The sizes. */
    public ConvShape shape() {
        return shape;
    }

    /** What computes it; never {@link ConvAlgorithm#AUTO}. */
    public ConvAlgorithm algorithm() {
        return algorithm;
    }

    /** Bytes of the copies of weights and bias. */
    public long weightBytes() {
        long bias = whole.bias() == null ? 0 : (long) Float.BYTES * shape.outChannels();
        return bias + (packed == null ? (long) Float.BYTES * weights.length : packed.bytes());
    }

    /** Floats of workspace that {@code forward} needs. */
    public long workspaceFloats(WorkerPool pool) {
        Objects.requireNonNull(pool, "pool");
        return switch (algorithm) {
            case DIRECT -> DirectForward.of(shape).workspaceFloats(shape, packed != null, pool);
            case IM2COL -> Forward.workspaceFloats(shape, packed != null, pool);
            case WINOGRAD_2X2, WINOGRAD_4X4 -> WinogradForward.preparedFloats(algorithm.tile(), shape, pool);
            default -> 0;
        };
    }

    /** Convolves. */
    public void forward(float[] src, int srcOffset, float[] dst, int dstOffset, Workspace workspace) {
        check(src, srcOffset, dst, dstOffset, workspace);
        if (shape.batch() > 0) {
            run(whole, src, srcOffset, null, 0, dst, dstOffset, workspace);
        }
    }

    /**
     * Convolves, and adds to the result before the activation.
     *
     * @param residual in the shape of dst; may overlap src, not dst
     */
    public void forward(
            float[] src,
            int srcOffset,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        check(src, srcOffset, dst, dstOffset, workspace);
        int n = shape.destinationElements();
        Check.range("residual", residual, residualOffset, n);
        Check.disjoint("dst", dst, dstOffset, n, "residual", residual, residualOffset, n);
        if (shape.batch() == 0) {
            return;
        }
        if (algorithm == ConvAlgorithm.IMPLICIT
                || algorithm == ConvAlgorithm.DIRECT && DirectForward.of(shape).takesResidual()) {
            run(whole, src, srcOffset, residual, residualOffset, dst, dstOffset, workspace);
        } else {
            run(chain, src, srcOffset, null, 0, dst, dstOffset, workspace);
            ResidualSum.apply(n, residual, residualOffset, whole.activation(), dst, dstOffset, workspace.pool());
        }
    }

    private void check(float[] src, int srcOffset, float[] dst, int dstOffset, Workspace workspace) {
        Objects.requireNonNull(workspace, "workspace");
        int n = shape.destinationElements();
        Check.range("src", src, srcOffset, shape.sourceElements());
        Check.range("dst", dst, dstOffset, n);
        Check.disjoint("dst", dst, dstOffset, n, "src", src, srcOffset, shape.sourceElements());
    }

    private void run(
            Epilogue e,
            float[] src,
            int srcOffset,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        switch (algorithm) {
            case IMPLICIT ->
                ImplicitForward.run(
                        shape,
                        src,
                        srcOffset,
                        weights,
                        0,
                        packed,
                        e,
                        residual,
                        residualOffset,
                        dst,
                        dstOffset,
                        workspace);
            case DIRECT ->
                DirectForward.of(shape)
                        .run(
                                shape,
                                src,
                                srcOffset,
                                weights,
                                0,
                                packed,
                                e,
                                residual,
                                residualOffset,
                                dst,
                                dstOffset,
                                workspace);
            case WINOGRAD_2X2, WINOGRAD_4X4 ->
                WinogradForward.runPrepared(
                        algorithm.tile(), shape, src, srcOffset, packed, e, dst, dstOffset, workspace);
            default -> Forward.run(shape, src, srcOffset, weights, 0, packed, e, dst, dstOffset, workspace);
        }
    }

    @Override
    public String toString() {
        return "PreparedConv2D[" + algorithm + ": " + algorithm.reason(shape) + "; " + weightBytes()
                + " bytes of weights; " + whole.activation() + "; " + shape + "]";
    }
}
