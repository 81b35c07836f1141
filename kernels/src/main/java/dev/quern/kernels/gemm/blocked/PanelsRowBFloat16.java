// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** 1 row × 4 panels of bfloat16: 16 accumulators + 1 pair + 2 widened + 1 of A + 1 mask = 21 of 32 registers. */
final class PanelsRowBFloat16 {
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final long STEP = 2 * VECTOR;

    private PanelsRowBFloat16() {}

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
            IntVector pair0_0 = IntVector.fromMemorySegment(Lanes.INTS, panel0, step, Packing.ORDER);
            c0_0 = x.fma(pair0_0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c0_0);
            c0_1 = x.fma(pair0_0.and(HalvesVector.UPPER).reinterpretAsFloats(), c0_1);
            IntVector pair0_1 = IntVector.fromMemorySegment(Lanes.INTS, panel0, step + VECTOR, Packing.ORDER);
            c0_2 = x.fma(pair0_1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c0_2);
            c0_3 = x.fma(pair0_1.and(HalvesVector.UPPER).reinterpretAsFloats(), c0_3);
            IntVector pair1_0 = IntVector.fromMemorySegment(Lanes.INTS, panel1, step, Packing.ORDER);
            c1_0 = x.fma(pair1_0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c1_0);
            c1_1 = x.fma(pair1_0.and(HalvesVector.UPPER).reinterpretAsFloats(), c1_1);
            IntVector pair1_1 = IntVector.fromMemorySegment(Lanes.INTS, panel1, step + VECTOR, Packing.ORDER);
            c1_2 = x.fma(pair1_1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c1_2);
            c1_3 = x.fma(pair1_1.and(HalvesVector.UPPER).reinterpretAsFloats(), c1_3);
            IntVector pair2_0 = IntVector.fromMemorySegment(Lanes.INTS, panel2, step, Packing.ORDER);
            c2_0 = x.fma(pair2_0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c2_0);
            c2_1 = x.fma(pair2_0.and(HalvesVector.UPPER).reinterpretAsFloats(), c2_1);
            IntVector pair2_1 = IntVector.fromMemorySegment(Lanes.INTS, panel2, step + VECTOR, Packing.ORDER);
            c2_2 = x.fma(pair2_1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c2_2);
            c2_3 = x.fma(pair2_1.and(HalvesVector.UPPER).reinterpretAsFloats(), c2_3);
            IntVector pair3_0 = IntVector.fromMemorySegment(Lanes.INTS, panel3, step, Packing.ORDER);
            c3_0 = x.fma(pair3_0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c3_0);
            c3_1 = x.fma(pair3_0.and(HalvesVector.UPPER).reinterpretAsFloats(), c3_1);
            IntVector pair3_1 = IntVector.fromMemorySegment(Lanes.INTS, panel3, step + VECTOR, Packing.ORDER);
            c3_2 = x.fma(pair3_1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c3_2);
            c3_3 = x.fma(pair3_1.and(HalvesVector.UPPER).reinterpretAsFloats(), c3_3);
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
