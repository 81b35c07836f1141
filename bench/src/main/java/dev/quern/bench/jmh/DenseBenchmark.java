// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Dense layers with bias and ReLU. */
public class DenseBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public DenseBenchmark() {
        super(Suite.DENSE);
    }
}
