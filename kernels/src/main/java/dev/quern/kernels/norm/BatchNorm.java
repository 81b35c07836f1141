// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * Batch normalisation: each channel brought to mean 0 and variance 1, then to a variance and a mean that are learnt
 * (gamma, beta). The bits are those of these formulas, each operation rounded once and fma once in all, in both layouts
 * and on any number of threads. M is batch times positions.
 *
 * <p><b>Sums</b> over batch and positions: each image's positions by the fixed scheme of this library (chunks of 1024, 16
 * lanes), the images' sums added in ascending order to +0.
 *
 * <p><b>Inference</b>: inverse = 1 / √(variance + epsilon), y = fma(x - mean, gamma·inverse, beta).
 *
 * <p><b>Training</b>: mean = Σ x / M, q = Σ (x - mean)², variance = q / M, a second pass so that a large mean costs no
 * digits; then as for inference. The running statistics move towards those of the batch as in PyTorch: r ← fma(momentum,
 * s - r, r), where s is the mean, and the unbiased variance q / (M - 1). For M = 1 that is taken as 0, and y is beta.
 *
 * <p><b>Backward</b> (of training): diffBeta = Σ dy, k = Σ (x - mean)·dy, diffGamma = k·inverse, and dx =
 * (gamma·inverse)·fma(mean - x, diffGamma·inverse / M, dy - diffBeta / M).
 *
 * <p><b>With what follows</b>: all three take a residual to add and an activation to apply along; the bits are those of
 * calls one after the other.
 *
 * <p>With M = 0 there is nothing to normalise: statistics stay as they are, diffGamma and diffBeta become 0.
 *
 * <p>After S. Ioffe and C. Szegedy, Batch Normalization, 2015.
 */
public final class BatchNorm {
    /** Tiled parameters of the backward pass. */
    private static final int PARAMETERS = 4;

    private BatchNorm() {}

    /** Floats of workspace that any of these calls wants. */
    public static long workspaceFloats(NormShape shape, WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(pool, "pool");
        return PARAMETERS * (long) NormPasses.tiled(shape)
                + 2L * shape.batch() * shape.channels()
                + (long) pool.threads() * NormPasses.termFloats(shape);
    }

