// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Suite;

/** The gradient of a convolution with respect to its source. */
public class ConvBackwardDataBenchmark extends ContestBenchmark {
    /** Made by JMH. */
    public ConvBackwardDataBenchmark() {
        super(Suite.CONV_BACKWARD_DATA);
    }
}
