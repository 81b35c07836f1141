// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** What zeros add to a chain: a zero of either sign, or NaN where a weight is infinite or NaN. */
public final class ZeroSumVector {
    private ZeroSumVector() {}

    /** {@code to[k] ← to[k] + Σ_t 0 · w[t][k]} for a vector of output channels, in one chain over n rows of weights. */
    public static void add(int n, float[] w, int wOffset, int wStride, float[] to, int at) {
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, to, at);
        for (int t = 0; t < n; t++) {
            sum = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + t * wStride).fma(zero, sum);
        }
        sum.intoArray(to, at);
    }
}
