// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 4 rows × 4 vectors on operands in place: 16 accumulators + 4 of B + 1 of A = 21 of 32 registers. */
final class InPlace4x4 extends InPlaceKernel {
    InPlace4x4() {
        super("4x4", 4, 4 * Lanes.COUNT, 4 * Lanes.COUNT);
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
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c2_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c3_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c3_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        // A row that does not exist is the last one again; what becomes of it is thrown away.
        int last = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, last) * aRowStride;
        int a2 = aOffset + Math.min(2, last) * aRowStride;
        int a3 = aOffset + Math.min(3, last) * aRowStride;
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            FloatVector b_2 = FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT);
            FloatVector b_3 = FloatVector.fromArray(Lanes.FLOATS, b, row + 3 * Lanes.COUNT);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            c0_0 = a_0.fma(b_0, c0_0);
            c0_1 = a_0.fma(b_1, c0_1);
            c0_2 = a_0.fma(b_2, c0_2);
            c0_3 = a_0.fma(b_3, c0_3);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            c1_0 = a_1.fma(b_0, c1_0);
            c1_1 = a_1.fma(b_1, c1_1);
            c1_2 = a_1.fma(b_2, c1_2);
            c1_3 = a_1.fma(b_3, c1_3);
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            c2_0 = a_2.fma(b_0, c2_0);
            c2_1 = a_2.fma(b_1, c2_1);
            c2_2 = a_2.fma(b_2, c2_2);
            c2_3 = a_2.fma(b_3, c2_3);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            c3_0 = a_3.fma(b_0, c3_0);
            c3_1 = a_3.fma(b_1, c3_1);
            c3_2 = a_3.fma(b_2, c3_2);
            c3_3 = a_3.fma(b_3, c3_3);
            row += bRowStride;
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c2_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
