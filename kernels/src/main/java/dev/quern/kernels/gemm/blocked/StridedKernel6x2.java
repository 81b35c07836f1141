// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link MicroKernel6x2} on rows of A where they lie: {@code aRowStride} is a register more and five additions a step. For register files of 32 vectors. */
final class StridedKernel6x2 {
    private static final int NR = 2 * Lanes.COUNT;
    private static final long STEP = NR * Packing.FLOAT;
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;

    private StridedKernel6x2() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride) {
        if (panel.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel);
        }
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

        int row2 = 2 * aRowStride;
        int row3 = 3 * aRowStride;
        int row4 = 4 * aRowStride;
        int row5 = 5 * aRowStride;
        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, Packing.ORDER);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, Packing.ORDER);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            c0_0 = a_0.fma(b_0, c0_0);
            c0_1 = a_0.fma(b_1, c0_1);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[i + aRowStride]);
            c1_0 = a_1.fma(b_0, c1_0);
            c1_1 = a_1.fma(b_1, c1_1);
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[i + row2]);
            c2_0 = a_2.fma(b_0, c2_0);
            c2_1 = a_2.fma(b_1, c2_1);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[i + row3]);
            c3_0 = a_3.fma(b_0, c3_0);
            c3_1 = a_3.fma(b_1, c3_1);
            FloatVector a_4 = FloatVector.broadcast(Lanes.FLOATS, a[i + row4]);
            c4_0 = a_4.fma(b_0, c4_0);
            c4_1 = a_4.fma(b_1, c4_1);
            FloatVector a_5 = FloatVector.broadcast(Lanes.FLOATS, a[i + row5]);
            c5_0 = a_5.fma(b_0, c5_0);
            c5_1 = a_5.fma(b_1, c5_1);
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
