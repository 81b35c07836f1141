// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Batch normalisation. */
public class NormBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public NormBenchmark() {
        super(Suite.NORM);
    }
}
