// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.Work;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Of several ways to compute the same in a library, the one that its user would keep after trying them. */
final class Fastest {
    private static final int MOST_ROUNDS = 500;
    private static final int FEWEST_ROUNDS = 5;
    private static final long NANOS = 200_000_000;
    private static final Map<String, Integer> WINNERS = new ConcurrentHashMap<>();

    private Fastest() {}

    /** Makes a computation ready in one way. */
    interface Way {
        Work prepare() throws Exception;
    }

    /**
     * Prepares the fastest way. The first time that {@code what} is asked for in a process, all run in turn for a while,
     * and the one with the shortest run wins.
     */
    static Work of(String what, Way... ways) throws Exception {
        Integer winner = WINNERS.get(what);
        if (winner == null) {
            winner = race(ways);
            WINNERS.put(what, winner);
        }
        return ways[winner].prepare();
    }

    private static int race(Way... ways) throws Exception {
        Work[] runners = new Work[ways.length];
        try {
            for (int i = 0; i < ways.length; i++) {
                runners[i] = ways[i].prepare();
            }
            return race(runners);
        } finally {
            for (Work runner : runners) {
                if (runner != null) {
                    runner.close();
                }
            }
        }
    }

    private static int race(Work... runners) throws Exception {
        long[] best = new long[runners.length];
        long start = System.nanoTime();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            if (round >= FEWEST_ROUNDS && System.nanoTime() - start > NANOS) {
                break;
            }
            for (int i = 0; i < runners.length; i++) {
                long before = System.nanoTime();
                runners[i].run();
                long nanos = System.nanoTime() - before;
                best[i] = round == 0 ? nanos : Math.min(best[i], nanos);
            }
        }
        int winner = 0;
        for (int i = 1; i < best.length; i++) {
            winner = best[i] < best[winner] ? i : winner;
        }
        return winner;
    }
}
