// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.transpose;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Transposes with vectors of sixteen lanes, sixteen of them at a time.
 *
 * <p>A step interleaves vectors i and i + 8: the lower halves to vector 2i, the upper halves to vector 2i + 1. Write the
 * place of an element as the bits of its vector and its lane, {@code v₃v₂v₁v₀l₃l₂l₁l₀}; a step moves it to {@code
 * v₂v₁v₀l₃l₂l₁l₀v₃}. So four steps exchange vector and lane, each with the same two orders.
 */
public final class Transpose16 {
    public static final int LANES = 16;

    /** Orders for {@code selectFrom}, which takes them as floats: the lower halves of two vectors, interleaved. */
    public static final float[] LOW = interleave(0);

    /** The upper halves. */
    public static final float[] HIGH = interleave(LANES / 2);

    private Transpose16() {}

    private static float[] interleave(int first) {
        float[] order = new float[LANES];
        for (int i = 0; i < LANES / 2; i++) {
            order[2 * i] = first + i;
            order[2 * i + 1] = first + i + LANES;
        }
        return order;
    }

    /**
     * Copies {@code columns} columns, at least 16, of up to 16 rows: element (i, j) to {@code toOffset + j·toStride + i}. For
     * rows that do not exist the last one is copied again, so that 16 floats are written for each column.
     */
    public static void run(
            int rows, int columns, float[] from, int row0, int stride, float[] to, int toOffset, int toStride) {
        FloatVector low = FloatVector.fromArray(Lanes.FLOATS, LOW, 0);
        FloatVector high = FloatVector.fromArray(Lanes.FLOATS, HIGH, 0);
        int last = rows - 1;
        int row1 = row0 + Math.min(1, last) * stride;
        int row2 = row0 + Math.min(2, last) * stride;
        int row3 = row0 + Math.min(3, last) * stride;
        int row4 = row0 + Math.min(4, last) * stride;
        int row5 = row0 + Math.min(5, last) * stride;
        int row6 = row0 + Math.min(6, last) * stride;
        int row7 = row0 + Math.min(7, last) * stride;
        int row8 = row0 + Math.min(8, last) * stride;
        int row9 = row0 + Math.min(9, last) * stride;
        int row10 = row0 + Math.min(10, last) * stride;
        int row11 = row0 + Math.min(11, last) * stride;
        int row12 = row0 + Math.min(12, last) * stride;
        int row13 = row0 + Math.min(13, last) * stride;
        int row14 = row0 + Math.min(14, last) * stride;
        int row15 = row0 + Math.min(15, last) * stride;
        for (int j = 0; j < columns; j += LANES) {
            int p = Math.min(j, columns - LANES); // The last square moves back; it writes some again.
            int at = toOffset + p * toStride;
            FloatVector r0 = FloatVector.fromArray(Lanes.FLOATS, from, row0 + p);
            FloatVector r1 = FloatVector.fromArray(Lanes.FLOATS, from, row1 + p);
            FloatVector r2 = FloatVector.fromArray(Lanes.FLOATS, from, row2 + p);
            FloatVector r3 = FloatVector.fromArray(Lanes.FLOATS, from, row3 + p);
            FloatVector r4 = FloatVector.fromArray(Lanes.FLOATS, from, row4 + p);
            FloatVector r5 = FloatVector.fromArray(Lanes.FLOATS, from, row5 + p);
            FloatVector r6 = FloatVector.fromArray(Lanes.FLOATS, from, row6 + p);
            FloatVector r7 = FloatVector.fromArray(Lanes.FLOATS, from, row7 + p);
            FloatVector r8 = FloatVector.fromArray(Lanes.FLOATS, from, row8 + p);
            FloatVector r9 = FloatVector.fromArray(Lanes.FLOATS, from, row9 + p);
            FloatVector r10 = FloatVector.fromArray(Lanes.FLOATS, from, row10 + p);
            FloatVector r11 = FloatVector.fromArray(Lanes.FLOATS, from, row11 + p);
            FloatVector r12 = FloatVector.fromArray(Lanes.FLOATS, from, row12 + p);
            FloatVector r13 = FloatVector.fromArray(Lanes.FLOATS, from, row13 + p);
            FloatVector r14 = FloatVector.fromArray(Lanes.FLOATS, from, row14 + p);
            FloatVector r15 = FloatVector.fromArray(Lanes.FLOATS, from, row15 + p);

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

            v0.intoArray(to, at);
            at += toStride;
            v1.intoArray(to, at);
            at += toStride;
            v2.intoArray(to, at);
            at += toStride;
            v3.intoArray(to, at);
            at += toStride;
            v4.intoArray(to, at);
            at += toStride;
            v5.intoArray(to, at);
            at += toStride;
            v6.intoArray(to, at);
            at += toStride;
            v7.intoArray(to, at);
            at += toStride;
            v8.intoArray(to, at);
            at += toStride;
            v9.intoArray(to, at);
            at += toStride;
            v10.intoArray(to, at);
            at += toStride;
            v11.intoArray(to, at);
            at += toStride;
            v12.intoArray(to, at);
            at += toStride;
            v13.intoArray(to, at);
            at += toStride;
            v14.intoArray(to, at);
            at += toStride;
            v15.intoArray(to, at);
        }
    }
}
