// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.reduce;

import dev.quern.kernels.vector.VectorSupport;

/**
 * The largest of many floats: m starts from -∞, and every x &gt; m takes its place. A NaN is never larger, so it is passed
 * over; where both zeros are the largest, either may be the result.
 */
public final class Maximum {
    private Maximum() {}

    /** The largest of {@code x[offset] … x[offset + n - 1]}; -∞ when there is none. */
    public static float of(int n, float[] x, int offset) {
        return VectorSupport.ENABLED ? MaximumVector.of(n, x, offset) : above(Float.NEGATIVE_INFINITY, n, x, offset);
    }

    /** The largest of {@code floor} and the given floats. */
    static float above(float floor, int n, float[] x, int offset) {
        float largest = floor;
        for (int i = 0; i < n; i++) {
            float candidate = x[offset + i];
            largest = candidate > largest ? candidate : largest;
        }
        return largest;
    }
}
