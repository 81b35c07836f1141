// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;

/** Runs a contestant twice and compares what it left with the plain loops. */
final class Agreement {
    private Agreement() {}

    /** @param line a suite and a case, separated by a blank */
    static void check(Contestant contestant, String line, int threads) throws Exception {
        String[] words = line.split(" ");
        Suite suite = Suite.of(words[0]);
        assertTrue(contestant.offers(suite, words[1]), contestant.impl() + " offers " + line);
        Expected expected = Expected.of(suite, words[1]);
        try (Work work = contestant.prepare(suite, words[1], threads)) {
            work.run();
            work.run();
            float[] result = work.result();
            assertEquals(expected.values().length, result.length, line);
            for (int i = 0; i < result.length; i++) {
                // Not the other way round: NaN is not near anything.
                boolean near = Math.abs(result[i] - expected.values()[i]) <= expected.bounds()[i];
                int at = i;
                assertTrue(
                        near,
                        () -> contestant.impl() + " " + line + ": element " + at + " is " + result[at] + ", expected "
                                + expected.values()[at] + " within " + expected.bounds()[at]);
            }
        }
    }
}
