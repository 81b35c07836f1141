// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * 1 row × 2 panels, of 4 vectors and of 4 or 2: up to 8 accumulators + 1 of B + 1 of A = 10 of 32 registers. As many chains
 * keep two FMA units busy.
 */
final class PanelsRowPair {
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final long HALF = 2 * VECTOR;

    /** Bytes of a row of a full panel. */
    static final long STEP = 4 * VECTOR;

    private PanelsRowPair() {}

    /**
     * Two full panels, whose rows are {@link #STEP} bytes: adds to a row of sums. As an argument that keeps C2 from joining
     * several rounds of the loop, whose loads it would not leave in order. From the second-level cache that is slower.
     */
    static void wide(
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel0,
            MemorySegment panel1,
            long step,
            float[] c,
            int cOffset) {
        if (panel0.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel0);
        }
        if (panel1.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel1);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 3 * Lanes.COUNT);
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 4 * Lanes.COUNT);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 5 * Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 6 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 7 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
            long row0 = p * step;
            long row1 = p * step;
            FloatVector b0_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0, Packing.ORDER);
            c0_0 = x.fma(b0_0, c0_0);
            FloatVector b0_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + VECTOR, Packing.ORDER);
            c0_1 = x.fma(b0_1, c0_1);
            FloatVector b0_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + 2 * VECTOR, Packing.ORDER);
            c0_2 = x.fma(b0_2, c0_2);
            FloatVector b0_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + 3 * VECTOR, Packing.ORDER);
            c0_3 = x.fma(b0_3, c0_3);
            FloatVector b1_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1, Packing.ORDER);
            c1_0 = x.fma(b1_0, c1_0);
            FloatVector b1_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1 + VECTOR, Packing.ORDER);
            c1_1 = x.fma(b1_1, c1_1);
            FloatVector b1_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1 + 2 * VECTOR, Packing.ORDER);
            c1_2 = x.fma(b1_2, c1_2);
            FloatVector b1_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1 + 3 * VECTOR, Packing.ORDER);
            c1_3 = x.fma(b1_3, c1_3);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        c1_0.intoArray(c, cOffset + 4 * Lanes.COUNT);
        c1_1.intoArray(c, cOffset + 5 * Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 6 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 7 * Lanes.COUNT);
    }

    /** The same with a second panel of half the width: small ones, of the first-level cache. */
    static void narrow(
            int depth, float[] a, int aOffset, MemorySegment panel0, MemorySegment panel1, float[] c, int cOffset) {
        if (panel0.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel0);
        }
        if (panel1.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel1);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 3 * Lanes.COUNT);
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 4 * Lanes.COUNT);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, c, cOffset + 5 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
            long row0 = p * STEP;
            long row1 = p * HALF;
            FloatVector b0_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0, Packing.ORDER);
            c0_0 = x.fma(b0_0, c0_0);
            FloatVector b0_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + VECTOR, Packing.ORDER);
            c0_1 = x.fma(b0_1, c0_1);
            FloatVector b0_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + 2 * VECTOR, Packing.ORDER);
            c0_2 = x.fma(b0_2, c0_2);
            FloatVector b0_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel0, row0 + 3 * VECTOR, Packing.ORDER);
            c0_3 = x.fma(b0_3, c0_3);
            FloatVector b1_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1, Packing.ORDER);
            c1_0 = x.fma(b1_0, c1_0);
            FloatVector b1_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel1, row1 + VECTOR, Packing.ORDER);
            c1_1 = x.fma(b1_1, c1_1);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        c1_0.intoArray(c, cOffset + 4 * Lanes.COUNT);
        c1_1.intoArray(c, cOffset + 5 * Lanes.COUNT);
    }
}
