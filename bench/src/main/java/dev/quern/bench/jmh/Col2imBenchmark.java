// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** The adjoint of im2col. */
public class Col2imBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public Col2imBenchmark() {
        super(Suite.COL2IM);
    }
}
