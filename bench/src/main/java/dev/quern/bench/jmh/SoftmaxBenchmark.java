// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Softmax over rows. */
public class SoftmaxBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public SoftmaxBenchmark() {
        super(Suite.SOFTMAX);
    }
}
