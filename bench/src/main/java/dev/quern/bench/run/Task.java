// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import java.util.List;

/**
 * What one process measures.
 *
 * @param round counted from 0
 * @param reportedSuite the suite in the report: that of the cases, or cliff
 * @param suite that of the cases
 * @param contestant who
 * @param threads how many it may use
 * @param mode fresh or polluted
 * @param pollution cases that run before anything is timed; of a fresh one only its own
 * @param cases what is timed
 */
record Task(
        int round,
        Suite reportedSuite,
        Suite suite,
        Contestant contestant,
        int threads,
        String mode,
        List<String> pollution,
        List<String> cases) {
    static final String POLLUTED = "polluted";
    static final String FRESH = "fresh";
    static final String PROCESS = "process";

    /** The name of a case in the report. */
    String reported(String kase) {
        return reportedSuite == Suite.CLIFF ? suite.label() + ":" + kase : kase;
    }

    @Override
    public String toString() {
        return "round " + (round + 1) + ", " + reportedSuite + ", " + contestant.impl() + ", " + mode + ", threads "
                + threads;
    }
}
