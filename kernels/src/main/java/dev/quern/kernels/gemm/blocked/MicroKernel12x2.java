// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** 12 rows × 2 vectors: 24 accumulators + 2 of B + 1 of A = 27 of 32 registers. For register files of 32 vectors. */
final class MicroKernel12x2 {
    private MicroKernel12x2() {}

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
        initOffset += initRowStride;
        FloatVector c6_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c6_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c7_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c7_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c8_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c8_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c9_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c9_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c10_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c10_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c11_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c11_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);

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
            FloatVector a0_6 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 12]);
            c6_0 = a0_6.fma(b0_0, c6_0);
            c6_1 = a0_6.fma(b0_1, c6_1);
            FloatVector a0_7 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 14]);
            c7_0 = a0_7.fma(b0_0, c7_0);
            c7_1 = a0_7.fma(b0_1, c7_1);
            FloatVector a0_8 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 16]);
            c8_0 = a0_8.fma(b0_0, c8_0);
            c8_1 = a0_8.fma(b0_1, c8_1);
            FloatVector a0_9 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 18]);
            c9_0 = a0_9.fma(b0_0, c9_0);
            c9_1 = a0_9.fma(b0_1, c9_1);
            FloatVector a0_10 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 20]);
            c10_0 = a0_10.fma(b0_0, c10_0);
            c10_1 = a0_10.fma(b0_1, c10_1);
            FloatVector a0_11 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 22]);
            c11_0 = a0_11.fma(b0_0, c11_0);
            c11_1 = a0_11.fma(b0_1, c11_1);

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
            FloatVector a1_6 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 13]);
            c6_0 = a1_6.fma(b1_0, c6_0);
            c6_1 = a1_6.fma(b1_1, c6_1);
            FloatVector a1_7 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 15]);
            c7_0 = a1_7.fma(b1_0, c7_0);
            c7_1 = a1_7.fma(b1_1, c7_1);
            FloatVector a1_8 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 17]);
            c8_0 = a1_8.fma(b1_0, c8_0);
            c8_1 = a1_8.fma(b1_1, c8_1);
            FloatVector a1_9 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 19]);
            c9_0 = a1_9.fma(b1_0, c9_0);
            c9_1 = a1_9.fma(b1_1, c9_1);
            FloatVector a1_10 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 21]);
            c10_0 = a1_10.fma(b1_0, c10_0);
            c10_1 = a1_10.fma(b1_1, c10_1);
            FloatVector a1_11 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 23]);
            c11_0 = a1_11.fma(b1_0, c11_0);
            c11_1 = a1_11.fma(b1_1, c11_1);
            aOffset += 24;
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
            FloatVector a0_6 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 12]);
            c6_0 = a0_6.fma(b0_0, c6_0);
            c6_1 = a0_6.fma(b0_1, c6_1);
            FloatVector a0_7 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 14]);
            c7_0 = a0_7.fma(b0_0, c7_0);
            c7_1 = a0_7.fma(b0_1, c7_1);
            FloatVector a0_8 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 16]);
            c8_0 = a0_8.fma(b0_0, c8_0);
            c8_1 = a0_8.fma(b0_1, c8_1);
            FloatVector a0_9 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 18]);
            c9_0 = a0_9.fma(b0_0, c9_0);
            c9_1 = a0_9.fma(b0_1, c9_1);
            FloatVector a0_10 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 20]);
            c10_0 = a0_10.fma(b0_0, c10_0);
            c10_1 = a0_10.fma(b0_1, c10_1);
            FloatVector a0_11 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + 22]);
            c11_0 = a0_11.fma(b0_0, c11_0);
            c11_1 = a0_11.fma(b0_1, c11_1);
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
        cOffset += cRowStride;
        c6_0.intoArray(c, cOffset);
        c6_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c7_0.intoArray(c, cOffset);
        c7_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c8_0.intoArray(c, cOffset);
        c8_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c9_0.intoArray(c, cOffset);
        c9_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c10_0.intoArray(c, cOffset);
        c10_1.intoArray(c, cOffset + Lanes.COUNT);
        cOffset += cRowStride;
        c11_0.intoArray(c, cOffset);
        c11_1.intoArray(c, cOffset + Lanes.COUNT);
    }
}
