// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

/**
 * How long is measured.
 *
 * @param pollutionMillis each case of a suite runs at least so long, twice, before anything is timed
 * @param warmupMillis of a case in a round
 * @param iterations samples of a case in a round
 * @param iterationMillis of one sample
 */
record Pace(int pollutionMillis, int warmupMillis, int iterations, int iterationMillis) {
    static final Pace FULL = new Pace(100, 1000, 5, 200);
    static final Pace QUICK = new Pace(40, 100, 4, 50);

    static Pace parse(String text) {
        String[] parts = text.split("/");
        return new Pace(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]));
    }

    @Override
    public String toString() {
        return pollutionMillis + "/" + warmupMillis + "/" + iterations + "/" + iterationMillis;
    }
}
