// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

/**
 * A contestant that did not take part in a suite.
 *
 * @param reason one sentence
 */
public record Absent(String impl, String suite, String reason) {}
