// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.bench.contest.Suite;

/** The same code in a process without the vector module. */
public final class QuernScalar extends Quern {
    private static final double MOST_FLOPS = 3e8;

    @Override
    public String impl() {
        return "quern-scalar";
    }

    @Override
    public boolean vectorModule() {
        return false;
    }

    @Override
    public boolean forScale() {
        return true;
    }

    @Override
    public boolean offers(Suite suite, String kase) {
        return suite != Suite.STARTUP
                && super.offers(suite, kase)
                && suite.parse(kase).flops() <= MOST_FLOPS;
    }
}
