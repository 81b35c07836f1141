// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 16 rows × 1 vector on operands in place: 16 accumulators + 2 of B + 1 of A = 19 of 32 registers. */
final class InPlace16x1 extends InPlaceKernel {
    InPlace16x1() {
        super("16x1", 16, Lanes.COUNT, Lanes.COUNT);
    }

    @Override
    public void run(
            int depth,
            int rows,
            int columns,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride) {
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c4_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c5_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c6_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c7_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c8_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c9_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c10_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c11_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c12_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c13_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c14_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        initOffset += initRowStride;
        FloatVector c15_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);

        // A row that does not exist is the last one again; what becomes of it is thrown away.
        int last = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, last) * aRowStride;
        int a2 = aOffset + Math.min(2, last) * aRowStride;
        int a3 = aOffset + Math.min(3, last) * aRowStride;
        int a4 = aOffset + Math.min(4, last) * aRowStride;
        int a5 = aOffset + Math.min(5, last) * aRowStride;
        int a6 = aOffset + Math.min(6, last) * aRowStride;
        int a7 = aOffset + Math.min(7, last) * aRowStride;
        int a8 = aOffset + Math.min(8, last) * aRowStride;
        int a9 = aOffset + Math.min(9, last) * aRowStride;
        int a10 = aOffset + Math.min(10, last) * aRowStride;
        int a11 = aOffset + Math.min(11, last) * aRowStride;
        int a12 = aOffset + Math.min(12, last) * aRowStride;
        int a13 = aOffset + Math.min(13, last) * aRowStride;
        int a14 = aOffset + Math.min(14, last) * aRowStride;
        int a15 = aOffset + Math.min(15, last) * aRowStride;
        int row = bOffset;
        int p = 0;
        for (; p < depth - 1; p += 2) {
            int next = row + bRowStride;
            FloatVector b0_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            FloatVector b1_0 = FloatVector.fromArray(Lanes.FLOATS, b, next);
            FloatVector a0_0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            c0_0 = a0_0.fma(b0_0, c0_0);
            FloatVector a0_1 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p + 1]);
            c0_0 = a0_1.fma(b1_0, c0_0);
            FloatVector a1_0 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            c1_0 = a1_0.fma(b0_0, c1_0);
            FloatVector a1_1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p + 1]);
            c1_0 = a1_1.fma(b1_0, c1_0);
            FloatVector a2_0 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            c2_0 = a2_0.fma(b0_0, c2_0);
            FloatVector a2_1 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p + 1]);
            c2_0 = a2_1.fma(b1_0, c2_0);
            FloatVector a3_0 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            c3_0 = a3_0.fma(b0_0, c3_0);
            FloatVector a3_1 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p + 1]);
            c3_0 = a3_1.fma(b1_0, c3_0);
            FloatVector a4_0 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p]);
            c4_0 = a4_0.fma(b0_0, c4_0);
            FloatVector a4_1 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p + 1]);
            c4_0 = a4_1.fma(b1_0, c4_0);
            FloatVector a5_0 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p]);
            c5_0 = a5_0.fma(b0_0, c5_0);
            FloatVector a5_1 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p + 1]);
            c5_0 = a5_1.fma(b1_0, c5_0);
            FloatVector a6_0 = FloatVector.broadcast(Lanes.FLOATS, a[a6 + p]);
            c6_0 = a6_0.fma(b0_0, c6_0);
            FloatVector a6_1 = FloatVector.broadcast(Lanes.FLOATS, a[a6 + p + 1]);
            c6_0 = a6_1.fma(b1_0, c6_0);
            FloatVector a7_0 = FloatVector.broadcast(Lanes.FLOATS, a[a7 + p]);
            c7_0 = a7_0.fma(b0_0, c7_0);
            FloatVector a7_1 = FloatVector.broadcast(Lanes.FLOATS, a[a7 + p + 1]);
            c7_0 = a7_1.fma(b1_0, c7_0);
            FloatVector a8_0 = FloatVector.broadcast(Lanes.FLOATS, a[a8 + p]);
            c8_0 = a8_0.fma(b0_0, c8_0);
            FloatVector a8_1 = FloatVector.broadcast(Lanes.FLOATS, a[a8 + p + 1]);
            c8_0 = a8_1.fma(b1_0, c8_0);
            FloatVector a9_0 = FloatVector.broadcast(Lanes.FLOATS, a[a9 + p]);
            c9_0 = a9_0.fma(b0_0, c9_0);
            FloatVector a9_1 = FloatVector.broadcast(Lanes.FLOATS, a[a9 + p + 1]);
            c9_0 = a9_1.fma(b1_0, c9_0);
            FloatVector a10_0 = FloatVector.broadcast(Lanes.FLOATS, a[a10 + p]);
            c10_0 = a10_0.fma(b0_0, c10_0);
            FloatVector a10_1 = FloatVector.broadcast(Lanes.FLOATS, a[a10 + p + 1]);
            c10_0 = a10_1.fma(b1_0, c10_0);
            FloatVector a11_0 = FloatVector.broadcast(Lanes.FLOATS, a[a11 + p]);
            c11_0 = a11_0.fma(b0_0, c11_0);
            FloatVector a11_1 = FloatVector.broadcast(Lanes.FLOATS, a[a11 + p + 1]);
            c11_0 = a11_1.fma(b1_0, c11_0);
            FloatVector a12_0 = FloatVector.broadcast(Lanes.FLOATS, a[a12 + p]);
            c12_0 = a12_0.fma(b0_0, c12_0);
            FloatVector a12_1 = FloatVector.broadcast(Lanes.FLOATS, a[a12 + p + 1]);
            c12_0 = a12_1.fma(b1_0, c12_0);
            FloatVector a13_0 = FloatVector.broadcast(Lanes.FLOATS, a[a13 + p]);
            c13_0 = a13_0.fma(b0_0, c13_0);
            FloatVector a13_1 = FloatVector.broadcast(Lanes.FLOATS, a[a13 + p + 1]);
            c13_0 = a13_1.fma(b1_0, c13_0);
            FloatVector a14_0 = FloatVector.broadcast(Lanes.FLOATS, a[a14 + p]);
            c14_0 = a14_0.fma(b0_0, c14_0);
            FloatVector a14_1 = FloatVector.broadcast(Lanes.FLOATS, a[a14 + p + 1]);
            c14_0 = a14_1.fma(b1_0, c14_0);
            FloatVector a15_0 = FloatVector.broadcast(Lanes.FLOATS, a[a15 + p]);
            c15_0 = a15_0.fma(b0_0, c15_0);
            FloatVector a15_1 = FloatVector.broadcast(Lanes.FLOATS, a[a15 + p + 1]);
            c15_0 = a15_1.fma(b1_0, c15_0);
            row = next + bRowStride;
        }
        if (p < depth) {
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            c0_0 = a_0.fma(b_0, c0_0);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            c1_0 = a_1.fma(b_0, c1_0);
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            c2_0 = a_2.fma(b_0, c2_0);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            c3_0 = a_3.fma(b_0, c3_0);
            FloatVector a_4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p]);
            c4_0 = a_4.fma(b_0, c4_0);
            FloatVector a_5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p]);
            c5_0 = a_5.fma(b_0, c5_0);
            FloatVector a_6 = FloatVector.broadcast(Lanes.FLOATS, a[a6 + p]);
            c6_0 = a_6.fma(b_0, c6_0);
            FloatVector a_7 = FloatVector.broadcast(Lanes.FLOATS, a[a7 + p]);
            c7_0 = a_7.fma(b_0, c7_0);
            FloatVector a_8 = FloatVector.broadcast(Lanes.FLOATS, a[a8 + p]);
            c8_0 = a_8.fma(b_0, c8_0);
            FloatVector a_9 = FloatVector.broadcast(Lanes.FLOATS, a[a9 + p]);
            c9_0 = a_9.fma(b_0, c9_0);
            FloatVector a_10 = FloatVector.broadcast(Lanes.FLOATS, a[a10 + p]);
            c10_0 = a_10.fma(b_0, c10_0);
            FloatVector a_11 = FloatVector.broadcast(Lanes.FLOATS, a[a11 + p]);
            c11_0 = a_11.fma(b_0, c11_0);
            FloatVector a_12 = FloatVector.broadcast(Lanes.FLOATS, a[a12 + p]);
            c12_0 = a_12.fma(b_0, c12_0);
            FloatVector a_13 = FloatVector.broadcast(Lanes.FLOATS, a[a13 + p]);
            c13_0 = a_13.fma(b_0, c13_0);
            FloatVector a_14 = FloatVector.broadcast(Lanes.FLOATS, a[a14 + p]);
            c14_0 = a_14.fma(b_0, c14_0);
            FloatVector a_15 = FloatVector.broadcast(Lanes.FLOATS, a[a15 + p]);
            c15_0 = a_15.fma(b_0, c15_0);
        }

        c0_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c1_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c2_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c3_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c4_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c5_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c6_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c7_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c8_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c9_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c10_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c11_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c12_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c13_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c14_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c15_0.intoArray(c, cOffset);
    }
}
