// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.gemm.blocked.Grid;
import dev.quern.kernels.parallel.WorkerPool;
import java.util.Objects;

/**
 * The door of the single-precision matrix product.
 *
 * <pre>{@code  C ← act(α·op(A)·op(B) + β·C + bias)}</pre>
 *
 * <p>Bits: every element is one chain {@code s ← fma(a[i,p], α·b[p,j], s)} over ascending p, where {@code α·b} is rounded
 * once (and is {@code b} for α = 1). The chain starts from {@code β·c}; with a bias from {@code fma(β, c, bias)}; at
 * β = 0 from the bias or +0, and C is not read, whatever it holds. At α = 0 or k = 0 the start value is the result, and
 * A and B are not read. So results do not depend on block sizes, vector width or threads.
 *
 * <p>Errors: a null array is a {@link NullPointerException}; an operand that leaves its array is an {@link
 * IndexOutOfBoundsException}; a C that overlaps an operand is an {@link IllegalArgumentException}; a closed pool is an
 * {@link IllegalStateException}. All are thrown before anything is written. m = 0 or n = 0 does nothing.
 *
 * <p>Memory: each thread that multiplies keeps 0.8 MB for packed blocks of A and B, taken at its first product, and 1 MB for
 * sums, taken at its first product that is blocked and deeper than 128. A call takes no more.
 */
public final class Gemm {
    private Gemm() {}

    /** Computes the product of plain matrices. */
    public static void multiply(
            GemmShape shape,
            float alpha,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float beta,
            float[] c,
            int cOffset,
            Epilogue epilogue,
            WorkerPool pool) {
        Objects.requireNonNull(shape, "shape");
        Check.range("b", b, bOffset, shape.elementsB());
        checkOthers(shape, a, aOffset, c, cOffset, epilogue);
        checkApartFromB(shape, b, bOffset, c, cOffset);
        run(shape, alpha, a, aOffset, null, b, bOffset, null, beta, c, cOffset, epilogue, pool);
    }

    /**
     * Computes the product with a packed right-hand side, which holds α.
     *
     * @throws IllegalArgumentException also when {@code b} was packed for another k or n
     */
    public static void multiply(
            GemmShape shape,
            float[] a,
            int aOffset,
            PackedMatrix b,
            float beta,
            float[] c,
            int cOffset,
            Epilogue epilogue,
            WorkerPool pool) {
        checkPacked(shape, b);
        checkOthers(shape, a, aOffset, c, cOffset, epilogue);
        float alpha = b.isZero() ? 0f : 1f;
        run(shape, alpha, a, aOffset, null, null, 0, b, beta, c, cOffset, epilogue, pool);
    }

    /**
     * Computes the product with a packed left-hand side.
     *
     * @throws IllegalArgumentException also when {@code a} was packed for another m or k
     */
    public static void multiply(
            GemmShape shape,
            float alpha,
            PackedLeftMatrix a,
            float[] b,
            int bOffset,
            float beta,
            float[] c,
            int cOffset,
            Epilogue epilogue,
            WorkerPool pool) {
        checkPacked(shape, a);
        Check.range("b", b, bOffset, shape.elementsB());
        Check.range("c", c, cOffset, shape.elementsC());
        checkApartFromB(shape, b, bOffset, c, cOffset);
        checkBias(shape, c, cOffset, shape.elementsC(), epilogue);
        run(shape, alpha, null, 0, a, b, bOffset, null, beta, c, cOffset, epilogue, pool);
    }

