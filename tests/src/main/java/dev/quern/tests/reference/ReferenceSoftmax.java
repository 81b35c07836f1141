// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.vector.ScalarLog;
import dev.quern.kernels.vector.ScalarMath;

/**
 * Softmax as plain loops over a row, to be held to bit by bit. So exp of one number has to be the library's own scalar
 * one here; what that is worth is tested against StrictMath elsewhere, and softmax as a whole against doubles.
 */
public final class ReferenceSoftmax {
    private ReferenceSoftmax() {}

    /** y = softmax(x) of one row. */
    public static void forward(int n, float[] x, float[] y, int offset) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = x[offset + j] > max ? x[offset + j] : max;
        }
        for (int j = 0; j < n; j++) {
            y[offset + j] = ScalarMath.exp(x[offset + j] - max);
        }
        float sum = ReferenceFixedSum.sum(n, y, offset, 1);
        for (int j = 0; j < n; j++) {
            y[offset + j] = y[offset + j] / sum;
        }
    }

    /** dx of softmax for one row. */
    public static void backward(int n, float[] y, float[] dy, float[] dx, int offset) {
        float[] products = new float[n];
        for (int j = 0; j < n; j++) {
            products[j] = y[offset + j] * dy[offset + j];
        }
        float sum = ReferenceFixedSum.sum(n, products, 0, 1);
        for (int j = 0; j < n; j++) {
            dx[offset + j] = y[offset + j] * (dy[offset + j] - sum);
        }
    }

    /** y = ln softmax(x) of one row; ln of one number is the library's own, tested elsewhere. */
    public static void logForward(int n, float[] x, float[] y, int offset) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = x[offset + j] > max ? x[offset + j] : max;
        }
        float[] exps = new float[n];
        for (int j = 0; j < n; j++) {
            exps[j] = ScalarMath.exp(x[offset + j] - max);
        }
        float log = ScalarLog.ofOneOrMore(ReferenceFixedSum.sum(n, exps, 0, 1));
        for (int j = 0; j < n; j++) {
            y[offset + j] = x[offset + j] - max - log;
        }
    }

    /** dx of ln softmax for one row. */
    public static void logBackward(int n, float[] y, float[] dy, float[] dx, int offset) {
        float sum = ReferenceFixedSum.sum(n, dy, offset, 1);
        for (int j = 0; j < n; j++) {
            dx[offset + j] = Math.fma(-ScalarMath.exp(y[offset + j]), sum, dy[offset + j]);
        }
    }
}
