// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm;

import dev.quern.kernels.check.Check;

/**
 * Sizes and storage of a matrix product {@code C ← α·op(A)·op(B) + β·C}: op(A) is m × k, op(B) is k × n, C is m × n.
 * All three are row-major with a leading dimension, the distance between the starts of two rows as they are stored.
 * Computes and checks every size once; made once, used for any number of calls.
 *
 * @param m rows of op(A) and C
 * @param n columns of op(B) and C
 * @param k columns of op(A), rows of op(B)
 * @param transposeA op(A) = Aᵀ: A is stored as k × m
 * @param transposeB op(B) = Bᵀ: B is stored as n × k
 * @param lda leading dimension of A, at least the columns that it stores
 * @param ldb leading dimension of B, likewise
 * @param ldc leading dimension of C, at least n
 */
public record GemmShape(int m, int n, int k, boolean transposeA, boolean transposeB, int lda, int ldb, int ldc) {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException when a size is negative, a leading dimension too small, or a matrix larger than
     *     2³¹-1 elements
     */
    public GemmShape {
        Check.notNegative("m", m);
        Check.notNegative("n", n);
        Check.notNegative("k", k);
        Check.atLeast("lda", lda, Math.max(1, transposeA ? m : k));
        Check.atLeast("ldb", ldb, Math.max(1, transposeB ? k : n));
        Check.atLeast("ldc", ldc, Math.max(1, n));
        Check.product("m·k", m, k);
        Check.product("k·n", k, n);
        Check.product("m·n", m, n);
        Check.product(transposeA ? "k·lda" : "m·lda", transposeA ? k : m, lda);
        Check.product(transposeB ? "n·ldb" : "k·ldb", transposeB ? n : k, ldb);
        Check.product("m·ldc", m, ldc);
    }

    /** A product of tight, untransposed matrices. */
    public static GemmShape of(int m, int n, int k) {
        return tight(m, n, k, false, false);
    }

    /** The same product with A or B stored transposed, both tight. */
    public GemmShape withTransposes(boolean a, boolean b) {
        return tight(m, n, k, a, b);
    }

    /** The same product inside larger matrices. */
    public GemmShape withLeadingDimensions(int newLda, int newLdb, int newLdc) {
        return new GemmShape(m, n, k, transposeA, transposeB, newLda, newLdb, newLdc);
    }

    private static GemmShape tight(int m, int n, int k, boolean a, boolean b) {
        return new GemmShape(m, n, k, a, b, Math.max(1, a ? m : k), Math.max(1, b ? k : n), Math.max(1, n));
    }

    /** Floating-point operations of the product, {@code 2·m·n·k}. */
    public long flops() {
        return 2L * m * n * k;
    }

    /** Elements from the first to the last of A; an array must hold as many from its offset on. */
    public int elementsA() {
        return transposeA ? span(k, m, lda) : span(m, k, lda);
    }

    /** Elements from the first to the last of B. */
    public int elementsB() {
        return transposeB ? span(n, k, ldb) : span(k, n, ldb);
    }

    /** Elements from the first to the last of C. */
    public int elementsC() {
        return span(m, n, ldc);
    }

    /** Columns of A as it is stored. */
    int storedColumnsA() {
        return transposeA ? m : k;
    }

    /** Columns of B as it is stored. */
    int storedColumnsB() {
        return transposeB ? k : n;
    }

    int rowStrideA() {
        return transposeA ? 1 : lda;
    }

    int columnStrideA() {
        return transposeA ? lda : 1;
    }

    int rowStrideB() {
        return transposeB ? 1 : ldb;
    }

    int columnStrideB() {
        return transposeB ? ldb : 1;
    }

    private static int span(int rows, int columns, int leadingDimension) {
        return rows == 0 || columns == 0 ? 0 : (rows - 1) * leadingDimension + columns;
    }
}
