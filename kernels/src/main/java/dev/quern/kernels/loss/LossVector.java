// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The element-wise loops of the losses with vectors. */
final class LossVector {
    private LossVector() {}

    static void shiftAndScale(int n, float shift, float factor, float[] x, int offset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, offset + i).sub(shift).mul(factor).intoArray(x, offset + i);
        }
        LossScalar.shiftAndScale(n - i, shift, factor, x, offset + i);
    }

    static void pull(int n, float weight, float factor, float[] q, int qOffset, float[] p, int pOffset) {
        var total = FloatVector.broadcast(FLOATS, weight);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector wanted = FloatVector.fromArray(FLOATS, q, qOffset + i).neg();
            FloatVector.fromArray(FLOATS, p, pOffset + i)
                    .fma(total, wanted)
                    .mul(factor)
                    .intoArray(p, pOffset + i);
        }
        LossScalar.pull(n - i, weight, factor, q, qOffset + i, p, pOffset + i);
    }

    static void squares(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector difference =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).sub(FloatVector.fromArray(FLOATS, b, bOffset + i));
            difference.mul(difference).intoArray(out, outOffset + i);
        }
        LossScalar.squares(n - i, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void scaledDifference(
            int n, float factor, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector difference =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).sub(FloatVector.fromArray(FLOATS, b, bOffset + i));
            difference.mul(factor).intoArray(out, outOffset + i);
        }
        LossScalar.scaledDifference(n - i, factor, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void distances(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, a, aOffset + i)
                    .sub(FloatVector.fromArray(FLOATS, b, bOffset + i))
                    .abs()
                    .intoArray(out, outOffset + i);
        }
        LossScalar.distances(n - i, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void scaledSigns(
            int n, float factor, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector d =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).sub(FloatVector.fromArray(FLOATS, b, bOffset + i));
            FloatVector sign = d.blend(1f, d.compare(VectorOperators.GT, 0f));
            sign = sign.blend(-1f, d.compare(VectorOperators.LT, 0f));
            sign.mul(factor).intoArray(out, outOffset + i);
        }
        LossScalar.scaledSigns(n - i, factor, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void huber(int n, float delta, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        var half = FloatVector.broadcast(FLOATS, -0.5f);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector d = FloatVector.fromArray(FLOATS, a, aOffset + i)
                    .sub(FloatVector.fromArray(FLOATS, b, bOffset + i))
                    .abs();
            FloatVector c = d.blend(delta, d.compare(VectorOperators.GT, delta));
            c.mul(c.fma(half, d)).intoArray(out, outOffset + i);
        }
        LossScalar.huber(n - i, delta, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void scaledLimited(
            int n,
            float delta,
            float factor,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] out,
            int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector d =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).sub(FloatVector.fromArray(FLOATS, b, bOffset + i));
            d = d.blend(delta, d.compare(VectorOperators.GT, delta));
            d = d.blend(-delta, d.compare(VectorOperators.LT, -delta));
            d.mul(factor).intoArray(out, outOffset + i);
        }
        LossScalar.scaledLimited(n - i, delta, factor, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void negativeMagnitudes(int n, float[] x, int xOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, xOffset + i).abs().neg().intoArray(out, outOffset + i);
        }
        LossScalar.negativeMagnitudes(n - i, x, xOffset + i, out, outOffset + i);
    }

    static void addHinge(int n, float[] x, int xOffset, float[] t, int tOffset, float[] out, int outOffset) {
        var zero = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
            FloatVector positive = FloatVector.zero(FLOATS).blend(value, value.compare(VectorOperators.GT, 0f));
            value.neg()
                    .fma(FloatVector.fromArray(FLOATS, t, tOffset + i), positive)
                    .add(FloatVector.fromArray(FLOATS, out, outOffset + i))
                    .intoArray(out, outOffset + i);
        }
        LossScalar.addHinge(n - i, x, xOffset + i, t, tOffset + i, out, outOffset + i);
    }

    static void penalize(
            int n, float l1, float l2, float[] w, int wOffset, float[] g, int gOffset, float[] out, int outOffset) {
        var zero = FloatVector.zero(FLOATS);
        var twice = FloatVector.broadcast(FLOATS, 2f * l2);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector value = FloatVector.fromArray(FLOATS, w, wOffset + i);
            FloatVector slope = FloatVector.zero(FLOATS).blend(l1, value.compare(VectorOperators.GT, 0f));
            slope = slope.blend(-l1, value.compare(VectorOperators.LT, 0f));
            FloatVector.fromArray(FLOATS, g, gOffset + i)
                    .add(value.fma(twice, slope))
                    .intoArray(g, gOffset + i);
            value.mul(l2).fma(value, value.abs().mul(l1)).intoArray(out, outOffset + i);
        }
        LossScalar.penalize(n - i, l1, l2, w, wOffset + i, g, gOffset + i, out, outOffset + i);
    }
}
