// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Peer;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A native BLAS through JavaCPP, called on native memory that was filled beforehand. Where M or N is 1 and nothing has gaps the call is
 * {@code sgemv}: OpenBLAS's {@code sgemm} is slow there, and a caller who knows his shape takes the better of the two.
 * Neither operand is packed beforehand.
 */
abstract class CblasContestant implements Peer {
    private final String impl;
    private final Cblas blas;

    CblasContestant(String impl, Cblas blas) {
        this.impl = impl;
        this.blas = blas;
    }

    @Override
    public String impl() {
        return impl;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return suite == Suite.GEMM || suite == Suite.GEMV;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) throws PeerUnavailableException {
        try {
            blas.load(threads);
        } catch (LinkageError e) {
            throw new PeerUnavailableException(impl, e);
        }
        return new Product(blas, GemmCase.parse(kase));
    }

    private static final class Product implements Work {
        private final FloatPointer a;
        private final FloatPointer b;
        private final FloatPointer c;
        private final Runnable call;

        Product(Cblas blas, GemmCase s) {
            a = new FloatPointer(s.a());
            b = new FloatPointer(s.b());
            c = new FloatPointer((long) s.m() * s.n());
            boolean tight = s.leading() == 0;
            if (tight && s.n() == 1) {
                call = matrixTimesVector(blas, s.transposeA(), s.m(), s.k(), a, b);
            } else if (tight && s.m() == 1) {
                // The row c = a·B is the column c = Bᵀ·a.
                call = matrixTimesVector(blas, !s.transposeB(), s.n(), s.k(), b, a);
            } else {
                int opA = s.transposeA() ? Cblas.TRANSPOSED : Cblas.PLAIN;
                int opB = s.transposeB() ? Cblas.TRANSPOSED : Cblas.PLAIN;
                int lda = s.shape().lda();
                int ldb = s.shape().ldb();
                call = () -> blas.sgemm(opA, opB, s.m(), s.n(), s.k(), a, lda, b, ldb, c);
            }
        }

        /** {@code c ← M·x} with {@code outputs × length} M, which is stored the other way round when transposed. */
        private Runnable matrixTimesVector(
                Cblas blas, boolean transposed, int outputs, int length, FloatPointer matrix, FloatPointer x) {
            return transposed
                    ? () -> blas.sgemv(Cblas.TRANSPOSED, length, outputs, matrix, x, c)
                    : () -> blas.sgemv(Cblas.PLAIN, outputs, length, matrix, x, c);
        }

        @Override
        public void run() {
            call.run();
        }

        @Override
        public float[] result() {
            float[] values = new float[Math.toIntExact(c.limit())];
            c.get(values);
            return values;
        }

        @Override
        public void close() {
            a.close();
            b.close();
            c.close();
        }
    }
}
