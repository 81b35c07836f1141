// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** 6 rows × 2 vectors: 12 accumulators + 2 of B + 1 of A = 15 of 16 registers. */
final class MicroKernel6x2 {
    private static final int NR = 2 * Lanes.COUNT;
    private static final long STEP = NR * Packing.FLOAT;
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final int ROW = MicroKernel.SLIVER_STRIDE;

    /**
     * Whether a store of a sum that is not finished, overwritten in the end, keeps loads in order: the JIT would have all
     * six of A, and two sums on the stack. What is read after a store it does not read before, and this store waits for
     * FMAs. 33 instructions a step with 4 spills become 31 without.
     */
    private static final boolean ORDERED = Lanes.COUNT < 16;

    /** Beside {@link #run}. */
    static final EmptyCalls EMPTY = new EmptyCalls(() -> run(-1, null, 0, null, null, 0, 0, null, 0, 0));

    private MicroKernel6x2() {}

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

        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, Packing.ORDER);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, Packing.ORDER);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            c0_0 = a_0.fma(b_0, c0_0);
            c0_1 = a_0.fma(b_1, c0_1);
            FloatVector a_1 = FloatVector.broadcast(Lanes.FLOATS, a[i + ROW]);
            c1_0 = a_1.fma(b_0, c1_0);
            c1_1 = a_1.fma(b_1, c1_1);
            if (ORDERED) {
                c1_1.intoArray(c, cOffset);
            }
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[i + 2 * ROW]);
            c2_0 = a_2.fma(b_0, c2_0);
            c2_1 = a_2.fma(b_1, c2_1);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[i + 3 * ROW]);
            c3_0 = a_3.fma(b_0, c3_0);
            c3_1 = a_3.fma(b_1, c3_1);
            FloatVector a_4 = FloatVector.broadcast(Lanes.FLOATS, a[i + 4 * ROW]);
            c4_0 = a_4.fma(b_0, c4_0);
            c4_1 = a_4.fma(b_1, c4_1);
            FloatVector a_5 = FloatVector.broadcast(Lanes.FLOATS, a[i + 5 * ROW]);
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
