// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Peer;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/** EJML's dense row-major products; on more than one thread those of its {@code _MT_} class. */
public final class EjmlContestant implements Peer {
    /** Loads nothing yet. */
    public EjmlContestant() {}

    @Override
    public String impl() {
        return "ejml";
    }

    @Override
    public boolean forScale() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        // Its matrices have no gaps.
        return (suite == Suite.GEMM || suite == Suite.GEMV)
                && GemmCase.parse(kase).leading() == 0;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        GemmCase s = GemmCase.parse(kase);
        FMatrixRMaj a = s.transposeA() ? wrap(s.k(), s.m(), s.a()) : wrap(s.m(), s.k(), s.a());
        FMatrixRMaj b = s.transposeB() ? wrap(s.n(), s.k(), s.b()) : wrap(s.k(), s.n(), s.b());
        FMatrixRMaj c = new FMatrixRMaj(s.m(), s.n());
        EjmlConcurrency.setMaxThreads(threads);
        return new ArrayWork(threads == 1 ? oneThread(s, a, b, c) : manyThreads(s, a, b, c), c.data);
    }

    private static FMatrixRMaj wrap(int rows, int columns, float[] data) {
        return FMatrixRMaj.wrap(rows, columns, data);
    }

    private static Runnable oneThread(GemmCase s, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        if (s.transposeA()) {
            return s.transposeB()
                    ? () -> CommonOps_FDRM.multTransAB(a, b, c)
                    : () -> CommonOps_FDRM.multTransA(a, b, c);
        }
        return s.transposeB() ? () -> CommonOps_FDRM.multTransB(a, b, c) : () -> CommonOps_FDRM.mult(a, b, c);
    }

    private static Runnable manyThreads(GemmCase s, FMatrixRMaj a, FMatrixRMaj b, FMatrixRMaj c) {
        if (s.transposeA()) {
            return s.transposeB()
                    ? () -> CommonOps_MT_FDRM.multTransAB(a, b, c)
                    : () -> CommonOps_MT_FDRM.multTransA(a, b, c);
        }
        return s.transposeB() ? () -> CommonOps_MT_FDRM.multTransB(a, b, c) : () -> CommonOps_MT_FDRM.mult(a, b, c);
    }
}
