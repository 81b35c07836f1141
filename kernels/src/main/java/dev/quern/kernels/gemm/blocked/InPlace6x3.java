// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 6 rows × 3 vectors on operands in place: 18 accumulators + 3 of B + 1 of A = 22 of 32 registers. */
final class InPlace6x3 extends InPlaceKernel {
    InPlace6x3() {
        super("6x3", 6, 3 * Lanes.COUNT, 3 * Lanes.COUNT);
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
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c3_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c4_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c4_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c4_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c5_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c5_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c5_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);

        // A row that does not exist is the last one again; what becomes of it is thrown away.
        int last = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, last) * aRowStride;
        int a2 = aOffset + Math.min(2, last) * aRowStride;
        int a3 = aOffset + Math.min(3, last) * aRowStride;
        int a4 = aOffset + Math.min(4, last) * aRowStride;
        int a5 = aOffset + Math.min(5, last) * aRowStride;
        int row = bOffset;
        int p = 0;
        for (; p < depth - 1; p += 2) {
            int next = row + bRowStride;
            FloatVector b0_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            FloatVector b0_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            FloatVector b0_2 = FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT);
            FloatVector b1_0 = FloatVector.fromArray(Lanes.FLOATS, b, next);
            FloatVector b1_1 = FloatVector.fromArray(Lanes.FLOATS, b, next + Lanes.COUNT);
            FloatVector b1_2 = FloatVector.fromArray(Lanes.FLOATS, b, next + 2 * Lanes.COUNT);
            FloatVector a0_0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            c0_0 = a0_0.fma(b0_0, c0_0);
            c0_1 = a0_0.fma(b0_1, c0_1);
            c0_2 = a0_0.fma(b0_2, c0_2);
            FloatVector a0_1 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p + 1]);
            c0_0 = a0_1.fma(b1_0, c0_0);
            c0_1 = a0_1.fma(b1_1, c0_1);
            c0_2 = a0_1.fma(b1_2, c0_2);
            FloatVector a1_0 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            c1_0 = a1_0.fma(b0_0, c1_0);
            c1_1 = a1_0.fma(b0_1, c1_1);
            c1_2 = a1_0.fma(b0_2, c1_2);
            FloatVector a1_1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p + 1]);
            c1_0 = a1_1.fma(b1_0, c1_0);
            c1_1 = a1_1.fma(b1_1, c1_1);
            c1_2 = a1_1.fma(b1_2, c1_2);
            FloatVector a2_0 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            c2_0 = a2_0.fma(b0_0, c2_0);
            c2_1 = a2_0.fma(b0_1, c2_1);
            c2_2 = a2_0.fma(b0_2, c2_2);
            FloatVector a2_1 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p + 1]);
            c2_0 = a2_1.fma(b1_0, c2_0);
            c2_1 = a2_1.fma(b1_1, c2_1);
            c2_2 = a2_1.fma(b1_2, c2_2);
            FloatVector a3_0 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            c3_0 = a3_0.fma(b0_0, c3_0);
            c3_1 = a3_0.fma(b0_1, c3_1);
            c3_2 = a3_0.fma(b0_2, c3_2);
            FloatVector a3_1 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p + 1]);
            c3_0 = a3_1.fma(b1_0, c3_0);
            c3_1 = a3_1.fma(b1_1, c3_1);
            c3_2 = a3_1.fma(b1_2, c3_2);
            FloatVector a4_0 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p]);
            c4_0 = a4_0.fma(b0_0, c4_0);
            c4_1 = a4_0.fma(b0_1, c4_1);
            c4_2 = a4_0.fma(b0_2, c4_2);
            FloatVector a4_1 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p + 1]);
            c4_0 = a4_1.fma(b1_0, c4_0);
            c4_1 = a4_1.fma(b1_1, c4_1);
            c4_2 = a4_1.fma(b1_2, c4_2);
            FloatVector a5_0 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p]);
            c5_0 = a5_0.fma(b0_0, c5_0);
            c5_1 = a5_0.fma(b0_1, c5_1);
            c5_2 = a5_0.fma(b0_2, c5_2);
            FloatVector a5_1 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p + 1]);
            c5_0 = a5_1.fma(b1_0, c5_0);
            c5_1 = a5_1.fma(b1_1, c5_1);
            c5_2 = a5_1.fma(b1_2, c5_2);
            row = next + bRowStride;
        }
        if (p < depth) {
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            FloatVector b_2 = FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            c0_0 = a_0.fma(b_0, c0_0);
            c0_1 = a_0.fma(b_1, c0_1);
            c0_2 = a_0.fma(b_2, c0_2);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            c1_0 = a_1.fma(b_0, c1_0);
            c1_1 = a_1.fma(b_1, c1_1);
            c1_2 = a_1.fma(b_2, c1_2);
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            c2_0 = a_2.fma(b_0, c2_0);
            c2_1 = a_2.fma(b_1, c2_1);
            c2_2 = a_2.fma(b_2, c2_2);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            c3_0 = a_3.fma(b_0, c3_0);
            c3_1 = a_3.fma(b_1, c3_1);
            c3_2 = a_3.fma(b_2, c3_2);
            FloatVector a_4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p]);
            c4_0 = a_4.fma(b_0, c4_0);
            c4_1 = a_4.fma(b_1, c4_1);
            c4_2 = a_4.fma(b_2, c4_2);
            FloatVector a_5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p]);
            c5_0 = a_5.fma(b_0, c5_0);
            c5_1 = a_5.fma(b_1, c5_1);
            c5_2 = a_5.fma(b_2, c5_2);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        c4_0.intoArray(c, cOffset);
        c4_1.intoArray(c, cOffset + Lanes.COUNT);
        c4_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        c5_0.intoArray(c, cOffset);
        c5_1.intoArray(c, cOffset + Lanes.COUNT);
        c5_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
    }
}
