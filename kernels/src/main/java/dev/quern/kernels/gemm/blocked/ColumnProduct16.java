// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.transpose.Transpose16;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Sixteen rows of A against a column, with vectors of sixteen lanes: a square of A is transposed in registers, so that
 * each lane carries the chain of a row. 16 rows or columns + 2 orders + 1 sum + 1 of the column = 20 of 32 registers,
 * and some for what is on its way from row to column.
 *
 * <p>Four times every vector is interleaved with the one eight places on, as {@link Transpose16} says. That takes 64
 * instructions for 256 elements: as many as the FMA units need in scalars, but with twice the elements.
 */
final class ColumnProduct16 {
    static final int ROWS = 16;

    private ColumnProduct16() {}

    /**
     * {@code c[i] ← c[i] + Σ_p A[i, p] · x[column]} for 16 rows. Where there are fewer, the last one stands for those that do not
     * exist; sixteen results are written all the same.
     *
     * @param depth a multiple of 16
     */
    static void run(
            int rows, int depth, float[] a, int row0, int aRowStride, float[] x, int xOffset, float[] c, int cOffset) {
        FloatVector low = FloatVector.fromArray(Lanes.FLOATS, Transpose16.LOW, 0);
        FloatVector high = FloatVector.fromArray(Lanes.FLOATS, Transpose16.HIGH, 0);
        FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, c, cOffset);
        int last = rows - 1;
        int row1 = row0 + Math.min(1, last) * aRowStride;
        int row2 = row0 + Math.min(2, last) * aRowStride;
        int row3 = row0 + Math.min(3, last) * aRowStride;
        int row4 = row0 + Math.min(4, last) * aRowStride;
        int row5 = row0 + Math.min(5, last) * aRowStride;
        int row6 = row0 + Math.min(6, last) * aRowStride;
        int row7 = row0 + Math.min(7, last) * aRowStride;
        int row8 = row0 + Math.min(8, last) * aRowStride;
        int row9 = row0 + Math.min(9, last) * aRowStride;
        int row10 = row0 + Math.min(10, last) * aRowStride;
        int row11 = row0 + Math.min(11, last) * aRowStride;
        int row12 = row0 + Math.min(12, last) * aRowStride;
        int row13 = row0 + Math.min(13, last) * aRowStride;
        int row14 = row0 + Math.min(14, last) * aRowStride;
        int row15 = row0 + Math.min(15, last) * aRowStride;
        int column = xOffset;
        for (int p = 0; p < depth; p += ROWS) {
            FloatVector r0 = FloatVector.fromArray(Lanes.FLOATS, a, row0 + p);
            FloatVector r1 = FloatVector.fromArray(Lanes.FLOATS, a, row1 + p);
            FloatVector r2 = FloatVector.fromArray(Lanes.FLOATS, a, row2 + p);
            FloatVector r3 = FloatVector.fromArray(Lanes.FLOATS, a, row3 + p);
            FloatVector r4 = FloatVector.fromArray(Lanes.FLOATS, a, row4 + p);
            FloatVector r5 = FloatVector.fromArray(Lanes.FLOATS, a, row5 + p);
            FloatVector r6 = FloatVector.fromArray(Lanes.FLOATS, a, row6 + p);
            FloatVector r7 = FloatVector.fromArray(Lanes.FLOATS, a, row7 + p);
            FloatVector r8 = FloatVector.fromArray(Lanes.FLOATS, a, row8 + p);
            FloatVector r9 = FloatVector.fromArray(Lanes.FLOATS, a, row9 + p);
            FloatVector r10 = FloatVector.fromArray(Lanes.FLOATS, a, row10 + p);
            FloatVector r11 = FloatVector.fromArray(Lanes.FLOATS, a, row11 + p);
            FloatVector r12 = FloatVector.fromArray(Lanes.FLOATS, a, row12 + p);
            FloatVector r13 = FloatVector.fromArray(Lanes.FLOATS, a, row13 + p);
            FloatVector r14 = FloatVector.fromArray(Lanes.FLOATS, a, row14 + p);
            FloatVector r15 = FloatVector.fromArray(Lanes.FLOATS, a, row15 + p);

            FloatVector s0 = low.selectFrom(r0, r8);
            FloatVector s1 = high.selectFrom(r0, r8);
            FloatVector s2 = low.selectFrom(r1, r9);
            FloatVector s3 = high.selectFrom(r1, r9);
            FloatVector s4 = low.selectFrom(r2, r10);
            FloatVector s5 = high.selectFrom(r2, r10);
            FloatVector s6 = low.selectFrom(r3, r11);
            FloatVector s7 = high.selectFrom(r3, r11);
            FloatVector s8 = low.selectFrom(r4, r12);
            FloatVector s9 = high.selectFrom(r4, r12);
            FloatVector s10 = low.selectFrom(r5, r13);
            FloatVector s11 = high.selectFrom(r5, r13);
            FloatVector s12 = low.selectFrom(r6, r14);
            FloatVector s13 = high.selectFrom(r6, r14);
            FloatVector s14 = low.selectFrom(r7, r15);
            FloatVector s15 = high.selectFrom(r7, r15);
            FloatVector t0 = low.selectFrom(s0, s8);
            FloatVector t1 = high.selectFrom(s0, s8);
            FloatVector t2 = low.selectFrom(s1, s9);
            FloatVector t3 = high.selectFrom(s1, s9);
            FloatVector t4 = low.selectFrom(s2, s10);
            FloatVector t5 = high.selectFrom(s2, s10);
            FloatVector t6 = low.selectFrom(s3, s11);
            FloatVector t7 = high.selectFrom(s3, s11);
            FloatVector t8 = low.selectFrom(s4, s12);
            FloatVector t9 = high.selectFrom(s4, s12);
            FloatVector t10 = low.selectFrom(s5, s13);
            FloatVector t11 = high.selectFrom(s5, s13);
            FloatVector t12 = low.selectFrom(s6, s14);
            FloatVector t13 = high.selectFrom(s6, s14);
            FloatVector t14 = low.selectFrom(s7, s15);
            FloatVector t15 = high.selectFrom(s7, s15);
            FloatVector u0 = low.selectFrom(t0, t8);
            FloatVector u1 = high.selectFrom(t0, t8);
            FloatVector u2 = low.selectFrom(t1, t9);
            FloatVector u3 = high.selectFrom(t1, t9);
            FloatVector u4 = low.selectFrom(t2, t10);
            FloatVector u5 = high.selectFrom(t2, t10);
            FloatVector u6 = low.selectFrom(t3, t11);
            FloatVector u7 = high.selectFrom(t3, t11);
            FloatVector u8 = low.selectFrom(t4, t12);
            FloatVector u9 = high.selectFrom(t4, t12);
            FloatVector u10 = low.selectFrom(t5, t13);
            FloatVector u11 = high.selectFrom(t5, t13);
            FloatVector u12 = low.selectFrom(t6, t14);
            FloatVector u13 = high.selectFrom(t6, t14);
            FloatVector u14 = low.selectFrom(t7, t15);
            FloatVector u15 = high.selectFrom(t7, t15);
            FloatVector v0 = low.selectFrom(u0, u8);
            FloatVector v1 = high.selectFrom(u0, u8);
            FloatVector v2 = low.selectFrom(u1, u9);
            FloatVector v3 = high.selectFrom(u1, u9);
            FloatVector v4 = low.selectFrom(u2, u10);
            FloatVector v5 = high.selectFrom(u2, u10);
            FloatVector v6 = low.selectFrom(u3, u11);
            FloatVector v7 = high.selectFrom(u3, u11);
            FloatVector v8 = low.selectFrom(u4, u12);
            FloatVector v9 = high.selectFrom(u4, u12);
            FloatVector v10 = low.selectFrom(u5, u13);
            FloatVector v11 = high.selectFrom(u5, u13);
            FloatVector v12 = low.selectFrom(u6, u14);
            FloatVector v13 = high.selectFrom(u6, u14);
            FloatVector v14 = low.selectFrom(u7, u15);
            FloatVector v15 = high.selectFrom(u7, u15);

            sum = FloatVector.broadcast(Lanes.FLOATS, x[column]).fma(v0, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 1]).fma(v1, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 2]).fma(v2, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 3]).fma(v3, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 4]).fma(v4, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 5]).fma(v5, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 6]).fma(v6, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 7]).fma(v7, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 8]).fma(v8, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 9]).fma(v9, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 10]).fma(v10, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 11]).fma(v11, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 12]).fma(v12, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 13]).fma(v13, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 14]).fma(v14, sum);
            sum = FloatVector.broadcast(Lanes.FLOATS, x[column + 15]).fma(v15, sum);
            column += ROWS;
        }
        sum.intoArray(c, cOffset);
    }
}
