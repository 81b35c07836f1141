// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.activation;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The loops over one row of {@link Softmax} and {@link LogSoftmax} with vectors. */
final class SoftmaxVector {
    private SoftmaxVector() {}

    static void subtract(int n, float[] x, int xOffset, float max, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, xOffset + i).sub(max).intoArray(y, yOffset + i);
        }
        SoftmaxScalar.subtract(n - i, x, xOffset + i, max, y, yOffset + i);
    }

    static void divide(int n, float[] y, int yOffset, float sum) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, y, yOffset + i).div(sum).intoArray(y, yOffset + i);
        }
        SoftmaxScalar.divide(n - i, y, yOffset + i, sum);
    }

    static void multiply(int n, float[] y, int yOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            out.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
        }
        SoftmaxScalar.multiply(n - i, y, yOffset + i, dy, dyOffset + i, dx, dxOffset + i);
    }

    static void weigh(int n, float[] y, int yOffset, float[] dy, int dyOffset, float sum, float[] dx, int dxOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector out = FloatVector.fromArray(FLOATS, y, yOffset + i);
            out.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i).sub(sum)).intoArray(dx, dxOffset + i);
        }
        SoftmaxScalar.weigh(n - i, y, yOffset + i, dy, dyOffset + i, sum, dx, dxOffset + i);
    }

    static void subtractBoth(int n, float[] x, int xOffset, float max, float log, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, xOffset + i).sub(max).sub(log).intoArray(y, yOffset + i);
        }
        SoftmaxScalar.subtractBoth(n - i, x, xOffset + i, max, log, y, yOffset + i);
    }

    static void lessShare(int n, float[] dy, int dyOffset, float sum, float[] dx, int dxOffset) {
        var sums = FloatVector.broadcast(FLOATS, sum);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector share = FloatVector.fromArray(FLOATS, dx, dxOffset + i).neg();
            share.fma(sums, FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
        }
        SoftmaxScalar.lessShare(n - i, dy, dyOffset + i, sum, dx, dxOffset + i);
    }
}
