// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * One measured figure. {@code report.json} is a flat array of these, with exactly these keys.
 *
 * @param suite what was measured, such as {@code gemm}
 * @param kase the shape; its key is {@code case}
 * @param impl who computed it: {@code quern} and its variants, or a peer
 * @param threads threads that the contestant was allowed
 * @param mode {@code polluted}, {@code fresh} or {@code process}
 * @param value the median over the samples of all rounds
 * @param unit unit of value, p10 and p90
 * @param p10 tenth percentile, at most the value
 * @param p90 ninetieth percentile, at least the value
 * @param shareOfLimit median over the samples of their share of what the machine's FMA units or memory allow for the
 *     direct algorithm on float32, where known by the peak beside each sample; so it may exceed 1 with fewer
 *     multiplications or half-size weights; 0 where no limit applies
 * @param verified whether the result was compared with the reference before it was timed
 */
@JsonPropertyOrder({
    "suite",
    "case",
    "impl",
    "threads",
    "mode",
    "value",
    "unit",
    "p10",
    "p90",
    "share_of_limit",
    "verified"
})
public record Row(
        String suite,
        @JsonProperty("case") String kase,
        String impl,
        int threads,
        String mode,
        double value,
        String unit,
        double p10,
        double p90,
        @JsonProperty("share_of_limit") double shareOfLimit,
        boolean verified) {

    /** Refuses figures that no measurement gives. */
    public Row {
        if (!(p10 <= value && value <= p90) || !Double.isFinite(p10) || !Double.isFinite(p90)) {
            throw new IllegalArgumentException("p10 " + p10 + ", value " + value + ", p90 " + p90 + " of " + suite + " "
                    + kase + " " + impl + " must be finite and ascending");
        }
        if (!Double.isFinite(shareOfLimit) || shareOfLimit < 0) {
            throw new IllegalArgumentException(
                    "share_of_limit " + shareOfLimit + " of " + suite + " " + kase + " " + impl + " must be 0 or more");
        }
    }

    /** What makes a row the same figure in two reports. */
    public Key key() {
        return new Key(suite, kase, impl, threads, mode, unit);
    }

    /** The same measurement of any contestant: two rows with equal contests may be compared. */
    public Contest contest() {
        return new Contest(suite, kase, threads, mode, unit);
    }

    /** Whether a smaller value is the better one: times and sizes, as opposed to work per time. */
    public boolean lowerIsBetter() {
        return lowerIsBetter(unit);
    }

    /** Whether the figure is a size, such as peak memory, which says nothing about speed. */
    @JsonIgnore
    public boolean isSize() {
        return isSize(unit);
    }

    static boolean lowerIsBetter(String unit) {
        return isSize(unit) || List.of("ns", "us", "µs", "ms", "s").contains(unit);
    }

    private static boolean isSize(String unit) {
        return List.of("B", "KB", "MB", "KiB", "MiB", "B/op").contains(unit);
    }

    /** Identity of a row. */
    public record Key(String suite, String kase, String impl, int threads, String mode, String unit) {
        @Override
        public String toString() {
            return suite + " " + kase + " " + impl + " threads=" + threads + " " + mode + " " + unit;
        }
    }

    /** Identity of a measurement without its contestant. */
    public record Contest(String suite, String kase, int threads, String mode, String unit) {}
}
