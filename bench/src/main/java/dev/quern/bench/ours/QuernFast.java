// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.kernels.conv.ConvAlgorithm;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.conv.NumericClass;

/** Prepared convolutions of class {@link NumericClass#FAST}, where that is another algorithm than the exact one. */
public final class QuernFast implements Contestant {
    @Override
    public String impl() {
        return "quern-fast";
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        if (suite != Suite.CONV || ConvCase.parse(kase).kind() == ConvCase.Kind.TRANSPOSED) {
            return false;
        }
        var shape = ConvCase.parse(kase).shape(Layout.NHWC);
        return ConvAlgorithm.fastest(NumericClass.FAST, shape).numericClass() != NumericClass.EXACT;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return ConvCalls.prepared(ConvCase.parse(kase), NumericClass.FAST, threads);
    }
}
