// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

/** One case of a suite: what is computed, on which inputs, and how much work that is. Its text is its name. */
public interface Case {
    /** Floating-point operations of one call, on the direct algorithm whatever the algorithm is; 0 where none are counted. */
    double flops();

    /** Bytes that one call cannot help moving: every operand read once, every result written once. */
    double bytes();

    /** Images of one call; 0 where there are none. */
    default int images() {
        return 0;
    }
}
