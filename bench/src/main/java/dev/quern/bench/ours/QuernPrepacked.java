// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.DenseCase;
import dev.quern.bench.contest.GemmCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.NumericClass;

/** Products and convolutions whose weights were packed before. */
public class QuernPrepacked implements Contestant {
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
        return suite == Suite.CONV && ConvCase.parse(kase).kind() != ConvCase.Kind.TRANSPOSED
                || suite == Suite.GEMM
                || suite == Suite.GEMV
                || suite == Suite.DENSE;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return switch (suite) {
            case CONV -> ConvCalls.prepared(ConvCase.parse(kase), NumericClass.EXACT, threads);
            case DENSE -> ProductCalls.prepacked(DenseCase.parse(kase), weights(), threads);
            default -> ProductCalls.prepacked(GemmCase.parse(kase), weights(), threads);
        };
    }
}
