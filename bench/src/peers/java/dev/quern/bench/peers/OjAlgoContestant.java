// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Peer;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import org.ojalgo.OjAlgoUtils;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R032Store;

/**
 * ojAlgo's store of primitive floats. Its stores are column-major, so the row-major {@code C = A·B} is asked for as
 * {@code Cᵀ = Bᵀ·Aᵀ}: the same arrays, no copy; a transposed operand is a view, which its multiplication knows.
 */
public final class OjAlgoContestant implements Peer {
    /** Loads nothing yet. */
    public OjAlgoContestant() {}

    @Override
    public String impl() {
        return "ojalgo";
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
        OjAlgoUtils.limitThreadsTo(threads);
        GemmCase s = GemmCase.parse(kase);
        MatrixStore<Double> a = store(s.a(), s.transposeA(), s.k(), s.m());
        MatrixStore<Double> b = store(s.b(), s.transposeB(), s.n(), s.k());
        float[] c = new float[s.m() * s.n()];
        R032Store target = R032Store.wrap(c, s.n());
        return new ArrayWork(() -> target.fillByMultiplying(b, a), c);
    }

    /** {@code rows × columns} in column-major order, or the transpose of such a matrix of the other shape. */
    private static MatrixStore<Double> store(float[] data, boolean transposed, int rows, int columns) {
        return transposed
                ? R032Store.wrap(data, columns).transpose()
                : R032Store.wrap(data, rows);
    }
}
