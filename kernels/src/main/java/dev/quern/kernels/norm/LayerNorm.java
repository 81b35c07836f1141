// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Objects;

/**
 * Layer normalisation: each row of a row-major {@code rows × columns} block brought to mean 0 and variance 1, then each
 * column to a variance and a mean that are learnt (gamma, beta). The bits are those of these formulas, each operation
 * rounded once and fma once in all, on any number of threads; every Σ is this library's fixed scheme (chunks of 1024, 16
 * lanes), n is the number of columns.
 *
 * <p><b>Forward</b>, for each row: mean = Σ x / n, variance = Σ (x - mean)² / n, a second pass so that a large mean costs
 * no digits; inverse = 1 / √(variance + epsilon), y = fma((x - mean)·inverse, gamma, beta).
 *
 * <p><b>Backward</b>, for each row: h = dy·gamma, a = Σ h, b = Σ h·((x - mean)·inverse), dx = inverse·fma((mean -
 * x)·inverse, b / n, h - a / n). For each column: diffBeta = Σ dy, diffGamma = Σ dy·((x - mean)·inverse), over the rows.
 *
 * <p>After J. Ba, J. Kiros and G. Hinton, "Layer normalization", 2016.
 */
public final class LayerNorm {
    /** Elements of one task, or one row where that has more. */
    private static final int TASK = 1 << 13;

    private LayerNorm() {}

    /** Floats of workspace that {@link #backwardParameters} wants. */
    public static long workspaceFloats(int rows, int columns, WorkerPool pool) {
        Objects.requireNonNull(pool, "pool");
        return (long) pool.threads() * LayerNormPasses.termFloats(rows, columns);
    }

