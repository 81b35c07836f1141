// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import java.util.Arrays;

/** Percentiles of samples, on the straight line between neighbours. */
final class Percentiles {
    private Percentiles() {}

    /** The value below which a share of the samples lies. */
    static double of(double[] samples, double share) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
