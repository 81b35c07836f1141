// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.ludovic.netlib.blas.JavaBLAS;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Peer;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;

/**
 * {@code dev.ludovic.netlib:blas}, the pure-Java BLAS that uses the Vector API where its module is resolved. It is
 * column-major as Fortran is, so the row-major {@code C = A·B} is asked for as {@code Cᵀ = Bᵀ·Aᵀ}: the same arrays, no copy.
 * Where M or N is 1 and nothing has gaps the call is {@code sgemv}.
 */
public final class NetlibContestant implements Peer {
    /** Loads nothing yet. */
    public NetlibContestant() {}

    @Override
    public String impl() {
        return "netlib";
    }

    @Override
    public boolean forScale() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return suite == Suite.GEMM || suite == Suite.GEMV;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) throws PeerUnavailableException {
        if (threads != 1) {
            throw new PeerUnavailableException("netlib's BLAS in Java runs on one thread only.");
        }
        JavaBLAS blas = JavaBLAS.getInstance();
        GemmCase s = GemmCase.parse(kase);
        float[] a = s.a();
        float[] b = s.b();
        float[] c = new float[s.m() * s.n()];
        String opA = s.transposeA() ? "T" : "N";
        String opB = s.transposeB() ? "T" : "N";
        int lda = s.shape().lda();
        int ldb = s.shape().ldb();
        boolean tight = s.leading() == 0;
        if (tight && s.n() == 1) {
            String op = s.transposeA() ? "N" : "T";
            return new ArrayWork(() -> blas.sgemv(op, lda, s.m() * s.k() / lda, 1f, a, lda, b, 1, 0f, c, 1), c);
        }
        if (tight && s.m() == 1) {
            return new ArrayWork(() -> blas.sgemv(opB, ldb, s.n() * s.k() / ldb, 1f, b, ldb, a, 1, 0f, c, 1), c);
        }
        return new ArrayWork(
                () -> blas.sgemm(opB, opA, s.n(), s.m(), s.k(), 1f, b, ldb, a, lda, 0f, c, s.n()), c);
    }
}
