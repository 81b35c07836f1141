// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link NormScalar#normalizeRow}, with what follows, and {@link NormScalar#gradientRow} for rows of four vectors whose parameters stay in registers: read
 * again for each vector they would be most of what is loaded. For 32 registers.
 */
final class WideNormVector {
    /** Floats of a row. */
    static final int WIDE = 4 * COUNT;

    private WideNormVector() {}

    /**
     * y = fma(x - mean, factor, shift): from beyond the second-level cache the core sees further ahead in this loop than in
     * {@link #normalizeAndAdd}, which has half as many instructions again.
     *
     * @param stride from a row of x and y to the next
     * @param p parameters mean, factor, shift, {@code pStride} apart
     */
    static void normalize(
            int rows, int stride, float[] x, int xOffset, float[] p, int pOffset, int pStride, float[] y, int yOffset) {
        var mean0 = FloatVector.fromArray(FLOATS, p, pOffset);
        var mean1 = FloatVector.fromArray(FLOATS, p, pOffset + COUNT);
        var mean2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * COUNT);
        var mean3 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * COUNT);
        var factor0 = FloatVector.fromArray(FLOATS, p, pOffset + pStride);
        var factor1 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + COUNT);
        var factor2 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + 2 * COUNT);
        var factor3 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + 3 * COUNT);
        var shift0 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride);
        var shift1 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + COUNT);
        var shift2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + 2 * COUNT);
        var shift3 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + 3 * COUNT);
        int at = xOffset;
        int to = yOffset;
        for (int r = 0; r < rows; r++, at += stride, to += stride) {
            FloatVector y0 = FloatVector.fromArray(FLOATS, x, at).sub(mean0).fma(factor0, shift0);
            FloatVector y1 =
                    FloatVector.fromArray(FLOATS, x, at + COUNT).sub(mean1).fma(factor1, shift1);
            FloatVector y2 =
                    FloatVector.fromArray(FLOATS, x, at + 2 * COUNT).sub(mean2).fma(factor2, shift2);
            FloatVector y3 =
                    FloatVector.fromArray(FLOATS, x, at + 3 * COUNT).sub(mean3).fma(factor3, shift3);
            y0.intoArray(y, to);
            y1.intoArray(y, to + COUNT);
            y2.intoArray(y, to + 2 * COUNT);
            y3.intoArray(y, to + 3 * COUNT);
        }
    }

    /**
     * {@link #normalize} with what follows: y = fma(x - mean, factor, shift) + added, and what is not above the floor becomes 0.
     *
     * @param added a row for each row, or with a stride of 0 one
     * @param floor NaN where nothing becomes 0
     */
    static void normalizeAndAdd(
            int rows,
            int stride,
            float[] x,
            int xOffset,
            float[] p,
            int pOffset,
            int pStride,
            float[] added,
            int addedOffset,
            int addedStride,
            float floor,
            float[] y,
            int yOffset) {
        var mean0 = FloatVector.fromArray(FLOATS, p, pOffset);
        var mean1 = FloatVector.fromArray(FLOATS, p, pOffset + COUNT);
        var mean2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * COUNT);
        var mean3 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * COUNT);
        var factor0 = FloatVector.fromArray(FLOATS, p, pOffset + pStride);
        var factor1 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + COUNT);
        var factor2 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + 2 * COUNT);
        var factor3 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + 3 * COUNT);
        var shift0 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride);
        var shift1 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + COUNT);
        var shift2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + 2 * COUNT);
        var shift3 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + 3 * COUNT);
        var least = FloatVector.broadcast(FLOATS, floor);
        int at = xOffset;
        int from = addedOffset;
        int to = yOffset;
        for (int r = 0; r < rows; r++, at += stride, from += addedStride, to += stride) {
            FloatVector y0 = FloatVector.fromArray(FLOATS, x, at)
                    .sub(mean0)
                    .fma(factor0, shift0)
                    .add(FloatVector.fromArray(FLOATS, added, from));
            FloatVector y1 = FloatVector.fromArray(FLOATS, x, at + COUNT)
                    .sub(mean1)
                    .fma(factor1, shift1)
                    .add(FloatVector.fromArray(FLOATS, added, from + COUNT));
            FloatVector y2 = FloatVector.fromArray(FLOATS, x, at + 2 * COUNT)
                    .sub(mean2)
                    .fma(factor2, shift2)
                    .add(FloatVector.fromArray(FLOATS, added, from + 2 * COUNT));
            FloatVector y3 = FloatVector.fromArray(FLOATS, x, at + 3 * COUNT)
                    .sub(mean3)
                    .fma(factor3, shift3)
                    .add(FloatVector.fromArray(FLOATS, added, from + 3 * COUNT));
            y0.blend(0f, y0.compare(VectorOperators.LE, least)).intoArray(y, to);
            y1.blend(0f, y1.compare(VectorOperators.LE, least)).intoArray(y, to + COUNT);
            y2.blend(0f, y2.compare(VectorOperators.LE, least)).intoArray(y, to + 2 * COUNT);
            y3.blend(0f, y3.compare(VectorOperators.LE, least)).intoArray(y, to + 3 * COUNT);
        }
    }

    /** dx = factor·fma(mean - x, slope, g - level); parameters mean, factor, slope, level, {@code pStride} apart. */
    static void gradient(
            int rows,
            int stride,
            float[] x,
            int xOffset,
            float[] g,
            int gOffset,
            float[] p,
            int pOffset,
            int pStride,
            float[] dx,
            int dxOffset) {
        var mean0 = FloatVector.fromArray(FLOATS, p, pOffset);
        var mean1 = FloatVector.fromArray(FLOATS, p, pOffset + COUNT);
        var mean2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * COUNT);
        var mean3 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * COUNT);
        var factor0 = FloatVector.fromArray(FLOATS, p, pOffset + pStride);
        var factor1 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + COUNT);
        var factor2 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + 2 * COUNT);
        var factor3 = FloatVector.fromArray(FLOATS, p, pOffset + pStride + 3 * COUNT);
        var slope0 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride);
        var slope1 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + COUNT);
        var slope2 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + 2 * COUNT);
        var slope3 = FloatVector.fromArray(FLOATS, p, pOffset + 2 * pStride + 3 * COUNT);
        var level0 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * pStride);
        var level1 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * pStride + COUNT);
        var level2 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * pStride + 2 * COUNT);
        var level3 = FloatVector.fromArray(FLOATS, p, pOffset + 3 * pStride + 3 * COUNT);
        int at = xOffset;
        int from = gOffset;
        int to = dxOffset;
        for (int r = 0; r < rows; r++, at += stride, from += stride, to += stride) {
            FloatVector rest0 = FloatVector.fromArray(FLOATS, g, from).sub(level0);
            FloatVector d0 = mean0.sub(FloatVector.fromArray(FLOATS, x, at))
                    .fma(slope0, rest0)
                    .mul(factor0);
            FloatVector rest1 = FloatVector.fromArray(FLOATS, g, from + COUNT).sub(level1);
            FloatVector d1 = mean1.sub(FloatVector.fromArray(FLOATS, x, at + COUNT))
                    .fma(slope1, rest1)
                    .mul(factor1);
            FloatVector rest2 =
                    FloatVector.fromArray(FLOATS, g, from + 2 * COUNT).sub(level2);
            FloatVector d2 = mean2.sub(FloatVector.fromArray(FLOATS, x, at + 2 * COUNT))
                    .fma(slope2, rest2)
                    .mul(factor2);
            FloatVector rest3 =
                    FloatVector.fromArray(FLOATS, g, from + 3 * COUNT).sub(level3);
            FloatVector d3 = mean3.sub(FloatVector.fromArray(FLOATS, x, at + 3 * COUNT))
                    .fma(slope3, rest3)
                    .mul(factor3);
            d0.intoArray(dx, to);
            d1.intoArray(dx, to + COUNT);
            d2.intoArray(dx, to + 2 * COUNT);
            d3.intoArray(dx, to + 3 * COUNT);
        }
    }
}
