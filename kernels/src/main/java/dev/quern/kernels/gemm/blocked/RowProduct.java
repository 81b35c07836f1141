// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * A product with few rows, straight from a B whose rows are contiguous: {@code C[i, j] ← C[i, j] + Σ_p A[i, p] · B[p, j]},
 * each chain over ascending p. Eight rows of B at a time are added to a row of C, so that B is read once, in order, at
 * the speed of the memory that it comes from; packing it would read and write it once more. The second row of C finds
 * the eight rows in the first-level cache.
 */
final class RowProduct {
    /** Columns of a pass: eight rows of B this wide, 32 KB, stay in the first-level cache. */
    private static final int COLUMNS = 1024;

    private static final int STEPS = 8;

    private RowProduct() {}

    static void run(
            int rows,
            int columns,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] c,
            int cOffset,
            int ldc) {
        for (int j = 0; j < columns; j += COLUMNS) {
            int width = Math.min(COLUMNS, columns - j);
            int p = 0;
            for (; p <= depth - STEPS; p += STEPS) {
                for (int i = 0; i < rows; i++) {
                    int left = aOffset + i * aRowStride + p * aColumnStride;
                    int right = bOffset + p * bRowStride + j;
                    eightSteps(width, a, left, aColumnStride, b, right, bRowStride, c, cOffset + i * ldc + j);
                }
            }
            for (; p < depth; p++) {
                for (int i = 0; i < rows; i++) {
                    float factor = a[aOffset + i * aRowStride + p * aColumnStride];
                    oneStep(width, factor, b, bOffset + p * bRowStride + j, c, cOffset + i * ldc + j);
                }
            }
        }
    }

    private static void eightSteps(
            int columns,
            float[] a,
            int aOffset,
            int aColumnStride,
            float[] b,
            int row0,
            int bRowStride,
            float[] c,
            int cOffset) {
        float a0 = a[aOffset];
        float a1 = a[aOffset + aColumnStride];
        float a2 = a[aOffset + 2 * aColumnStride];
        float a3 = a[aOffset + 3 * aColumnStride];
        float a4 = a[aOffset + 4 * aColumnStride];
        float a5 = a[aOffset + 5 * aColumnStride];
        float a6 = a[aOffset + 6 * aColumnStride];
        float a7 = a[aOffset + 7 * aColumnStride];
        int row1 = row0 + bRowStride;
        int row2 = row1 + bRowStride;
        int row3 = row2 + bRowStride;
        int row4 = row3 + bRowStride;
        int row5 = row4 + bRowStride;
        int row6 = row5 + bRowStride;
        int row7 = row6 + bRowStride;
        FloatVector v0 = FloatVector.broadcast(Lanes.FLOATS, a0);
        FloatVector v1 = FloatVector.broadcast(Lanes.FLOATS, a1);
        FloatVector v2 = FloatVector.broadcast(Lanes.FLOATS, a2);
        FloatVector v3 = FloatVector.broadcast(Lanes.FLOATS, a3);
        FloatVector v4 = FloatVector.broadcast(Lanes.FLOATS, a4);
        FloatVector v5 = FloatVector.broadcast(Lanes.FLOATS, a5);
        FloatVector v6 = FloatVector.broadcast(Lanes.FLOATS, a6);
        FloatVector v7 = FloatVector.broadcast(Lanes.FLOATS, a7);
        int j = 0;
        for (; j <= columns - Lanes.COUNT; j += Lanes.COUNT) {
            FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + j);
            sum = v0.fma(FloatVector.fromArray(Lanes.FLOATS, b, row0 + j), sum);
            sum = v1.fma(FloatVector.fromArray(Lanes.FLOATS, b, row1 + j), sum);
            sum = v2.fma(FloatVector.fromArray(Lanes.FLOATS, b, row2 + j), sum);
            sum = v3.fma(FloatVector.fromArray(Lanes.FLOATS, b, row3 + j), sum);
            sum = v4.fma(FloatVector.fromArray(Lanes.FLOATS, b, row4 + j), sum);
            sum = v5.fma(FloatVector.fromArray(Lanes.FLOATS, b, row5 + j), sum);
            sum = v6.fma(FloatVector.fromArray(Lanes.FLOATS, b, row6 + j), sum);
            sum = v7.fma(FloatVector.fromArray(Lanes.FLOATS, b, row7 + j), sum);
            sum.intoArray(c, cOffset + j);
        }
        for (; j < columns; j++) {
            float sum = Math.fma(a0, b[row0 + j], c[cOffset + j]);
            sum = Math.fma(a1, b[row1 + j], sum);
            sum = Math.fma(a2, b[row2 + j], sum);
            sum = Math.fma(a3, b[row3 + j], sum);
            sum = Math.fma(a4, b[row4 + j], sum);
            sum = Math.fma(a5, b[row5 + j], sum);
            sum = Math.fma(a6, b[row6 + j], sum);
            c[cOffset + j] = Math.fma(a7, b[row7 + j], sum);
        }
    }

    private static void oneStep(int columns, float factor, float[] b, int bOffset, float[] c, int cOffset) {
        FloatVector v = FloatVector.broadcast(Lanes.FLOATS, factor);
        int j = 0;
        for (; j <= columns - Lanes.COUNT; j += Lanes.COUNT) {
            FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + j);
            v.fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + j), sum).intoArray(c, cOffset + j);
        }
        for (; j < columns; j++) {
            c[cOffset + j] = Math.fma(factor, b[bOffset + j], c[cOffset + j]);
        }
    }
}
