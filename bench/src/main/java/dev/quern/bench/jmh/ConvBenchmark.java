// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Convolution with bias. */
public class ConvBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public ConvBenchmark() {
        super(Suite.CONV);
    }
}
