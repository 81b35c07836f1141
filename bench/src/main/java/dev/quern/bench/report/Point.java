// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A point of the roofline.
 *
 * @param flopsPerByte arithmetic intensity: FLOPs of the direct algorithm over the bytes of all operands, each once
 * @param gflops the median
 */
public record Point(
        String suite,
        @JsonProperty("case") String kase,
        String impl,
        int threads,
        @JsonProperty("flops_per_byte") double flopsPerByte,
        double gflops) {}
