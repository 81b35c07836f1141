// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** One function of each element, and its gradient. */
public class ActivationsBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public ActivationsBenchmark() {
        super(Suite.ACTIVATIONS);
    }
}
