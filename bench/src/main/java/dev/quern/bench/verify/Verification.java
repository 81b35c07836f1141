// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;

/** Proves an answer before its speed. */
public final class Verification {
    /** A result of no more elements is compared whole; of a larger one at least this many of them, evenly spread. */
    static final int SAMPLE = 4096;

    private Verification() {}

    /** A contestant computed something else than the reference. */
    public static final class WrongResultException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        WrongResultException(String message) {
            super(message);
        }
    }

    /**
     * Compares what the last run of {@code work} computed with the reference.
     *
     * @throws WrongResultException naming suite, case, contestant, element and both values where they differ
     */
    public static void check(Contestant contestant, Suite suite, String kase, Work work) throws Exception {
        String who = suite + " " + kase + " by " + contestant.impl();
        float[] result = work.result();
        Expected expected = Expectations.of(suite, kase, contestant.weights());
        if (result.length != expected.length()) {
            throw new WrongResultException(
                    who + ": " + result.length + " elements, the reference has " + expected.length());
        }
        // What the reference has computed whole costs no more to compare whole.
        int step = expected instanceof Whole ? 1 : step(result.length);
        for (int i = 0; i < result.length; i += step) {
            double want = expected.at(i);
            double bound = contestant.exact() ? expected.exactBound(i) : expected.bound(i);
            boolean right = bound == 0
                    ? Float.floatToIntBits(result[i]) == Float.floatToIntBits((float) want)
                    : Math.abs(result[i] - want) <= bound;
            if (!right) {
                throw new WrongResultException(who + ": element " + i + " is " + result[i] + ", the reference gives "
                        + want + (bound == 0 ? "" : ", allowed difference " + bound));
            }
        }
    }

    /** Has no common factor with the length, so that it visits every column of a matrix that has fewer than samples. */
    static int step(int length) {
        int step = Math.max(1, length / SAMPLE);
        while (gcd(length, step) > 1) {
            step--;
        }
        return step;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
