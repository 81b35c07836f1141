// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 6 rows × 2 vectors: 12 accumulators + 2 of B + 1 of A = 15 of 16 registers. For register files of 16 vectors, and for the last rows. */
final class MicroKernel6x2 {
    private MicroKernel6x2() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride) {
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c4_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c4_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c5_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c5_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);

        for (int p = 0; p < depth - 1; p += 2) {
            FloatVector b0_0 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset);
            FloatVector b0_1 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + Lanes.COUNT);
            FloatVector a0_0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset]);
            c0_0 = a0_0.fma(b0_0, c0_0);
            c0_1 = a0_0.fma(b0_1, c0_1);
            FloatVector a0_1 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 2]);
            c1_0 = a0_1.fma(b0_0, c1_0);
            c1_1 = a0_1.fma(b0_1, c1_1);
            FloatVector a0_2 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 4]);
            c2_0 = a0_2.fma(b0_0, c2_0);
            c2_1 = a0_2.fma(b0_1, c2_1);
            FloatVector a0_3 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 6]);
            c3_0 = a0_3.fma(b0_0, c3_0);
            c3_1 = a0_3.fma(b0_1, c3_1);
            FloatVector a0_4 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 8]);
            c4_0 = a0_4.fma(b0_0, c4_0);
            c4_1 = a0_4.fma(b0_1, c4_1);
            FloatVector a0_5 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 10]);
            c5_0 = a0_5.fma(b0_0, c5_0);
            c5_1 = a0_5.fma(b0_1, c5_1);

            FloatVector b1_0 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + 2 * Lanes.COUNT);
            FloatVector b1_1 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + 3 * Lanes.COUNT);
            FloatVector a1_0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 1]);
            c0_0 = a1_0.fma(b1_0, c0_0);
            c0_1 = a1_0.fma(b1_1, c0_1);
            FloatVector a1_1 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 3]);
            c1_0 = a1_1.fma(b1_0, c1_0);
            c1_1 = a1_1.fma(b1_1, c1_1);
            FloatVector a1_2 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 5]);
            c2_0 = a1_2.fma(b1_0, c2_0);
            c2_1 = a1_2.fma(b1_1, c2_1);
            FloatVector a1_3 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 7]);
            c3_0 = a1_3.fma(b1_0, c3_0);
            c3_1 = a1_3.fma(b1_1, c3_1);
            FloatVector a1_4 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 9]);
            c4_0 = a1_4.fma(b1_0, c4_0);
            c4_1 = a1_4.fma(b1_1, c4_1);
            FloatVector a1_5 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 11]);
            c5_0 = a1_5.fma(b1_0, c5_0);
            c5_1 = a1_5.fma(b1_1, c5_1);
            aOffset += 12;
            bOffset += 4 * Lanes.COUNT;
        }
        if ((depth & 1) != 0) {
            FloatVector b0_0 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset);
            FloatVector b0_1 = FloatVector.fromArray(Lanes.FLOATS, b, bOffset + Lanes.COUNT);
            FloatVector a0_0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset]);
            c0_0 = a0_0.fma(b0_0, c0_0);
            c0_1 = a0_0.fma(b0_1, c0_1);
            FloatVector a0_1 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 2]);
            c1_0 = a0_1.fma(b0_0, c1_0);
            c1_1 = a0_1.fma(b0_1, c1_1);
            FloatVector a0_2 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 4]);
            c2_0 = a0_2.fma(b0_0, c2_0);
            c2_1 = a0_2.fma(b0_1, c2_1);
            FloatVector a0_3 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 6]);
            c3_0 = a0_3.fma(b0_0, c3_0);
            c3_1 = a0_3.fma(b0_1, c3_1);
            FloatVector a0_4 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 8]);
            c4_0 = a0_4.fma(b0_0, c4_0);
            c4_1 = a0_4.fma(b0_1, c4_1);
            FloatVector a0_5 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 10]);
            c5_0 = a0_5.fma(b0_0, c5_0);
            c5_1 = a0_5.fma(b0_1, c5_1);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c4_0.intoArray(c, cOffset);
        c4_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c5_0.intoArray(c, cOffset);
        c5_1.intoArray(c, cOffset + Lanes.COUNT);
    }
}