    /**
     * Normalises.
     *
     * @param epsilon above 0 and finite
     * @param saved receives what backward needs: the means of all rows, then their inverses
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when {@code rows < 0}, {@code columns < 1}, there are more than 2³¹-1 elements,
     *     epsilon is out of range, or an output overlaps another array
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void forward(
            int rows,
            int columns,
            float epsilon,
            float[] src,
            int srcOffset,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] dst,
            int dstOffset,
            float[] saved,
            int savedOffset,
            WorkerPool pool) {
        int n = elements(rows, columns);
        NormChecks.epsilon(epsilon);
        Check.range("src", src, srcOffset, n);
        Check.range("gamma", gamma, gammaOffset, columns);
        Check.range("beta", beta, betaOffset, columns);
        output("dst", dst, dstOffset, n, src, srcOffset, n, "gamma", gamma, gammaOffset, columns);
        output("saved", saved, savedOffset, 2L * rows, src, srcOffset, n, "gamma", gamma, gammaOffset, columns);
        Check.disjoint("dst", dst, dstOffset, n, "beta", beta, betaOffset, columns);
        Check.disjoint("dst", dst, dstOffset, n, "saved", saved, savedOffset, 2L * rows);
        Check.disjoint("saved", saved, savedOffset, 2L * rows, "beta", beta, betaOffset, columns);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            LayerNormPasses.forward(
                    0,
                    rows,
                    rows,
                    columns,
                    epsilon,
                    src,
                    srcOffset,
                    gamma,
                    gammaOffset,
                    beta,
                    betaOffset,
                    dst,
                    dstOffset,
                    saved,
                    savedOffset);
        } else {
            int perTask = rowsPerTask(columns);
            pool.run(Math.ceilDiv(rows, perTask), (task, slot) -> {
                int first = task * perTask;
                int end = Math.min(first + perTask, rows);
                LayerNormPasses.forward(
                        first,
                        end,
                        rows,
                        columns,
                        epsilon,
                        src,
                        srcOffset,
                        gamma,
                        gammaOffset,
                        beta,
                        betaOffset,
                        dst,
                        dstOffset,
                        saved,
                        savedOffset);
            });
        }
    }

    /**
     * The gradient of the source after {@link #forward}.
     *
     * @param saved what forward saved
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when a size is out of range or diffSrc overlaps another array
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void backwardData(
            int rows,
            int columns,
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
            WorkerPool pool) {
        int n = elements(rows, columns);
        Check.range("src", src, srcOffset, n);
        Check.range("gamma", gamma, gammaOffset, columns);
        Check.range("saved", saved, savedOffset, 2L * rows);
        Check.range("diffDst", diffDst, diffDstOffset, n);
        output("diffSrc", diffSrc, diffSrcOffset, n, src, srcOffset, n, "gamma", gamma, gammaOffset, columns);
        Check.disjoint("diffSrc", diffSrc, diffSrcOffset, n, "saved", saved, savedOffset, 2L * rows);
        Check.disjoint("diffSrc", diffSrc, diffSrcOffset, n, "diffDst", diffDst, diffDstOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() == 1) {
            LayerNormPasses.backward(
                    0,
                    rows,
                    rows,
                    columns,
                    src,
                    srcOffset,
                    gamma,
                    gammaOffset,
                    saved,
                    savedOffset,
                    diffDst,
                    diffDstOffset,
                    diffSrc,
                    diffSrcOffset);
        } else {
            int perTask = rowsPerTask(columns);
            pool.run(Math.ceilDiv(rows, perTask), (task, slot) -> {
                int first = task * perTask;
                int end = Math.min(first + perTask, rows);
                LayerNormPasses.backward(
                        first,
                        end,
                        rows,
                        columns,
                        src,
                        srcOffset,
                        gamma,
                        gammaOffset,
                        saved,
                        savedOffset,
                        diffDst,
                        diffDstOffset,
                        diffSrc,
                        diffSrcOffset);
            });
        }
    }

    /**
     * The gradients of gamma and beta after {@link #forward}.
     *
     * @param saved what forward saved
     * @throws NullPointerException when something is null
     * @throws IllegalArgumentException when a size is out of range, an output overlaps another array, or the workspace is
     *     too small
     * @throws IndexOutOfBoundsException when an array does not hold what is to be read or written
     */
    public static void backwardParameters(
            int rows,
            int columns,
            float[] src,
            int srcOffset,
            float[] saved,
            int savedOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffGamma,
            int diffGammaOffset,
            float[] diffBeta,
            int diffBetaOffset,
            Workspace workspace) {
        int n = elements(rows, columns);
        Check.range("src", src, srcOffset, n);
        Check.range("saved", saved, savedOffset, 2L * rows);
        Check.range("diffDst", diffDst, diffDstOffset, n);
        output(
                "diffGamma",
                diffGamma,
                diffGammaOffset,
                columns,
                src,
                srcOffset,
                n,
                "saved",
                saved,
                savedOffset,
                2L * rows);
        output(
                "diffBeta",
                diffBeta,
                diffBetaOffset,
                columns,
                src,
                srcOffset,
                n,
                "saved",
                saved,
                savedOffset,
                2L * rows);
        Check.disjoint("diffGamma", diffGamma, diffGammaOffset, columns, "diffDst", diffDst, diffDstOffset, n);
        Check.disjoint("diffBeta", diffBeta, diffBetaOffset, columns, "diffDst", diffDst, diffDstOffset, n);
        Check.disjoint("diffGamma", diffGamma, diffGammaOffset, columns, "diffBeta", diffBeta, diffBetaOffset, columns);
        WorkerPool pool = Objects.requireNonNull(workspace, "workspace").pool();
        float[] terms = workspace.acquire(workspaceFloats(rows, columns, pool));
        try {
            int blocks = LayerNormPasses.columnBlocks(columns);
            if (pool.threads() == 1) {
                for (int block = 0; block < blocks; block++) {
                    LayerNormPasses.parameters(
                            block,
                            rows,
                            columns,
                            src,
                            srcOffset,
                            saved,
                            savedOffset,
                            diffDst,
                            diffDstOffset,
                            terms,
                            0,
                            diffGamma,
                            diffGammaOffset,
                            diffBeta,
                            diffBetaOffset);
                }
            } else {
                int perThread = LayerNormPasses.termFloats(rows, columns);
                pool.run(blocks, (block, slot) -> {
                    LayerNormPasses.parameters(
                            block,
                            rows,
                            columns,
                            src,
                            srcOffset,
                            saved,
                            savedOffset,
                            diffDst,
                            diffDstOffset,
                            terms,
                            slot * perThread,
                            diffGamma,
                            diffGammaOffset,
                            diffBeta,
                            diffBetaOffset);
                });
            }
        } finally {
            workspace.release();
        }
    }

    private static int elements(int rows, int columns) {
        long product = (long) Check.notNegative("rows", rows) * Check.positive("columns", columns);
        if (product > Integer.MAX_VALUE || rows > Integer.MAX_VALUE / 2) {
            Check.product("rows·columns", rows, columns);
            Check.product("2·rows", 2, rows);
        }
        return (int) product;
    }

    /** An output that is neither src nor one other input. */
    private static void output(
            String name,
            float[] out,
            int offset,
            long length,
            float[] src,
            int srcOffset,
            long srcLength,
            String otherName,
            float[] other,
            int otherOffset,
            long otherLength) {
        Check.range(name, out, offset, length);
        Check.disjoint(name, out, offset, length, "src", src, srcOffset, srcLength);
        Check.disjoint(name, out, offset, length, otherName, other, otherOffset, otherLength);
    }

    private static int rowsPerTask(int columns) {
        return Math.max(1, TASK / columns);
    }
}
