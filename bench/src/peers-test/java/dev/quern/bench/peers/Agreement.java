// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.bench.verify.Verification;

/** Runs a contestant twice and has its result checked as the benchmarks have it. */
final class Agreement {
    private Agreement() {}

    /** @param line a suite and a case, separated by a blank */
    static void check(Contestant contestant, String line, int threads) throws Exception {
        String[] words = line.split(" ");
        Suite suite = Suite.of(words[0]);
        assertTrue(contestant.offers(suite, words[1]), contestant.impl() + " offers " + line);
        try (Work work = contestant.prepare(suite, words[1], threads)) {
            work.run();
            work.run();
            Verification.check(contestant, suite, words[1], work);
        }
    }
}
