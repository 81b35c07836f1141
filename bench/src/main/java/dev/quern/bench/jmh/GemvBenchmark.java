// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Products with a vector. */
public class GemvBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public GemvBenchmark() {
        super(Suite.GEMV);
    }
}