    /**
     * Computes products of the same shape: number b on {@code a[aOffset + b·aStride]}, likewise B and C. A stride of 0
     * shares an operand. The bits are those of single calls. Threads share the batch where
     * it has as many products as there are threads, else each product.
     *
     * @throws IllegalArgumentException also when {@code batch} or a stride is negative, when one of C's matrices would
     *     not end before the next begins, or when C's whole range meets that of A or B in one array
     */
    public static void multiplyBatched(
            GemmShape shape,
            int batch,
            float alpha,
            float[] a,
            int aOffset,
            int aStride,
            float[] b,
            int bOffset,
            int bStride,
            float beta,
            float[] c,
            int cOffset,
            int cStride,
            Epilogue epilogue,
            WorkerPool pool) {
        Batch.check(batch, aStride, bStride, cStride, shape);
        long lastA = Batch.elements(batch, aStride, shape.elementsA());
        long lastB = Batch.elements(batch, bStride, shape.elementsB());
        long lastC = Batch.elements(batch, cStride, shape.elementsC());
        Check.range("a", a, aOffset, lastA);
        Check.range("b", b, bOffset, lastB);
        Check.range("c", c, cOffset, lastC);
        Check.disjoint("c", c, cOffset, lastC, "a", a, aOffset, lastA);
        Check.disjoint("c", c, cOffset, lastC, "b", b, bOffset, lastB);
        checkBias(shape, c, cOffset, lastC, epilogue);
        runAll(
                shape, batch, alpha, a, aOffset, aStride, null, b, bOffset, bStride, null, beta, c, cOffset, cStride,
                epilogue, pool);
    }

    /**
     * The same for a packed right-hand side, which all products share.
     *
     * @throws IllegalArgumentException as for plain matrices, and when {@code b} was packed for another k or n
     */
    public static void multiplyBatched(
            GemmShape shape,
            int batch,
            float[] a,
            int aOffset,
            int aStride,
            PackedMatrix b,
            float beta,
            float[] c,
            int cOffset,
            int cStride,
            Epilogue epilogue,
            WorkerPool pool) {
        Batch.check(batch, aStride, 0, cStride, shape);
        checkPacked(shape, b);
        long lastA = Batch.elements(batch, aStride, shape.elementsA());
        long lastC = Batch.elements(batch, cStride, shape.elementsC());
        Check.range("a", a, aOffset, lastA);
        Check.range("c", c, cOffset, lastC);
        Check.disjoint("c", c, cOffset, lastC, "a", a, aOffset, lastA);
        checkBias(shape, c, cOffset, lastC, epilogue);
        float alpha = b.isZero() ? 0f : 1f;
        runAll(
                shape, batch, alpha, a, aOffset, aStride, null, null, 0, 0, b, beta, c, cOffset, cStride, epilogue,
                pool);
    }

    /**
     * The same for a packed left-hand side, which all products share.
     *
     * @throws IllegalArgumentException as for plain matrices, and when {@code a} was packed for another m or k
     */
    public static void multiplyBatched(
            GemmShape shape,
            int batch,
            float alpha,
            PackedLeftMatrix a,
            float[] b,
            int bOffset,
            int bStride,
            float beta,
            float[] c,
            int cOffset,
            int cStride,
            Epilogue epilogue,
            WorkerPool pool) {
        Batch.check(batch, 0, bStride, cStride, shape);
        checkPacked(shape, a);
        long lastB = Batch.elements(batch, bStride, shape.elementsB());
        long lastC = Batch.elements(batch, cStride, shape.elementsC());
        Check.range("b", b, bOffset, lastB);
        Check.range("c", c, cOffset, lastC);
        Check.disjoint("c", c, cOffset, lastC, "b", b, bOffset, lastB);
        checkBias(shape, c, cOffset, lastC, epilogue);
        runAll(
                shape, batch, alpha, null, 0, 0, a, b, bOffset, bStride, null, beta, c, cOffset, cStride, epilogue,
                pool);
    }

