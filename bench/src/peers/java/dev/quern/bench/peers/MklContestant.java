// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.mkl.global.mkl_rt;

/** Intel oneMKL, the build of {@code org.bytedeco:mkl}. Not in one process with OpenBLAS. */
public final class MklContestant extends CblasContestant {
    /** Loads nothing yet. */
    public MklContestant() {
        super("mkl", new Library());
    }

    private static final class Library implements Cblas {
        @Override
        public void load(int threads) {
            Loader.load(mkl_rt.class);
            mkl_rt.MKL_Set_Num_Threads(threads);
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
            mkl_rt.cblas_sgemm(ROW_MAJOR, opA, opB, m, n, k, 1f, a, lda, b, ldb, 0f, c, n);
        }

        @Override
        public void sgemv(int op, int rows, int columns, FloatPointer a, FloatPointer x, FloatPointer y) {
            mkl_rt.cblas_sgemv(ROW_MAJOR, op, rows, columns, 1f, a, columns, x, 1, 0f, y, 1);
        }
    }
}
