// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** The column matrix of a convolution's source. */
public class Im2colBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public Im2colBenchmark() {
        super(Suite.IM2COL);
    }
}