    private static void runAll(
            GemmShape shape,
            int batch,
            float alpha,
            float[] a,
            int aOffset,
            int aStride,
            PackedLeftMatrix packedA,
            float[] b,
            int bOffset,
            int bStride,
            PackedMatrix packedB,
            float beta,
            float[] c,
            int cOffset,
            int cStride,
            Epilogue epilogue,
            WorkerPool pool) {
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (pool.threads() > 1 && batch >= pool.threads()) {
            pool.run(
                    batch,
                    (task, slot) -> run(
                            shape,
                            alpha,
                            a,
                            aOffset + task * aStride,
                            packedA,
                            b,
                            bOffset + task * bStride,
                            packedB,
                            beta,
                            c,
                            cOffset + task * cStride,
                            epilogue,
                            WorkerPool.CALLER));
            return;
        }
        for (int i = 0; i < batch; i++) {
            int left = aOffset + i * aStride;
            int right = bOffset + i * bStride;
            run(shape, alpha, a, left, packedA, b, right, packedB, beta, c, cOffset + i * cStride, epilogue, pool);
        }
    }

    /**
     * Which route a product with α = 1 takes, why, and what it costs, in one line for people: tiles, bytes copied on the
     * way, workspace, FLOPs. On one thread; several threads take the route of their part of C, with the same bits.
     */
    public static String explain(GemmShape shape) {
        Objects.requireNonNull(shape, "shape");
        return explainWith(shape, null, null);
    }

    /**
     * The same for a packed right-hand side.
     *
     * @throws IllegalArgumentException when {@code b} was packed for another k or n
     */
    public static String explain(GemmShape shape, PackedMatrix b) {
        checkPacked(shape, b);
        return explainWith(shape, null, b);
    }

    /**
     * The same for a packed left-hand side.
     *
     * @throws IllegalArgumentException when {@code a} was packed for another m or k
     */
    public static String explain(GemmShape shape, PackedLeftMatrix a) {
        checkPacked(shape, a);
        return explainWith(shape, a, null);
    }

    private static String explainWith(GemmShape s, PackedLeftMatrix packedA, PackedMatrix packedB) {
        var gemm = BlockedGemm.ofThread();
        gemm.left(null, 0, s.rowStrideA(), s.columnStrideA());
        if (packedA != null) {
            packedA.nameIn(gemm, 0);
        }
        if (packedB != null) {
            packedB.nameIn(gemm, 0);
        } else {
            gemm.right(1f, null, 0, s.rowStrideB(), s.columnStrideB());
        }
        gemm.into(null, 0, s.ldc(), Activation.IDENTITY);
        return gemm.explain(s.m(), s.n(), s.k()) + "; workspace 0 bytes (each thread keeps 1.9 MB); " + s.flops()
                + " FLOPs; " + s;
    }

