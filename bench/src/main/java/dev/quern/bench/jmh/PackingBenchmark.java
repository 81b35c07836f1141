// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Packing B for a product. */
public class PackingBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public PackingBenchmark() {
        super(Suite.PACKING);
    }
}
