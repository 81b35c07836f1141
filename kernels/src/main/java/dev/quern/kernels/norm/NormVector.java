// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The loops of {@link NormScalar} with vectors; what does not fill one is left to them. */
final class NormVector {
    private NormVector() {}

    static void normalizeRow(
            int n, float[] x, int xOffset, float[] p, int pOffset, int stride, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector mean = FloatVector.fromArray(FLOATS, p, pOffset + i);
            FloatVector factor = FloatVector.fromArray(FLOATS, p, pOffset + stride + i);
            FloatVector shift = FloatVector.fromArray(FLOATS, p, pOffset + 2 * stride + i);
            FloatVector deviation =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean);
            deviation.fma(factor, shift).intoArray(y, yOffset + i);
        }
        NormScalar.normalizeRow(n - i, x, xOffset + i, p, pOffset + i, stride, y, yOffset + i);
    }

    static void normalizeRun(
            int n, float[] x, int xOffset, float mean, float factor, float shift, float[] y, int yOffset) {
        var factors = FloatVector.broadcast(FLOATS, factor);
        var shifts = FloatVector.broadcast(FLOATS, shift);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector deviation =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean);
            deviation.fma(factors, shifts).intoArray(y, yOffset + i);
        }
        NormScalar.normalizeRun(n - i, x, xOffset + i, mean, factor, shift, y, yOffset + i);
    }

    static void squaresRow(int n, float[] x, int xOffset, float[] p, int pOffset, float[] t, int tOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector mean = FloatVector.fromArray(FLOATS, p, pOffset + i);
            FloatVector deviation =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean);
            deviation.mul(deviation).intoArray(t, tOffset + i);
        }
        NormScalar.squaresRow(n - i, x, xOffset + i, p, pOffset + i, t, tOffset + i);
    }

    static void squaresRun(int n, float[] x, int xOffset, float mean, float[] t, int tOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector deviation =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean);
            deviation.mul(deviation).intoArray(t, tOffset + i);
        }
        NormScalar.squaresRun(n - i, x, xOffset + i, mean, t, tOffset + i);
    }

    static void productsRow(
            int n, float[] x, int xOffset, float[] g, int gOffset, float[] p, int pOffset, float[] t, int tOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector mean = FloatVector.fromArray(FLOATS, p, pOffset + i);
            FloatVector deviation =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean);
            deviation.mul(FloatVector.fromArray(FLOATS, g, gOffset + i)).intoArray(t, tOffset + i);
        }
        NormScalar.productsRow(n - i, x, xOffset + i, g, gOffset + i, p, pOffset + i, t, tOffset + i);
    }

    static void productsRun(int n, float[] x, int xOffset, float[] g, int gOffset, float mean, float[] t, int tOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector deviation =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean);
            deviation.mul(FloatVector.fromArray(FLOATS, g, gOffset + i)).intoArray(t, tOffset + i);
        }
        NormScalar.productsRun(n - i, x, xOffset + i, g, gOffset + i, mean, t, tOffset + i);
    }

    static void gradientRow(
            int n,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int pOffset,
            int stride,
            float[] dx,
            int dxOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector mean = FloatVector.fromArray(FLOATS, p, pOffset + i);
            FloatVector factor = FloatVector.fromArray(FLOATS, p, pOffset + stride + i);
            FloatVector slope = FloatVector.fromArray(FLOATS, p, pOffset + 2 * stride + i);
            FloatVector level = FloatVector.fromArray(FLOATS, p, pOffset + 3 * stride + i);
            FloatVector deviation = mean.sub(FloatVector.fromArray(FLOATS, x, xOffset + i));
            FloatVector rest = FloatVector.fromArray(FLOATS, g, gOffset + i).sub(level);
            factor.mul(deviation.fma(slope, rest)).intoArray(dx, dxOffset + i);
        }
        int left = n - i;
        int at = pOffset + i;
        NormScalar.gradientRow(left, x, xOffset + i, g, gOffset + i, p, at, stride, dx, dxOffset + i);
    }

    static void gradientRun(
            int n,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float mean,
            float factor,
            float slope,
            float level,
            float[] dx,
            int dxOffset) {
        var means = FloatVector.broadcast(FLOATS, mean);
        var factors = FloatVector.broadcast(FLOATS, factor);
        var slopes = FloatVector.broadcast(FLOATS, slope);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector deviation = means.sub(FloatVector.fromArray(FLOATS, x, xOffset + i));
            FloatVector rest = FloatVector.fromArray(FLOATS, g, gOffset + i).sub(level);
            factors.mul(deviation.fma(slopes, rest)).intoArray(dx, dxOffset + i);
        }
        int left = n - i;
        NormScalar.gradientRun(left, x, xOffset + i, g, gOffset + i, mean, factor, slope, level, dx, dxOffset + i);
    }
}
