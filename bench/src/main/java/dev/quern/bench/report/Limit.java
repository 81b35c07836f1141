// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

/**
 * What the machine can do at most, measured in the same run.
 *
 * @param name {@code fma-peak}, {@code copy-L1}, {@code copy-L2}, {@code copy-L3}, {@code copy-memory} or
 *     {@code triad-memory}
 * @param threads threads that measured it
 * @param value median
 * @param unit {@code GFLOP/s} or {@code GB/s}
 */
public record Limit(String name, int threads, double value, String unit) {}
