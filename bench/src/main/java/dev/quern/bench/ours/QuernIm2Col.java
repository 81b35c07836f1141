// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.ConvCase;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;

/** Convolution by way of the whole column matrix. */
public final class QuernIm2Col implements Contestant {
    @Override
    public String impl() {
        return "quern-im2col";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return suite == Suite.CONV && ConvCase.parse(kase).kind() == ConvCase.Kind.PLAIN;
    }

    @Override
    public Work prepare(Suite suite, String kase, int threads) {
        return ConvCalls.byColumns(ConvCase.parse(kase), threads);
    }
}
