// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/** OpenBLAS (openblas.net), the build of {@code org.bytedeco:openblas}. Not in one process with MKL. */
public final class OpenBlasContestant extends CblasContestant {
    /** Loads nothing yet. */
    public OpenBlasContestant() {
        super("openblas", new Library());
    }

    private static final class Library implements Cblas {
        @Override
        public void load(int threads) {
            Loader.load(openblas_nolapack.class);
            openblas_nolapack.blas_set_num_threads(threads);
        }

        @Override
        public void sgemm(
                int opA,
                int opB,
                int m,
                int n,
                int k,
                FloatPointer a,
                int lda,
                FloatPointer b,
                int ldb,
                FloatPointer c) {
            openblas_nolapack.cblas_sgemm(ROW_MAJOR, opA, opB, m, n, k, 1f, a, lda, b, ldb, 0f, c, n);
        }

        @Override
        public void sgemv(int op, int rows, int columns, FloatPointer a, FloatPointer x, FloatPointer y) {
            openblas_nolapack.cblas_sgemv(ROW_MAJOR, op, rows, columns, 1f, a, columns, x, 1, 0f, y, 1);
        }
    }
}