    /**
     * Normalises by given statistics. In place when dst is src at the same offset.
     *
     * @param epsilon above 0 and finite
     * @param running means of all channels, then variances
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when epsilon is out of range, dst overlaps an input, or the workspace is too small
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void inference(
            NormShape shape,
            float epsilon,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] running,
            int runningOffset,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        inference(
                shape,
                epsilon,
                src,
                srcOffset,
                gamma,
                gammaOffset,
                beta,
                betaOffset,
                running,
                runningOffset,
                null,
                0,
                Activation.IDENTITY,
                dst,
                dstOffset,
                workspace);
    }

    /**
     * As {@link #inference(NormShape, float, float[], int, float[], int, float[], int, float[], int, float[], int, Workspace)},
     * then adds a residual and applies an activation: {@code activation(y + residual)}, each operation rounded as if it were
     * a call of its own, but without y going through memory.
     *
     * @param residual in src's layout; null where nothing is added
     * @throws NullPointerException when something else is null
     * @throws IllegalArgumentException as there, and when dst overlaps the residual
     * @throws IndexOutOfBoundsException as there
     */
    public static void inference(
            NormShape shape,
            float epsilon,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] running,
            int runningOffset,
            float[] residual,
            int residualOffset,
            Activation activation,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        Objects.requireNonNull(shape, "shape");
        NormChecks.epsilon(epsilon);
        int n = shape.elements();
        int channels = shape.channels();
        NormChecks.inputs(shape, src, srcOffset, gamma, gammaOffset);
        Check.range("beta", beta, betaOffset, channels);
        Check.range("running", running, runningOffset, 2L * channels);
        Check.range("dst", dst, dstOffset, n);
        Check.disjointOrSame("dst", dst, dstOffset, "src", src, srcOffset, n);
        Check.disjoint("dst", dst, dstOffset, n, "gamma", gamma, gammaOffset, channels);
        Check.disjoint("dst", dst, dstOffset, n, "beta", beta, betaOffset, channels);
        Check.disjoint("dst", dst, dstOffset, n, "running", running, runningOffset, 2L * channels);
        NormChecks.then(n, residual, residualOffset, activation, dst, dstOffset);
        float[] p = Objects.requireNonNull(workspace, "workspace").acquire(workspaceFloats(shape, workspace.pool()));
        try {
            int width = NormPasses.tiled(shape);
            for (int c = 0; c < channels; c++) {
                float inverse = inverse(running[runningOffset + channels + c], epsilon);
                p[c] = running[runningOffset + c];
                p[width + c] = gamma[gammaOffset + c] * inverse;
                p[2 * width + c] = beta[betaOffset + c];
            }
            NormTasks.normalize(
                    shape, src, srcOffset, p, residual, residualOffset, activation, dst, dstOffset, workspace.pool());
        } finally {
            workspace.release();
        }
    }

    /**
     * Normalises by the batch's own statistics.
     *
     * @param epsilon above 0 and finite
     * @param momentum how far the running statistics move, 0 to 1
     * @param running means of all channels, then variances: updated
     * @param saved receives what {@link #backward} needs: means, then the inverses 1 / √(variance + epsilon)
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when epsilon or momentum is out of range, an output overlaps another array, or the
     *     workspace is too small
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void forward(
            NormShape shape,
            float epsilon,
            float momentum,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] running,
            int runningOffset,
            float[] dst,
            int dstOffset,
            float[] saved,
            int savedOffset,
            Workspace workspace) {
        forward(
                shape,
                epsilon,
                momentum,
                src,
                srcOffset,
                gamma,
                gammaOffset,
                beta,
                betaOffset,
                running,
                runningOffset,
                null,
                0,
                Activation.IDENTITY,
                dst,
                dstOffset,
                saved,
                savedOffset,
                workspace);
    }

    /**
     * As {@link #forward(NormShape, float, float, float[], int, float[], int, float[], int, float[], int, float[], int,
     * float[], int, Workspace)}, then adds a residual and applies an activation, as {@link #inference(NormShape, float,
     * float[], int, float[], int, float[], int, float[], int, float[], int, Activation, float[], int, Workspace) inference}
     * does.
     *
     * @param residual in src's layout; null where nothing is added
     * @throws NullPointerException when something else is null
     * @throws IllegalArgumentException as there, and when an output overlaps the residual
     * @throws IndexOutOfBoundsException as there
     */
    public static void forward(
            NormShape shape,
            float epsilon,
            float momentum,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] running,
            int runningOffset,
            float[] residual,
            int residualOffset,
            Activation activation,
            float[] dst,
            int dstOffset,
            float[] saved,
            int savedOffset,
            Workspace workspace) {
        Objects.requireNonNull(shape, "shape");
        NormChecks.epsilon(epsilon);
        NormChecks.momentum(momentum);
        int channels = shape.channels();
        NormChecks.inputs(shape, src, srcOffset, gamma, gammaOffset);
        Check.range("beta", beta, betaOffset, channels);
        Check.range("running", running, runningOffset, 2L * channels);
        NormChecks.output("dst", dst, dstOffset, shape.elements(), shape, src, srcOffset, gamma, gammaOffset);
        NormChecks.output("saved", saved, savedOffset, 2L * channels, shape, src, srcOffset, gamma, gammaOffset);
        NormChecks.output("running", running, runningOffset, 2L * channels, shape, src, srcOffset, gamma, gammaOffset);
        int n = shape.elements();
        Check.disjoint("dst", dst, dstOffset, n, "beta", beta, betaOffset, channels);
        Check.disjoint("dst", dst, dstOffset, n, "running", running, runningOffset, 2L * channels);
        Check.disjoint("dst", dst, dstOffset, n, "saved", saved, savedOffset, 2L * channels);
        Check.disjoint("saved", saved, savedOffset, 2L * channels, "beta", beta, betaOffset, channels);
        Check.disjoint("saved", saved, savedOffset, 2L * channels, "running", running, runningOffset, 2L * channels);
        Check.disjoint("running", running, runningOffset, 2L * channels, "beta", beta, betaOffset, channels);
        NormChecks.then(n, residual, residualOffset, activation, dst, dstOffset);
        if (residual != null) {
            Check.disjoint("saved", saved, savedOffset, 2L * channels, "residual", residual, residualOffset, n);
            Check.disjoint("running", running, runningOffset, 2L * channels, "residual", residual, residualOffset, n);
        }
        float[] p = Objects.requireNonNull(workspace, "workspace").acquire(workspaceFloats(shape, workspace.pool()));
        try {
            if (shape.terms() == 0) {
                return;
            }
            statistics(
                    shape, epsilon, momentum, src, srcOffset, running, runningOffset, p, saved, savedOffset, workspace);
            int width = NormPasses.tiled(shape);
            for (int c = 0; c < channels; c++) {
                p[width + c] = gamma[gammaOffset + c] * saved[savedOffset + channels + c];
                p[2 * width + c] = beta[betaOffset + c];
            }
            NormTasks.normalize(
                    shape, src, srcOffset, p, residual, residualOffset, activation, dst, dstOffset, workspace.pool());
        } finally {
            workspace.release();
        }
    }

    /** Fills saved, moves running, and leaves the tiled means at the start of p. */
    private static void statistics(
            NormShape shape,
            float epsilon,
            float momentum,
            float[] src,
            int srcOffset,
            float[] running,
            int runningOffset,
            float[] p,
            float[] saved,
            int savedOffset,
            Workspace workspace) {
        int channels = shape.channels();
        int terms = shape.terms();
        int sums = PARAMETERS * NormPasses.tiled(shape);
        NormSums.plain(shape, src, srcOffset, p, sums, workspace.pool());
        NormSums.fold(shape, p, sums);
        for (int c = 0; c < channels; c++) {
            float mean = p[sums + c] / terms;
            p[c] = mean;
            saved[savedOffset + c] = mean;
            float r = running[runningOffset + c];
            running[runningOffset + c] = Math.fma(momentum, mean - r, r);
        }
        NormPasses.tile(shape, p, 0);
        NormSums.squares(shape, src, srcOffset, p, sums, workspace.pool());
        NormSums.fold(shape, p, sums);
        for (int c = 0; c < channels; c++) {
            float squares = p[sums + c];
            saved[savedOffset + channels + c] = inverse(squares / terms, epsilon);
            float unbiased = terms == 1 ? 0f : squares / (terms - 1);
            float r = running[runningOffset + channels + c];
            running[runningOffset + channels + c] = Math.fma(momentum, unbiased - r, r);
        }
    }

    /**
     * The gradients of source, gamma and beta after {@link #forward}. In place when diffSrc is diffDst at the same
     * offset.
     *
     * @param saved what forward saved
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when an output overlaps another array, but for the one above, or the workspace is
     *     too small
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void backward(
            NormShape shape,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] saved,
            int savedOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] diffGamma,
            int diffGammaOffset,
            float[] diffBeta,
            int diffBetaOffset,
            Workspace workspace) {
        // An identity reads no output.
        Check.range(
                "diffSrc",
                diffSrc,
                diffSrcOffset,
                Objects.requireNonNull(shape, "shape").elements());
        checkedBackward(
                shape,
                src,
                srcOffset,
                gamma,
                gammaOffset,
                saved,
                savedOffset,
                null,
                0,
                Activation.IDENTITY,
                diffDst,
                diffDstOffset,
                diffSrc,
                diffSrcOffset,
                diffGamma,
                diffGammaOffset,
                diffBeta,
                diffBetaOffset,
                workspace);
    }

    /**
     * As {@link #backward(NormShape, float[], int, float[], int, float[], int, float[], int, float[], int, float[], int,
     * float[], int, Workspace)} after a forward call with an activation. diffDst first becomes the gradient of what the
     * activation was applied to, which is the residual's too; it stays so unless diffSrc is the same array.
     *
     * @param dst what forward wrote
     * @param diffSrc null when nobody asks for it
     * @param activation one whose gradient is taken from its output
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException as there, when diffDst or an output overlaps dst, and when the activation {@link
     *     Activation#needsInput needs its input}
     * @throws IndexOutOfBoundsException as there
     */
    public static void backward(
            NormShape shape,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] saved,
            int savedOffset,
            float[] dst,
            int dstOffset,
            Activation activation,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] diffGamma,
            int diffGammaOffset,
            float[] diffBeta,
            int diffBetaOffset,
            Workspace workspace) {
        int n = Objects.requireNonNull(shape, "shape").elements();
        int channels = shape.channels();
        if (Objects.requireNonNull(activation, "activation").needsInput()) {
            throw new IllegalArgumentException(
                    "activation = " + activation + ", allowed: one whose gradient is taken from its output");
        }
        Check.range("dst", dst, dstOffset, n);
        Check.range("diffDst", diffDst, diffDstOffset, n);
        NormChecks.inputs(shape, src, srcOffset, gamma, gammaOffset);
        NormChecks.output("diffDst", diffDst, diffDstOffset, n, shape, src, srcOffset, gamma, gammaOffset);
        Check.range("saved", saved, savedOffset, 2L * channels);
        Check.disjoint("diffDst", diffDst, diffDstOffset, n, "saved", saved, savedOffset, 2L * channels);
        Check.disjoint("diffDst", diffDst, diffDstOffset, n, "dst", dst, dstOffset, n);
        if (diffSrc != null) {
            Check.range("diffSrc", diffSrc, diffSrcOffset, n);
            Check.disjoint("diffSrc", diffSrc, diffSrcOffset, n, "dst", dst, dstOffset, n);
        }
        Check.range("diffGamma", diffGamma, diffGammaOffset, channels);
        Check.disjoint("diffGamma", diffGamma, diffGammaOffset, channels, "dst", dst, dstOffset, n);
        Check.range("diffBeta", diffBeta, diffBetaOffset, channels);
        Check.disjoint("diffBeta", diffBeta, diffBetaOffset, channels, "dst", dst, dstOffset, n);
        checkedBackward(
                shape,
                src,
                srcOffset,
                gamma,
                gammaOffset,
                saved,
                savedOffset,
                dst,
                dstOffset,
                activation,
                diffDst,
                diffDstOffset,
                diffSrc,
                diffSrcOffset,
                diffGamma,
                diffGammaOffset,
                diffBeta,
                diffBetaOffset,
                workspace);
    }

    private static void checkedBackward(
            NormShape shape,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] saved,
            int savedOffset,
            float[] dst,
            int dstOffset,
            Activation activation,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] diffGamma,
            int diffGammaOffset,
            float[] diffBeta,
            int diffBetaOffset,
            Workspace workspace) {
        Objects.requireNonNull(shape, "shape");
        int n = shape.elements();
        int channels = shape.channels();
        NormChecks.inputs(shape, src, srcOffset, gamma, gammaOffset);
        Check.range("saved", saved, savedOffset, 2L * channels);
        Check.range("diffDst", diffDst, diffDstOffset, n);
        NormChecks.output("diffGamma", diffGamma, diffGammaOffset, channels, shape, src, srcOffset, gamma, gammaOffset);
        NormChecks.output("diffBeta", diffBeta, diffBetaOffset, channels, shape, src, srcOffset, gamma, gammaOffset);
        if (diffSrc != null) {
            NormChecks.output("diffSrc", diffSrc, diffSrcOffset, n, shape, src, srcOffset, gamma, gammaOffset);
            Check.disjointOrSame("diffSrc", diffSrc, diffSrcOffset, "diffDst", diffDst, diffDstOffset, n);
            Check.disjoint("diffSrc", diffSrc, diffSrcOffset, n, "saved", saved, savedOffset, 2L * channels);
            Check.disjoint("diffSrc", diffSrc, diffSrcOffset, n, "diffGamma", diffGamma, diffGammaOffset, channels);
            Check.disjoint("diffSrc", diffSrc, diffSrcOffset, n, "diffBeta", diffBeta, diffBetaOffset, channels);
        }
        Check.disjoint("diffGamma", diffGamma, diffGammaOffset, channels, "diffDst", diffDst, diffDstOffset, n);
        Check.disjoint("diffGamma", diffGamma, diffGammaOffset, channels, "saved", saved, savedOffset, 2L * channels);
        Check.disjoint("diffBeta", diffBeta, diffBetaOffset, channels, "diffDst", diffDst, diffDstOffset, n);
        Check.disjoint("diffBeta", diffBeta, diffBetaOffset, channels, "saved", saved, savedOffset, 2L * channels);
        Check.disjoint(
                "diffGamma", diffGamma, diffGammaOffset, channels, "diffBeta", diffBeta, diffBetaOffset, channels);
        WorkerPool pool = Objects.requireNonNull(workspace, "workspace").pool();
        float[] p = Objects.requireNonNull(workspace, "workspace").acquire(workspaceFloats(shape, pool));
        try {
            int width = NormPasses.tiled(shape);
            int sums = PARAMETERS * width;
            int terms = shape.terms();
            System.arraycopy(saved, savedOffset, p, 0, channels);
            NormPasses.tile(shape, p, 0);
            int products = sums + shape.batch() * channels;
            NormSums.gradients(
                    shape, src, srcOffset, dst, dstOffset, activation, diffDst, diffDstOffset, p, sums, pool);
            NormSums.fold(shape, p, sums);
            NormSums.fold(shape, p, products);
            for (int c = 0; c < channels; c++) {
                float inverse = saved[savedOffset + channels + c];
                float shift = terms == 0 ? 0f : p[sums + c];
                float scale = terms == 0 ? 0f : p[products + c] * inverse;
                diffBeta[diffBetaOffset + c] = shift;
                diffGamma[diffGammaOffset + c] = scale;
                p[width + c] = gamma[gammaOffset + c] * inverse;
                p[2 * width + c] = scale * inverse / terms;
                p[3 * width + c] = shift / terms;
            }
            if (diffSrc != null) {
                NormTasks.gradient(shape, src, srcOffset, diffDst, diffDstOffset, p, diffSrc, diffSrcOffset, pool);
            }
        } finally {
            workspace.release();
        }
    }

    static float inverse(float variance, float epsilon) {
        return 1f / (float) Math.sqrt(variance + epsilon);
    }
}
