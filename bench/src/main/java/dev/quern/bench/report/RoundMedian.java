// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

/**
 * The median of one contestant in one round. Contestants of a round run within the same minutes, so their quotient is
 * steadier than that of medians over a whole run during which the clock drifts.
 */
public record RoundMedian(
        int round, String suite, String kase, String impl, int threads, String mode, String unit, double value) {

    Row.Contest contest() {
        return new Row.Contest(suite, kase, threads, mode, unit);
    }
}
