// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The two CBLAS routines the report calls, {@code alpha = 1}, {@code beta = 0}, row-major. Numbers of the C interface are
 * from the reference CBLAS, {@code cblas.h}.
 */
interface Cblas {
    int ROW_MAJOR = 101;
    int PLAIN = 111;
    int TRANSPOSED = 112;

    /** Loads the library and fixes its number of threads. */
    void load(int threads);

    /** {@code C ← op(A)·op(B)}. */
    void sgemm(
            int opA, int opB, int m, int n, int k, FloatPointer a, int lda, FloatPointer b, int ldb, FloatPointer c);

    /** {@code y ← op(A)·x} for the row-major {@code rows × columns} matrix A. */
    void sgemv(int op, int rows, int columns, FloatPointer a, FloatPointer x, FloatPointer y);
}
