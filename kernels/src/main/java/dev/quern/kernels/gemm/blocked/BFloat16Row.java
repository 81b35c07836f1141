// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** 1 row × 4 vectors of a panel of bfloat16: 4 accumulators + 2 pairs + 2 widened + 1 of A = 9 of 32 registers. */
final class BFloat16Row {
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final long STEP = 2 * VECTOR;

    private BFloat16Row() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
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
        FloatVector c_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            long step = p * STEP;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
            IntVector pair0 = IntVector.fromMemorySegment(Lanes.INTS, panel, step, Packing.ORDER);
            c_0 = x.fma(pair0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c_0);
            c_1 = x.fma(pair0.and(HalvesVector.UPPER).reinterpretAsFloats(), c_1);
            IntVector pair1 = IntVector.fromMemorySegment(Lanes.INTS, panel, step + VECTOR, Packing.ORDER);
            c_2 = x.fma(pair1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), c_2);
            c_3 = x.fma(pair1.and(HalvesVector.UPPER).reinterpretAsFloats(), c_3);
        }

        c_0.intoArray(c, cOffset);
        c_1.intoArray(c, cOffset + Lanes.COUNT);
        c_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
