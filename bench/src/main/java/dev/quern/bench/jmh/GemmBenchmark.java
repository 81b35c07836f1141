// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** C = A·B. */
public class GemmBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public GemmBenchmark() {
        super(Suite.GEMM);
    }
}
