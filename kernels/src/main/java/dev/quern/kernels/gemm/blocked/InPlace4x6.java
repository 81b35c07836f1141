// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * 4 rows × 6 vectors on operands in place: 24 accumulators + 1 of B + 4 of A = 29 of 32 registers. Where it is narrower, its
 * second half ends with the tile and lies over the first, to the same bits.
 */
final class InPlace4x6 extends InPlaceKernel {
    InPlace4x6() {
        super("4x6", 4, 6 * Lanes.COUNT, 4 * Lanes.COUNT + 1);
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
        int half = columns - 3 * Lanes.COUNT;
        int initHalf = initOffset + half;
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c0_4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c0_5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        initHalf += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c1_4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c1_5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        initHalf += initRowStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c2_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c2_4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c2_5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        initOffset += initRowStride;
        initHalf += initRowStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c3_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c3_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c3_4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c3_5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);

        // A row that does not exist is the last one again; what becomes of it is thrown away.
        int last = rows - 1;
        int a0 = aOffset;
        int a1 = aOffset + Math.min(1, last) * aRowStride;
        int a2 = aOffset + Math.min(2, last) * aRowStride;
        int a3 = aOffset + Math.min(3, last) * aRowStride;
        int row = bOffset;
        int second = bOffset + half;
        for (int p = 0; p < depth; p++) {
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[a0 + p]);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            c0_0 = a_0.fma(b_0, c0_0);
            c1_0 = a_1.fma(b_0, c1_0);
            c2_0 = a_2.fma(b_0, c2_0);
            c3_0 = a_3.fma(b_0, c3_0);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            c0_1 = a_0.fma(b_1, c0_1);
            c1_1 = a_1.fma(b_1, c1_1);
            c2_1 = a_2.fma(b_1, c2_1);
            c3_1 = a_3.fma(b_1, c3_1);
            FloatVector b_2 = FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT);
            c0_2 = a_0.fma(b_2, c0_2);
            c1_2 = a_1.fma(b_2, c1_2);
            c2_2 = a_2.fma(b_2, c2_2);
            c3_2 = a_3.fma(b_2, c3_2);
            FloatVector b_3 = FloatVector.fromArray(Lanes.FLOATS, b, second);
            c0_3 = a_0.fma(b_3, c0_3);
            c1_3 = a_1.fma(b_3, c1_3);
            c2_3 = a_2.fma(b_3, c2_3);
            c3_3 = a_3.fma(b_3, c3_3);
            FloatVector b_4 = FloatVector.fromArray(Lanes.FLOATS, b, second + Lanes.COUNT);
            c0_4 = a_0.fma(b_4, c0_4);
            c1_4 = a_1.fma(b_4, c1_4);
            c2_4 = a_2.fma(b_4, c2_4);
            c3_4 = a_3.fma(b_4, c3_4);
            FloatVector b_5 = FloatVector.fromArray(Lanes.FLOATS, b, second + 2 * Lanes.COUNT);
            c0_5 = a_0.fma(b_5, c0_5);
            c1_5 = a_1.fma(b_5, c1_5);
            c2_5 = a_2.fma(b_5, c2_5);
            c3_5 = a_3.fma(b_5, c3_5);
            row += bRowStride;
            second += bRowStride;
        }

        int cHalf = cOffset + half;
        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cHalf);
        c0_4.intoArray(c, cHalf + Lanes.COUNT);
        c0_5.intoArray(c, cHalf + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        cHalf += cRowStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, cHalf);
        c1_4.intoArray(c, cHalf + Lanes.COUNT);
        c1_5.intoArray(c, cHalf + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        cHalf += cRowStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c2_3.intoArray(c, cHalf);
        c2_4.intoArray(c, cHalf + Lanes.COUNT);
        c2_5.intoArray(c, cHalf + 2 * Lanes.COUNT);
        cOffset += cRowStride;
        cHalf += cRowStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3_3.intoArray(c, cHalf);
        c3_4.intoArray(c, cHalf + Lanes.COUNT);
        c3_5.intoArray(c, cHalf + 2 * Lanes.COUNT);
    }
}
