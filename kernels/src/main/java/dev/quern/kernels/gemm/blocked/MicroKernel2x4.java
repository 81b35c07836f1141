// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** 2 rows × 4 vectors: 8 accumulators + 4 of B + 1 of A = 13 of 32 registers. A product this low is bound by reading B. */
final class MicroKernel2x4 {
    private static final int NR = 4 * Lanes.COUNT;
    private static final long STEP = NR * Packing.FLOAT;
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final int ROW = MicroKernel.SLIVER_STRIDE;

    /** Beside {@link #run}. */
    static final EmptyCalls EMPTY = new EmptyCalls(() -> run(-1, null, 0, null, null, 0, 0, null, 0, 0));

    private MicroKernel2x4() {}

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
        if (depth < 0) {
            return; // One of the EmptyCalls.
        }
        if (panel.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, Packing.ORDER);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, Packing.ORDER);
            FloatVector b_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 2 * VECTOR, Packing.ORDER);
            FloatVector b_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 3 * VECTOR, Packing.ORDER);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            c0_0 = a_0.fma(b_0, c0_0);
            c0_1 = a_0.fma(b_1, c0_1);
            c0_2 = a_0.fma(b_2, c0_2);
            c0_3 = a_0.fma(b_3, c0_3);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[i + ROW]);
            c1_0 = a_1.fma(b_0, c1_0);
            c1_1 = a_1.fma(b_1, c1_1);
            c1_2 = a_1.fma(b_2, c1_2);
            c1_3 = a_1.fma(b_3, c1_3);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
