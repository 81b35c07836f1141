// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 6 rows × 4 vectors: 24 accumulators + 4 of B + 1 of A = 29 of 32 registers. For register files of 32 vectors. */
final class MicroKernel6x4 {
    private MicroKernel6x4() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] b,
            int bOffset,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride) {
        FloatVector c00 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c01 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c02 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c03 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c10 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c11 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c12 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c13 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c20 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c21 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c22 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c23 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c30 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c31 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c32 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c33 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c40 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c41 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c42 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c43 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c50 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c51 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c52 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c53 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        int a1 = aOffset + aRowStride;
        int a2 = a1 + aRowStride;
        int a3 = a2 + aRowStride;
        int a4 = a3 + aRowStride;
        int a5 = a4 + aRowStride;
        for (int p = 0; p < depth; p++) {
            FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset);
            FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + Lanes.COUNT);
            FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + 2 * Lanes.COUNT);
            FloatVector b3 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + 3 * Lanes.COUNT);
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aColumnStride]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            c02 = x0.fma(b2, c02);
            c03 = x0.fma(b3, c03);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p * aColumnStride]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            c12 = x1.fma(b2, c12);
            c13 = x1.fma(b3, c13);
            FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p * aColumnStride]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            c22 = x2.fma(b2, c22);
            c23 = x2.fma(b3, c23);
            FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p * aColumnStride]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
            c32 = x3.fma(b2, c32);
            c33 = x3.fma(b3, c33);
            FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p * aColumnStride]);
            c40 = x4.fma(b0, c40);
            c41 = x4.fma(b1, c41);
            c42 = x4.fma(b2, c42);
            c43 = x4.fma(b3, c43);
            FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p * aColumnStride]);
            c50 = x5.fma(b0, c50);
            c51 = x5.fma(b1, c51);
            c52 = x5.fma(b2, c52);
            c53 = x5.fma(b3, c53);
            bOffset += 4 * Lanes.COUNT;
        }

        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + Lanes.COUNT);
        c02.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c03.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c10.intoArray(c, cOffset);
        c11.intoArray(c, cOffset + Lanes.COUNT);
        c12.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c13.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c20.intoArray(c, cOffset);
        c21.intoArray(c, cOffset + Lanes.COUNT);
        c22.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c23.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c30.intoArray(c, cOffset);
        c31.intoArray(c, cOffset + Lanes.COUNT);
        c32.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c33.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c40.intoArray(c, cOffset);
        c41.intoArray(c, cOffset + Lanes.COUNT);
        c42.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c43.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c50.intoArray(c, cOffset);
        c51.intoArray(c, cOffset + Lanes.COUNT);
        c52.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c53.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
