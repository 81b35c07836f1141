// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * {@link MicroKernel6x4} on rows of B where they lie, which it packs: the first tile under a panel, so that B is read once and its panel is in the
 * first-level cache for the tiles that follow.
 */
final class PackingKernel6x4 {
    private static final int NR = 4 * Lanes.COUNT;
    private static final long STEP = NR * Packing.FLOAT;
    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;
    private static final int ROW = MicroKernel.SLIVER_STRIDE;

    private PackingKernel6x4() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            int bRowStride,
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
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c2_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c3_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c3_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c4_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c4_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c4_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c4_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initRowStride;
        FloatVector c5_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c5_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c5_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c5_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            int row = bOffset + p * bRowStride;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            FloatVector b_2 = FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT);
            FloatVector b_3 = FloatVector.fromArray(Lanes.FLOATS, b, row + 3 * Lanes.COUNT);
            b_0.intoMemorySegment(panel, step, Packing.ORDER);
            b_1.intoMemorySegment(panel, step + VECTOR, Packing.ORDER);
            b_2.intoMemorySegment(panel, step + 2 * VECTOR, Packing.ORDER);
            b_3.intoMemorySegment(panel, step + 3 * VECTOR, Packing.ORDER);
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
            FloatVector a_2 = FloatVector.broadcast(Lanes.FLOATS, a[i + 2 * ROW]);
            c2_0 = a_2.fma(b_0, c2_0);
            c2_1 = a_2.fma(b_1, c2_1);
            c2_2 = a_2.fma(b_2, c2_2);
            c2_3 = a_2.fma(b_3, c2_3);
            FloatVector a_3 = FloatVector.broadcast(Lanes.FLOATS, a[i + 3 * ROW]);
            c3_0 = a_3.fma(b_0, c3_0);
            c3_1 = a_3.fma(b_1, c3_1);
            c3_2 = a_3.fma(b_2, c3_2);
            c3_3 = a_3.fma(b_3, c3_3);
            FloatVector a_4 = FloatVector.broadcast(Lanes.FLOATS, a[i + 4 * ROW]);
            c4_0 = a_4.fma(b_0, c4_0);
            c4_1 = a_4.fma(b_1, c4_1);
            c4_2 = a_4.fma(b_2, c4_2);
            c4_3 = a_4.fma(b_3, c4_3);
            FloatVector a_5 = FloatVector.broadcast(Lanes.FLOATS, a[i + 5 * ROW]);
            c5_0 = a_5.fma(b_0, c5_0);
            c5_1 = a_5.fma(b_1, c5_1);
            c5_2 = a_5.fma(b_2, c5_2);
            c5_3 = a_5.fma(b_3, c5_3);
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
        cOffset += cRowStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c2_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c4_0.intoArray(c, cOffset);
        c4_1.intoArray(c, cOffset + Lanes.COUNT);
        c4_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c4_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cRowStride;
        c5_0.intoArray(c, cOffset);
        c5_1.intoArray(c, cOffset + Lanes.COUNT);
        c5_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c5_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
