// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Inference with LeNet-5. */
public class LatencyBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public LatencyBenchmark() {
        super(Suite.LATENCY);
    }
}
