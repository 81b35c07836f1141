// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import dev.quern.kernels.reduce.FixedSum;
import jdk.incubator.vector.FloatVector;

/** The loops of {@link NormScalar} with vectors; what does not fill one is left to them. */
final class NormVector {
    private NormVector() {}

    /**
     * Σ (x - mean)², or, when g is given, Σ (x - mean)·g and from gSums on Σ g, added to the sums of all channels without
     * terms in memory, from at most a chunk of rows. Returns false, with nothing done, where rows or channels do not fill
     * lanes.
     */
    static boolean addDeviations(
            int rows,
            int channels,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int pOffset,
            float[] sums,
            int sumsOffset,
            int gSums) {
        if (rows % FixedSum.LANES != 0 || channels % COUNT != 0) {
            return false;
        }
        int c = 0;
        for (; COUNT == FixedSum.LANES && c <= channels - 4 * COUNT; c += 4 * COUNT) {
            if (g == null) {
                WideSumsVector.addSquares(rows, x, xOffset + c, channels, p, pOffset + c, sums, sumsOffset + c);
            } else {
                WideSumsVector.addGradients(
                        rows,
                        x,
                        xOffset + c,
                        g,
                        gOffset + c,
                        channels,
                        p,
                        pOffset + c,
                        sums,
                        sumsOffset + c,
                        gSums + c);
            }
        }
        if (g != null && c < channels) {
            FixedSum.addColumnSums(rows, channels - c, g, gOffset + c, channels, sums, gSums + c);
        }
        for (; COUNT == FixedSum.LANES && c < channels; c += COUNT) {
            if (g == null) {
                SixteenSumsVector.addSquares(rows, x, xOffset + c, channels, p, pOffset + c, sums, sumsOffset + c);
            } else {
                SixteenSumsVector.addProducts(
                        rows, x, xOffset + c, g, gOffset + c, channels, p, pOffset + c, sums, sumsOffset + c);
            }
        }
        for (; c < channels; c += COUNT) {
            if (g == null) {
                addSquares(rows, x, xOffset + c, channels, p, pOffset + c, sums, sumsOffset + c);
            } else {
                addProducts(rows, x, xOffset + c, g, gOffset + c, channels, p, pOffset + c, sums, sumsOffset + c);
            }
        }
        return true;
    }

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
        var slopes = FloatVector.broadcast(FLOATS, slope);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector deviation =
                    FloatVector.broadcast(FLOATS, mean).sub(FloatVector.fromArray(FLOATS, x, xOffset + i));
            FloatVector rest = FloatVector.fromArray(FLOATS, g, gOffset + i).sub(level);
            FloatVector.broadcast(FLOATS, factor)
                    .mul(deviation.fma(slopes, rest))
                    .intoArray(dx, dxOffset + i);
        }
        int left = n - i;
        NormScalar.gradientRun(left, x, xOffset + i, g, gOffset + i, mean, factor, slope, level, dx, dxOffset + i);
    }

    /** sums += Σ (x - mean)² over rows, a multiple of FixedSum.LANES and at most a chunk, of one vector of columns. */
    static void addSquares(
            int rows, float[] x, int xOffset, int stride, float[] p, int pOffset, float[] sums, int sumsOffset) {
        var mean = FloatVector.fromArray(FLOATS, p, pOffset);
        var sum = FloatVector.fromArray(FLOATS, sums, sumsOffset);
        int step = 2 * stride;
        var chunk = FloatVector.zero(FLOATS);
        for (int odd = 0; odd < 2; odd++) {
            var a0 = FloatVector.zero(FLOATS);
            var a1 = FloatVector.zero(FLOATS);
            var a2 = FloatVector.zero(FLOATS);
            var a3 = FloatVector.zero(FLOATS);
            var a4 = FloatVector.zero(FLOATS);
            var a5 = FloatVector.zero(FLOATS);
            var a6 = FloatVector.zero(FLOATS);
            var a7 = FloatVector.zero(FLOATS);
            int at = xOffset + odd * stride;
            for (int row = 0; row < rows; row += FixedSum.LANES, at += FixedSum.LANES * stride) {
                FloatVector d0 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
                a0 = d0.mul(d0).add(a0);
                FloatVector d1 = FloatVector.fromArray(FLOATS, x, at + step).sub(mean);
                a1 = d1.mul(d1).add(a1);
                FloatVector d2 = FloatVector.fromArray(FLOATS, x, at + 2 * step).sub(mean);
                a2 = d2.mul(d2).add(a2);
                FloatVector d3 = FloatVector.fromArray(FLOATS, x, at + 3 * step).sub(mean);
                a3 = d3.mul(d3).add(a3);
                FloatVector d4 = FloatVector.fromArray(FLOATS, x, at + 4 * step).sub(mean);
                a4 = d4.mul(d4).add(a4);
                FloatVector d5 = FloatVector.fromArray(FLOATS, x, at + 5 * step).sub(mean);
                a5 = d5.mul(d5).add(a5);
                FloatVector d6 = FloatVector.fromArray(FLOATS, x, at + 6 * step).sub(mean);
                a6 = d6.mul(d6).add(a6);
                FloatVector d7 = FloatVector.fromArray(FLOATS, x, at + 7 * step).sub(mean);
                a7 = d7.mul(d7).add(a7);
            }
            var sixteen = a0.add(a4).add(a2.add(a6));
            chunk = sixteen.add(a1.add(a5).add(a3.add(a7))).add(chunk);
        }
        sum.add(chunk).intoArray(sums, sumsOffset);
    }

    /** The same with (x - mean)·g. */
    static void addProducts(
            int rows,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            int stride,
            float[] p,
            int pOffset,
            float[] sums,
            int sumsOffset) {
        var mean = FloatVector.fromArray(FLOATS, p, pOffset);
        var sum = FloatVector.fromArray(FLOATS, sums, sumsOffset);
        int step = 2 * stride;
        var chunk = FloatVector.zero(FLOATS);
        for (int odd = 0; odd < 2; odd++) {
            var a0 = FloatVector.zero(FLOATS);
            var a1 = FloatVector.zero(FLOATS);
            var a2 = FloatVector.zero(FLOATS);
            var a3 = FloatVector.zero(FLOATS);
            var a4 = FloatVector.zero(FLOATS);
            var a5 = FloatVector.zero(FLOATS);
            var a6 = FloatVector.zero(FLOATS);
            var a7 = FloatVector.zero(FLOATS);
            int at = xOffset + odd * stride;
            int gAt = gOffset + odd * stride;
            for (int row = 0;
                    row < rows;
                    row += FixedSum.LANES, at += FixedSum.LANES * stride, gAt += FixedSum.LANES * stride) {
                FloatVector d0 = FloatVector.fromArray(FLOATS, x, at).sub(mean);
                a0 = d0.mul(FloatVector.fromArray(FLOATS, g, gAt)).add(a0);
                FloatVector d1 = FloatVector.fromArray(FLOATS, x, at + step).sub(mean);
                a1 = d1.mul(FloatVector.fromArray(FLOATS, g, gAt + step)).add(a1);
                FloatVector d2 = FloatVector.fromArray(FLOATS, x, at + 2 * step).sub(mean);
                a2 = d2.mul(FloatVector.fromArray(FLOATS, g, gAt + 2 * step)).add(a2);
                FloatVector d3 = FloatVector.fromArray(FLOATS, x, at + 3 * step).sub(mean);
                a3 = d3.mul(FloatVector.fromArray(FLOATS, g, gAt + 3 * step)).add(a3);
                FloatVector d4 = FloatVector.fromArray(FLOATS, x, at + 4 * step).sub(mean);
                a4 = d4.mul(FloatVector.fromArray(FLOATS, g, gAt + 4 * step)).add(a4);
                FloatVector d5 = FloatVector.fromArray(FLOATS, x, at + 5 * step).sub(mean);
                a5 = d5.mul(FloatVector.fromArray(FLOATS, g, gAt + 5 * step)).add(a5);
                FloatVector d6 = FloatVector.fromArray(FLOATS, x, at + 6 * step).sub(mean);
                a6 = d6.mul(FloatVector.fromArray(FLOATS, g, gAt + 6 * step)).add(a6);
                FloatVector d7 = FloatVector.fromArray(FLOATS, x, at + 7 * step).sub(mean);
                a7 = d7.mul(FloatVector.fromArray(FLOATS, g, gAt + 7 * step)).add(a7);
            }
            var sixteen = a0.add(a4).add(a2.add(a6));
            chunk = sixteen.add(a1.add(a5).add(a3.add(a7))).add(chunk);
        }
        sum.add(chunk).intoArray(sums, sumsOffset);
    }
}
