// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How many times as fast as the best peer one of our contestants is; above 1 we are ahead, also where a smaller value
 * is the better one.
 *
 * @param peer the best peer of this case, by median over the whole run
 */
public record Ratio(
        String suite,
        @JsonProperty("case") String kase,
        String impl,
        int threads,
        String mode,
        String unit,
        String peer,
        double ratio) {

    boolean belongsTo(Row row) {
        return row.impl().equals(impl) && sameContest(row);
    }

    boolean sameContest(Row row) {
        return row.contest().equals(new Row.Contest(suite, kase, threads, mode, unit));
    }
}
