// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.check.Check;

/** What all losses check that compare a prediction with a target element by element. */
final class PairChecks {
    private PairChecks() {}

    static void arrays(
            int n,
            String predictionName,
            float[] prediction,
            int predictionOffset,
            float[] target,
            int targetOffset,
            float[] gradient,
            int gradientOffset) {
        Check.notNegative("n", n);
        Check.range(predictionName, prediction, predictionOffset, n);
        Check.range("target", target, targetOffset, n);
        Check.range("gradient", gradient, gradientOffset, n);
        Check.disjoint("gradient", gradient, gradientOffset, n, predictionName, prediction, predictionOffset, n);
        Check.disjoint("gradient", gradient, gradientOffset, n, "target", target, targetOffset, n);
    }
}
