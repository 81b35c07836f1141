// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/**
 * The fixed order of sums over batch and space, as plain loops: chunks of 1024, in each of them 16 running sums that
 * take every sixteenth element, folded 8, 4, 2, 1; the chunks' results added one after the other.
 */
public final class ReferenceFixedSum {
    private static final int CHUNK = 1024;
    private static final int LANES = 16;

    private ReferenceFixedSum() {}

    /** The sum of {@code x[offset + i * step]} over {@code i} from 0 to {@code n - 1}. */
    public static float sum(int n, float[] x, int offset, int step) {
        float total = 0;
        for (int start = 0; start < n; start += CHUNK) {
            total += chunk(Math.min(CHUNK, n - start), x, offset + start * step, step);
        }
        return total;
    }

    private static float chunk(int n, float[] x, int offset, int step) {
        float[] lane = new float[LANES];
        for (int i = 0; i < n; i++) {
            lane[i % LANES] += x[offset + i * step];
        }
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half; l++) {
                lane[l] += lane[l + half];
            }
        }
        return lane[0];
    }
}
