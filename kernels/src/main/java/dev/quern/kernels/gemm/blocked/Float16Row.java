// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * 1 row × 4 vectors of a panel of finite binary16: 4 accumulators + 2 pairs + 4 widened + 5 constants + 1 of A = 16 of 32
 * registers. {@link HalvesVector} says how they are widened.
 */
final class Float16Row {
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final long STEP = 2 * VECTOR;

    private Float16Row() {}

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
        FloatVector two = FloatVector.broadcast(Lanes.FLOATS, 2f);
        FloatVector offset = FloatVector.broadcast(Lanes.FLOATS, -0x1p-14f);

        for (int p = 0; p < depth; p++) {
            long step = p * STEP;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
            IntVector pair0 = IntVector.fromMemorySegment(Lanes.INTS, panel, step, Packing.ORDER);
            IntVector b_0 = pair0.lanewise(VectorOperators.LSHL, 13)
                    .and(HalvesVector.MAGNITUDE)
                    .add(HalvesVector.REBIAS);
            b_0 = b_0.min(b_0.reinterpretAsFloats().fma(two, offset).reinterpretAsInts());
            b_0 = b_0.or(pair0.lanewise(VectorOperators.LSHL, 16).and(HalvesVector.SIGN));
            c_0 = x.fma(b_0.reinterpretAsFloats(), c_0);
            IntVector b_1 = pair0.lanewise(VectorOperators.LSHR, 3)
                    .and(HalvesVector.MAGNITUDE)
                    .add(HalvesVector.REBIAS);
            b_1 = b_1.min(b_1.reinterpretAsFloats().fma(two, offset).reinterpretAsInts());
            b_1 = b_1.or(pair0.and(HalvesVector.SIGN));
            c_1 = x.fma(b_1.reinterpretAsFloats(), c_1);
            IntVector pair1 = IntVector.fromMemorySegment(Lanes.INTS, panel, step + VECTOR, Packing.ORDER);
            IntVector b_2 = pair1.lanewise(VectorOperators.LSHL, 13)
                    .and(HalvesVector.MAGNITUDE)
                    .add(HalvesVector.REBIAS);
            b_2 = b_2.min(b_2.reinterpretAsFloats().fma(two, offset).reinterpretAsInts());
            b_2 = b_2.or(pair1.lanewise(VectorOperators.LSHL, 16).and(HalvesVector.SIGN));
            c_2 = x.fma(b_2.reinterpretAsFloats(), c_2);
            IntVector b_3 = pair1.lanewise(VectorOperators.LSHR, 3)
                    .and(HalvesVector.MAGNITUDE)
                    .add(HalvesVector.REBIAS);
            b_3 = b_3.min(b_3.reinterpretAsFloats().fma(two, offset).reinterpretAsInts());
            b_3 = b_3.or(pair1.and(HalvesVector.SIGN));
            c_3 = x.fma(b_3.reinterpretAsFloats(), c_3);
        }

        c_0.intoArray(c, cOffset);
        c_1.intoArray(c, cOffset + Lanes.COUNT);
        c_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
