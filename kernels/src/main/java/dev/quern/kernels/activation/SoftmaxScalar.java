// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

/** The loops over one row of {@link Softmax} and {@link LogSoftmax} in plain Java. */
final class SoftmaxScalar {
    private SoftmaxScalar() {}

    /** y = x - max. Returns the bits of the largest magnitude: as integers, floats from +0 on are in order, NaN last. */
    static int subtract(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        int largest = 0;
        for (int i = 0; i < n; i++) {
            float difference = x[xOffset + i] - max;
            y[yOffset + i] = difference;
            largest = Math.max(largest, Float.floatToRawIntBits(difference) & Integer.MAX_VALUE);
        }
        return largest;
    }

    /** y = y / sum. */
    static void divide(int n, float[] y, int yOffset, float sum) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] /= sum;
        }
    }

    /** dx = y·dy. */
    static void multiply(int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = y[yOffset + i] * dy[dyOffset + i];
        }
    }

    /** dx = y·(dy - sum). */
    static void weigh(int n, float[] y, int yOffset, float[] dy, int dyOffset, float sum, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = y[yOffset + i] * (dy[dyOffset + i] - sum);
        }
    }

    /** y = (x - max) - log. */
    static void subtractBoth(int n, float[] x, int xOffset, float max, float log, float[] y, int yOffset) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = (x[xOffset + i] - max) - log;
        }
    }

    /** dx = fma(-dx, sum, dy). */
    static void lessShare(int n, float[] dy, int dyOffset, float sum, float[] dx, int dxOffset) {
        for (int i = 0; i < n; i++) {
            dx[dxOffset + i] = Math.fma(-dx[dxOffset + i], sum, dy[dyOffset + i]);
        }
    }
}
