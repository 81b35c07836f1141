// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Maxima and averages over windows. */
public class PoolingBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public PoolingBenchmark() {
        super(Suite.POOLING);
    }
}
