// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * A product with few rows, straight from a B whose rows are contiguous: {@code C[i, j] ← C[i, j] + Σ_p A[i, p] · B[p, j]},
 * each chain over ascending p. Eight rows of B at a time are added to two rows of C, so that B is read once, in order, at
 * the speed of the memory that it comes from; packing it would read and write it once more. All but the first two
 * rows of C find the eight rows in the first-level cache.
 */
final class RowProduct {
    /** Columns of a pass: eight rows of B this wide, 32 KB, stay in the first-level cache. */
    private static final int COLUMNS = 1024;

    private static final int STEPS = 8;

    private RowProduct() {}

    /** Computes it. */
    static void run(Operands o, int rows, int columns) {
        o.fillStart(0, rows, 0, columns, o.c, o.cOffset, o.ldc);
        for (int pc = 0; pc < o.k; pc += o.aBlock()) {
            int depth = Math.min(o.aBlock(), o.k - pc);
            int right = o.bOffset + pc * o.bRowStride;
            run(
                    rows,
                    columns,
                    depth,
                    o.a,
                    o.aAt(pc),
                    o.aRowStride,
                    o.aColumnStride,
                    o.b,
                    right,
                    o.bRowStride,
                    o.c,
                    o.cOffset,
                    o.ldc);
        }
        o.finish(rows, columns, o.cOffset);
    }

