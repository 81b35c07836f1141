// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * 2 rows × 6 vectors, a full panel and one of half its width: 12 accumulators + 1 of B + 2 of A = 15 of 32 registers. Loads of aligned
 * panels are few beside so many sums, and there are chains enough for two FMA units.
 */
final class MicroKernel2x6 {
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final long STEP = 4 * VECTOR;
    private static final long HALF = 2 * VECTOR;

    private MicroKernel2x6() {}

    /** Rows of A where they lie; starts in order, results of the first panel to {@code c}, of the second to {@code c1}. */
    static void run(
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            MemorySegment panel0,
            MemorySegment panel1,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            float[] c1,
            int c1Offset,
            int c1RowStride) {
        if (panel0.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel0);
        }
        if (panel1.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel1);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        FloatVector c0_4 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 4 * Lanes.COUNT);
        FloatVector c0_5 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 5 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        FloatVector c1_4 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 4 * Lanes.COUNT);
        FloatVector c1_5 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 5 * Lanes.COUNT);

        int a1 = aOffset + aRowStride;
        for (int p = 0; p < depth; p++) {
            long row0 = p * STEP;
            long row1 = p * HALF;
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0, Packing.ORDER);
            c0_0 = x0.fma(b_0, c0_0);
            c1_0 = x1.fma(b_0, c1_0);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + VECTOR, Packing.ORDER);
            c0_1 = x0.fma(b_1, c0_1);
            c1_1 = x1.fma(b_1, c1_1);
            FloatVector b_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + 2 * VECTOR, Packing.ORDER);
            c0_2 = x0.fma(b_2, c0_2);
            c1_2 = x1.fma(b_2, c1_2);
            FloatVector b_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + 3 * VECTOR, Packing.ORDER);
            c0_3 = x0.fma(b_3, c0_3);
            c1_3 = x1.fma(b_3, c1_3);
            FloatVector b_4 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1, Packing.ORDER);
            c0_4 = x0.fma(b_4, c0_4);
            c1_4 = x1.fma(b_4, c1_4);
            FloatVector b_5 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1 + VECTOR, Packing.ORDER);
            c0_5 = x0.fma(b_5, c0_5);
            c1_5 = x1.fma(b_5, c1_5);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        c0_4.intoArray(c1, c1Offset);
        c0_5.intoArray(c1, c1Offset + Lanes.COUNT);
        cOffset += cRowStride;
        c1Offset += c1RowStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        c1_4.intoArray(c1, c1Offset);
        c1_5.intoArray(c1, c1Offset + Lanes.COUNT);
    }
}
