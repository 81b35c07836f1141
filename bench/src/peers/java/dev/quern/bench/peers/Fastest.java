// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.Work;

/** Of several ways to compute the same in a library, the one that its user would keep after trying them. */
final class Fastest {
    private static final int MOST_ROUNDS = 500;
    private static final int FEWEST_ROUNDS = 5;
    private static final long NANOS = 200_000_000;

    private Fastest() {}

    /** Runs all in turn for a while; keeps the one with the shortest run, closes the others. */
    static Work of(Work... ways) throws Exception {
        long[] best = new long[ways.length];
        long start = System.nanoTime();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            if (round >= FEWEST_ROUNDS && System.nanoTime() - start > NANOS) {
                break;
            }
            for (int i = 0; i < ways.length; i++) {
                long before = System.nanoTime();
                ways[i].run();
                long nanos = System.nanoTime() - before;
                best[i] = round == 0 ? nanos : Math.min(best[i], nanos);
            }
        }
        int winner = 0;
        for (int i = 1; i < ways.length; i++) {
            winner = best[i] < best[winner] ? i : winner;
        }
        for (int i = 0; i < ways.length; i++) {
            if (i != winner) {
                ways[i].close();
            }
        }
        return ways[winner];
    }
}
