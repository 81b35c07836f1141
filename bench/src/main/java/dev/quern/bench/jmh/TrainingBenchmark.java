// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** Steps of training LeNet-5. */
public class TrainingBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public TrainingBenchmark() {
        super(Suite.TRAINING);
    }
}
