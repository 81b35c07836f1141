// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** 1 row × 4 panels of 4 vectors: 16 accumulators + 1 of B + 1 of A = 18 of 32 registers. */
final class PanelsRow {
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final long STEP = 4 * VECTOR;

    private PanelsRow() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel0,
            MemorySegment panel1,
            MemorySegment panel2,
            MemorySegment panel3,
            float[] c,
            int cOffset) {
        if (panel0.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel0);
        }
        if (panel1.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel1);
        }
        if (panel2.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel2);
        }
        if (panel3.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel3);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 3 * Lanes.COUNT);
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 4 * Lanes.COUNT);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 5 * Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 6 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 7 * Lanes.COUNT);
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 8 * Lanes.COUNT);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 9 * Lanes.COUNT);
        FloatVector c2_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 10 * Lanes.COUNT);
        FloatVector c2_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 11 * Lanes.COUNT);
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 12 * Lanes.COUNT);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 13 * Lanes.COUNT);
        FloatVector c3_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 14 * Lanes.COUNT);
        FloatVector c3_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 15 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            long step = p * STEP;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
            FloatVector b0_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, step, Packing.ORDER);
            c0_0 = x.fma(b0_0, c0_0);
            FloatVector b0_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, step + VECTOR, Packing.ORDER);
            c0_1 = x.fma(b0_1, c0_1);
            FloatVector b0_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, step + 2 * VECTOR, Packing.ORDER);
            c0_2 = x.fma(b0_2, c0_2);
            FloatVector b0_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, step + 3 * VECTOR, Packing.ORDER);
            c0_3 = x.fma(b0_3, c0_3);
            FloatVector b1_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, step, Packing.ORDER);
            c1_0 = x.fma(b1_0, c1_0);
            FloatVector b1_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, step + VECTOR, Packing.ORDER);
            c1_1 = x.fma(b1_1, c1_1);
            FloatVector b1_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, step + 2 * VECTOR, Packing.ORDER);
            c1_2 = x.fma(b1_2, c1_2);
            FloatVector b1_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, step + 3 * VECTOR, Packing.ORDER);
            c1_3 = x.fma(b1_3, c1_3);
            FloatVector b2_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel2, step, Packing.ORDER);
            c2_0 = x.fma(b2_0, c2_0);
            FloatVector b2_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel2, step + VECTOR, Packing.ORDER);
            c2_1 = x.fma(b2_1, c2_1);
            FloatVector b2_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel2, step + 2 * VECTOR, Packing.ORDER);
            c2_2 = x.fma(b2_2, c2_2);
            FloatVector b2_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel2, step + 3 * VECTOR, Packing.ORDER);
            c2_3 = x.fma(b2_3, c2_3);
            FloatVector b3_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel3, step, Packing.ORDER);
            c3_0 = x.fma(b3_0, c3_0);
            FloatVector b3_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel3, step + VECTOR, Packing.ORDER);
            c3_1 = x.fma(b3_1, c3_1);
            FloatVector b3_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel3, step + 2 * VECTOR, Packing.ORDER);
            c3_2 = x.fma(b3_2, c3_2);
            FloatVector b3_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel3, step + 3 * VECTOR, Packing.ORDER);
            c3_3 = x.fma(b3_3, c3_3);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        c1_0.intoArray(c, cOffset + 4 * Lanes.COUNT);
        c1_1.intoArray(c, cOffset + 5 * Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 6 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 7 * Lanes.COUNT);
        c2_0.intoArray(c, cOffset + 8 * Lanes.COUNT);
        c2_1.intoArray(c, cOffset + 9 * Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 10 * Lanes.COUNT);
        c2_3.intoArray(c, cOffset + 11 * Lanes.COUNT);
        c3_0.intoArray(c, cOffset + 12 * Lanes.COUNT);
        c3_1.intoArray(c, cOffset + 13 * Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 14 * Lanes.COUNT);
        c3_3.intoArray(c, cOffset + 15 * Lanes.COUNT);
    }
}
