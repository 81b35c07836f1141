// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 4 rows × 1 vector on operands in place, for products of no more rows: 4 accumulators + 2 of B + 1 of A = 7 of 16 registers. */
final class InPlace4x1 extends InPlaceKernel {
    InPlace4x1() {
        super("4x1", 4, Lanes.COUNT, Lanes.COUNT);
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

        // A row that does not exist is the last one again; what becomes of it is thrown away.
        int last = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, last) * aRowStride;
        int a2 = aOffset + Math.min(2, last) * aRowStride;
        int a3 = aOffset + Math.min(3, last) * aRowStride;
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
        }

        c0_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c1_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c2_0.intoArray(c, cOffset);
        cOffset += cRowStride;
        c3_0.intoArray(c, cOffset);
    }
}
