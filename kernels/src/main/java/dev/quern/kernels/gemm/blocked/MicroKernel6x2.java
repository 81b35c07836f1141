// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 6 rows × 2 vectors: 12 accumulators + 2 of B + 1 of A = 15 of 16 registers. For register files of 16 vectors, and for narrow panels. */
final class MicroKernel6x2 {
    private MicroKernel6x2() {}

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
        initOffset += initRowStride;
        FloatVector c10 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c11 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c20 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c21 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c30 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c31 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c40 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c41 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c50 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c51 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);

        int a1 = aOffset + aRowStride;
        int a2 = a1 + aRowStride;
        int a3 = a2 + aRowStride;
        int a4 = a3 + aRowStride;
        int a5 = a4 + aRowStride;
        for (int p = 0; p < depth; p++) {
            FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset);
            FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + Lanes.COUNT);
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aColumnStride]);
            c00 = x0.fma(b0, c00);
            c01 = x0.fma(b1, c01);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p * aColumnStride]);
            c10 = x1.fma(b0, c10);
            c11 = x1.fma(b1, c11);
            FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p * aColumnStride]);
            c20 = x2.fma(b0, c20);
            c21 = x2.fma(b1, c21);
            FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p * aColumnStride]);
            c30 = x3.fma(b0, c30);
            c31 = x3.fma(b1, c31);
            FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p * aColumnStride]);
            c40 = x4.fma(b0, c40);
            c41 = x4.fma(b1, c41);
            FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p * aColumnStride]);
            c50 = x5.fma(b0, c50);
            c51 = x5.fma(b1, c51);
            bOffset += 2 * Lanes.COUNT;
        }

        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c10.intoArray(c, cOffset);
        c11.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c20.intoArray(c, cOffset);
        c21.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c30.intoArray(c, cOffset);
        c31.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c40.intoArray(c, cOffset);
        c41.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c50.intoArray(c, cOffset);
        c51.intoArray(c, cOffset + Lanes.COUNT);
    }
}
