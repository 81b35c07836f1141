// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;

/** Products whose right-hand side was packed before, as weights are. */
public final class QuernPrepacked implements Contestant {
    @Override
    public String impl() {
        return "quern-prepacked";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return suite == Suite.GEMM || suite == Suite.GEMV || suite == Suite.DENSE;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return suite == Suite.DENSE
                ? ProductCalls.prepacked(DenseCase.parse(kase), threads)
                : ProductCalls.prepacked(GemmCase.parse(kase), threads);
    }
}
