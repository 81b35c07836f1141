// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Chains that are added to something when they are done: {@code c[i, j] ← base[i, j] + (init[i, j] + Σ_p a[i, p] · panel[p, j])}, one FMA chain over
 * ascending p for each element. Rows of a are those of {@link PanelProduct#slivers}. The twin is {@link ChainAddScalar}.
 */
public final class ChainAddVector {
    /** Whether there are registers for 24 sums. */
    public static final boolean SUITS =
            Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long STEP = 4L * Lanes.COUNT * Float.BYTES;
    private static final long VECTOR = (long) Lanes.COUNT * Float.BYTES;
    private static final int ROW = PanelProduct.ROW_FLOATS;

    private ChainAddVector() {}

    /** 6 rows × 4 vectors: 24 accumulators + 4 of the panel + 1 of a = 29 of 32 registers. */
    public static void six(
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
            float[] base,
            int baseOffset,
            int baseStride,
            float[] c,
            int cOffset,
            int cStride) {
        if (panel.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initStride;
        FloatVector c2_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c2_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c2_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initStride;
        FloatVector c3_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c3_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c3_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c3_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initStride;
        FloatVector c4_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c4_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c4_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c4_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initStride;
        FloatVector c5_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c5_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c5_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c5_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, ORDER);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, ORDER);
            FloatVector b_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 2 * VECTOR, ORDER);
            FloatVector b_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 3 * VECTOR, ORDER);
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

        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c0_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c0_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c0_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c0_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
        baseOffset += baseStride;
        cOffset += cStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c1_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c1_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c1_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c1_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
        baseOffset += baseStride;
        cOffset += cStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c2_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c2_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c2_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c2_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
        baseOffset += baseStride;
        cOffset += cStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c3_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c3_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c3_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c3_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
        baseOffset += baseStride;
        cOffset += cStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c4_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c4_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c4_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c4_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
        baseOffset += baseStride;
        cOffset += cStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c5_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c5_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c5_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c5_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
    }

    /** 2 rows × 4 vectors. */
    public static void two(
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
            float[] base,
            int baseOffset,
            int baseStride,
            float[] c,
            int cOffset,
            int cStride) {
        if (panel.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        initOffset += initStride;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, ORDER);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, ORDER);
            FloatVector b_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 2 * VECTOR, ORDER);
            FloatVector b_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 3 * VECTOR, ORDER);
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

        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c0_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c0_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c0_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c0_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
        baseOffset += baseStride;
        cOffset += cStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c1_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c1_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c1_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c1_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
    }

    /** 1 row × 4 vectors. */
    public static void one(
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
            float[] base,
            int baseOffset,
            int baseStride,
            float[] c,
            int cOffset,
            int cStride) {
        if (panel.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(panel);
        }
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);

        for (int p = 0; p < depth; p++) {
            int i = aOffset + p;
            long step = p * STEP;
            FloatVector b_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, ORDER);
            FloatVector b_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, ORDER);
            FloatVector b_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 2 * VECTOR, ORDER);
            FloatVector b_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 3 * VECTOR, ORDER);
            FloatVector a_0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            c0_0 = a_0.fma(b_0, c0_0);
            c0_1 = a_0.fma(b_1, c0_1);
            c0_2 = a_0.fma(b_2, c0_2);
            c0_3 = a_0.fma(b_3, c0_3);
        }

        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(c0_0).intoArray(c, cOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(c0_1)
                .intoArray(c, cOffset + Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 2 * Lanes.COUNT)
                .add(c0_2)
                .intoArray(c, cOffset + 2 * Lanes.COUNT);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + 3 * Lanes.COUNT)
                .add(c0_3)
                .intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
