// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

/** The element-wise loops of the losses in plain Java. */
final class LossScalar {
    private LossScalar() {}

    /** x = x·factor. */
    static void scale(int n, float factor, float[] x, int offset) {
        for (int i = 0; i < n; i++) {
            x[offset + i] *= factor;
        }
    }

    /** out = (a - b)·(a - b). */
    static void squares(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            float difference = a[aOffset + i] - b[bOffset + i];
            out[outOffset + i] = difference * difference;
        }
    }

    /** out = (a - b)·factor. */
    static void scaledDifference(
            int n, float factor, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = (a[aOffset + i] - b[bOffset + i]) * factor;
        }
    }
}