    private static void checkPacked(GemmShape shape, PackedMatrix b) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(b, "b");
        Check.same("k", shape.k(), "rows of the packed b", b.rows());
        Check.same("n", shape.n(), "columns of the packed b", b.columns());
    }

    private static void checkPacked(GemmShape shape, PackedLeftMatrix a) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(a, "a");
        Check.same("m", shape.m(), "rows of the packed a", a.rows());
        Check.same("k", shape.k(), "columns of the packed a", a.columns());
    }

    private static void checkApartFromB(GemmShape shape, float[] b, int bOffset, float[] c, int cOffset) {
        Check.disjointBlocks(
                "c",
                c,
                cOffset,
                shape.n(),
                shape.ldc(),
                shape.elementsC(),
                "b",
                b,
                bOffset,
                shape.storedColumnsB(),
                shape.ldb(),
                shape.elementsB());
    }

    private static void checkOthers(
            GemmShape shape, float[] a, int aOffset, float[] c, int cOffset, Epilogue epilogue) {
        Check.range("a", a, aOffset, shape.elementsA());
        Check.range("c", c, cOffset, shape.elementsC());
        Check.disjointBlocks(
                "c",
                c,
                cOffset,
                shape.n(),
                shape.ldc(),
                shape.elementsC(),
                "a",
                a,
                aOffset,
                shape.storedColumnsA(),
                shape.lda(),
                shape.elementsA());
        checkBias(shape, c, cOffset, shape.elementsC(), epilogue);
    }

    private static void checkBias(GemmShape shape, float[] c, int cOffset, long elementsC, Epilogue epilogue) {
        Objects.requireNonNull(epilogue, "epilogue");
        if (epilogue.bias() != null) {
            int biases = epilogue.biasAlongM() ? shape.m() : shape.n();
            Check.range("bias", epilogue.bias(), epilogue.biasOffset(), biases);
            Check.disjoint("c", c, cOffset, elementsC, "bias", epilogue.bias(), epilogue.biasOffset(), biases);
        }
    }

    private static void run(
            GemmShape s,
            float alpha,
            float[] a,
            int aOffset,
            PackedLeftMatrix packedA,
            float[] b,
            int bOffset,
            PackedMatrix packedB,
            float beta,
            float[] c,
            int cOffset,
            Epilogue e,
            WorkerPool pool) {
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (s.m() == 0 || s.n() == 0) {
            return;
        }
        int depth = alpha == 0f ? 0 : s.k();
        Grid grid = pool.threads() == 1 ? null : grid(s, packedA, depth, pool.threads());
        if (grid == null || grid.count() == 1) {
            part(s, depth, 0, s.m(), 0, s.n(), alpha, a, aOffset, packedA, b, bOffset, packedB, beta, c, cOffset, e);
        } else {
            pool.run(
                    grid.count(),
                    (task, slot) -> part(
                            s,
                            depth,
                            grid.rowFrom(task),
                            grid.rowTo(task),
                            grid.columnFrom(task),
                            grid.columnTo(task),
                            alpha,
                            a,
                            aOffset,
                            packedA,
                            b,
                            bOffset,
                            packedB,
                            beta,
                            c,
                            cOffset,
                            e));
        }
    }

    private static Grid grid(GemmShape s, PackedLeftMatrix packedA, int depth, int threads) {
        return packedA == null ? Grid.of(s.m(), s.n(), depth, threads) : packedA.grid(s.n(), depth, threads);
    }

    /** Rows {@code [i, iTo)} and columns {@code [j, jTo)} of C. */
    private static void part(
            GemmShape s,
            int depth,
            int i,
            int iTo,
            int j,
            int jTo,
            float alpha,
            float[] a,
            int aOffset,
            PackedLeftMatrix packedA,
            float[] b,
            int bOffset,
            PackedMatrix packedB,
            float beta,
            float[] c,
            int cOffset,
            Epilogue e) {
        boolean inOrder = !s.transposeA() && (packedB == null ? !s.transposeB() : packedB.isInRows());
        boolean plain = alpha == 1f && beta == 0f && e.bias() == null && e.activation() == Activation.IDENTITY;
        if (packedA == null && inOrder && plain) {
            int left = aOffset + i * s.lda();
            float[] right = packedB == null ? b : packedB.inRows();
            int rightOffset = packedB == null ? bOffset + j : j;
            int ldb = packedB == null ? s.ldb() : packedB.stride();
            int out = cOffset + i * s.ldc() + j;
            if (BlockedGemm.direct(
                    iTo - i, jTo - j, depth, a, left, s.lda(), right, rightOffset, ldb, c, out, s.ldc())) {
                return;
            }
        }
        var gemm = BlockedGemm.ofThread();
        if (packedA != null) {
            packedA.nameIn(gemm, i);
        } else {
            gemm.left(a, aOffset + i * s.rowStrideA(), s.rowStrideA(), s.columnStrideA());
        }
        if (packedB != null) {
            packedB.nameIn(gemm, j);
        } else {
            gemm.right(alpha, b, bOffset + j * s.columnStrideB(), s.rowStrideB(), s.columnStrideB());
        }
        gemm.start(beta, e.bias(), e.biasOffset() + (e.biasAlongM() ? i : j), e.biasAlongM());
        gemm.into(c, cOffset + i * s.ldc() + j, s.ldc(), e.activation());
        gemm.run(iTo - i, jTo - j, depth);
    }
}
