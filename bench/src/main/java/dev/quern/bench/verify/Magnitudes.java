// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

/** Absolute values, from which the same loops make the sums that error bounds are multiples of. */
final class Magnitudes {
    private Magnitudes() {}

    static float[] of(float[] values) {
        float[] magnitudes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        return magnitudes;
    }
}