    private static void run(
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
                int right = bOffset + p * bRowStride + j;
                for (int i = 0; i < rows; i += 2) {
                    int left = aOffset + i * aRowStride + p * aColumnStride;
                    int out = cOffset + i * ldc + j;
                    if (i + 1 < rows) {
                        eightStepsOfTwoRows(
                                width,
                                a,
                                left,
                                left + aRowStride,
                                aColumnStride,
                                b,
                                right,
                                bRowStride,
                                c,
                                out,
                                out + ldc);
                    } else {
                        eightSteps(width, a, left, aColumnStride, b, right, bRowStride, c, out);
                    }
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

    /** The same for two rows, whose factors fill sixteen registers: every load of B serves two FMAs. */
    private static void eightStepsOfTwoRows(
            int columns,
            float[] a,
            int left0,
            int left1,
            int aColumnStride,
            float[] b,
            int row0,
            int bRowStride,
            float[] c,
            int out0,
            int out1) {
        float a0_0 = a[left0];
        float a0_1 = a[left0 + aColumnStride];
        float a0_2 = a[left0 + 2 * aColumnStride];
        float a0_3 = a[left0 + 3 * aColumnStride];
        float a0_4 = a[left0 + 4 * aColumnStride];
        float a0_5 = a[left0 + 5 * aColumnStride];
        float a0_6 = a[left0 + 6 * aColumnStride];
        float a0_7 = a[left0 + 7 * aColumnStride];
        float a1_0 = a[left1];
        float a1_1 = a[left1 + aColumnStride];
        float a1_2 = a[left1 + 2 * aColumnStride];
        float a1_3 = a[left1 + 3 * aColumnStride];
        float a1_4 = a[left1 + 4 * aColumnStride];
        float a1_5 = a[left1 + 5 * aColumnStride];
        float a1_6 = a[left1 + 6 * aColumnStride];
        float a1_7 = a[left1 + 7 * aColumnStride];
        int row1 = row0 + bRowStride;
        int row2 = row1 + bRowStride;
        int row3 = row2 + bRowStride;
        int row4 = row3 + bRowStride;
        int row5 = row4 + bRowStride;
        int row6 = row5 + bRowStride;
        int row7 = row6 + bRowStride;
        FloatVector v0_0 = FloatVector.broadcast(Lanes.FLOATS, a0_0);
        FloatVector v0_1 = FloatVector.broadcast(Lanes.FLOATS, a0_1);
        FloatVector v0_2 = FloatVector.broadcast(Lanes.FLOATS, a0_2);
        FloatVector v0_3 = FloatVector.broadcast(Lanes.FLOATS, a0_3);
        FloatVector v0_4 = FloatVector.broadcast(Lanes.FLOATS, a0_4);
        FloatVector v0_5 = FloatVector.broadcast(Lanes.FLOATS, a0_5);
        FloatVector v0_6 = FloatVector.broadcast(Lanes.FLOATS, a0_6);
        FloatVector v0_7 = FloatVector.broadcast(Lanes.FLOATS, a0_7);
        FloatVector v1_0 = FloatVector.broadcast(Lanes.FLOATS, a1_0);
        FloatVector v1_1 = FloatVector.broadcast(Lanes.FLOATS, a1_1);
        FloatVector v1_2 = FloatVector.broadcast(Lanes.FLOATS, a1_2);
        FloatVector v1_3 = FloatVector.broadcast(Lanes.FLOATS, a1_3);
        FloatVector v1_4 = FloatVector.broadcast(Lanes.FLOATS, a1_4);
        FloatVector v1_5 = FloatVector.broadcast(Lanes.FLOATS, a1_5);
        FloatVector v1_6 = FloatVector.broadcast(Lanes.FLOATS, a1_6);
        FloatVector v1_7 = FloatVector.broadcast(Lanes.FLOATS, a1_7);
        int j = 0;
        for (; j <= columns - Lanes.COUNT; j += Lanes.COUNT) {
            FloatVector sum0 = FloatVector.fromArray(Lanes.FLOATS, c, out0 + j);
            FloatVector sum1 = FloatVector.fromArray(Lanes.FLOATS, c, out1 + j);
            FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, b, row0 + j);
            sum0 = v0_0.fma(b0, sum0);
            sum1 = v1_0.fma(b0, sum1);
            FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, b, row1 + j);
            sum0 = v0_1.fma(b1, sum0);
            sum1 = v1_1.fma(b1, sum1);
            FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, b, row2 + j);
            sum0 = v0_2.fma(b2, sum0);
            sum1 = v1_2.fma(b2, sum1);
            FloatVector b3 = FloatVector.fromArray(Lanes.FLOATS, b, row3 + j);
            sum0 = v0_3.fma(b3, sum0);
            sum1 = v1_3.fma(b3, sum1);
            FloatVector b4 = FloatVector.fromArray(Lanes.FLOATS, b, row4 + j);
            sum0 = v0_4.fma(b4, sum0);
            sum1 = v1_4.fma(b4, sum1);
            FloatVector b5 = FloatVector.fromArray(Lanes.FLOATS, b, row5 + j);
            sum0 = v0_5.fma(b5, sum0);
            sum1 = v1_5.fma(b5, sum1);
            FloatVector b6 = FloatVector.fromArray(Lanes.FLOATS, b, row6 + j);
            sum0 = v0_6.fma(b6, sum0);
            sum1 = v1_6.fma(b6, sum1);
            FloatVector b7 = FloatVector.fromArray(Lanes.FLOATS, b, row7 + j);
            sum0 = v0_7.fma(b7, sum0);
            sum1 = v1_7.fma(b7, sum1);
            sum0.intoArray(c, out0 + j);
            sum1.intoArray(c, out1 + j);
        }
        for (; j < columns; j++) {
            float sum0 = c[out0 + j];
            float sum1 = c[out1 + j];
            sum0 = Math.fma(a0_0, b[row0 + j], sum0);
            sum1 = Math.fma(a1_0, b[row0 + j], sum1);
            sum0 = Math.fma(a0_1, b[row1 + j], sum0);
            sum1 = Math.fma(a1_1, b[row1 + j], sum1);
            sum0 = Math.fma(a0_2, b[row2 + j], sum0);
            sum1 = Math.fma(a1_2, b[row2 + j], sum1);
            sum0 = Math.fma(a0_3, b[row3 + j], sum0);
            sum1 = Math.fma(a1_3, b[row3 + j], sum1);
            sum0 = Math.fma(a0_4, b[row4 + j], sum0);
            sum1 = Math.fma(a1_4, b[row4 + j], sum1);
            sum0 = Math.fma(a0_5, b[row5 + j], sum0);
            sum1 = Math.fma(a1_5, b[row5 + j], sum1);
            sum0 = Math.fma(a0_6, b[row6 + j], sum0);
            sum1 = Math.fma(a1_6, b[row6 + j], sum1);
            sum0 = Math.fma(a0_7, b[row7 + j], sum0);
            sum1 = Math.fma(a1_7, b[row7 + j], sum1);
            c[out0 + j] = sum0;
            c[out1 + j] = sum1;
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
