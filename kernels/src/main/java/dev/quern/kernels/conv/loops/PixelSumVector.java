// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over positions of what lies at a pixel times a row of a panel, output channels in lanes:
 * {@code c[i][k] ← init[i][k] + Σ_p x[16·p + i] · panel[p][k]}, one chain over ascending p for each element. Neighbouring rows of c
 * are neighbouring channels, so that a pixel is read where it lies. The twin is {@link PixelSumScalar}.
 */
public final class PixelSumVector {
    /** Whether there are registers for 24 sums. */
    public static final boolean SUITS =
            Lanes.COUNT == 16 || System.getProperty("os.arch").equals("aarch64");

    private static final int LINE = LineScalar.LINE;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final long STEP = 4L * Lanes.COUNT * Float.BYTES;
    private static final long VECTOR = (long) Lanes.COUNT * Float.BYTES;

    private PixelSumVector() {}

    /** 6 channels × 4 vectors: 24 accumulators + 4 of the panel + 1 of x = 29 of 32 registers. */
    public static void six(
            int depth,
            float[] x,
            int xOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
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
            int i = xOffset + p * LINE;
            long step = p * STEP;
            FloatVector d_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, ORDER);
            FloatVector d_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, ORDER);
            FloatVector d_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 2 * VECTOR, ORDER);
            FloatVector d_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 3 * VECTOR, ORDER);
            FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[i]);
            c0_0 = x_0.fma(d_0, c0_0);
            c0_1 = x_0.fma(d_1, c0_1);
            c0_2 = x_0.fma(d_2, c0_2);
            c0_3 = x_0.fma(d_3, c0_3);
            FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[i + 1]);
            c1_0 = x_1.fma(d_0, c1_0);
            c1_1 = x_1.fma(d_1, c1_1);
            c1_2 = x_1.fma(d_2, c1_2);
            c1_3 = x_1.fma(d_3, c1_3);
            FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[i + 2]);
            c2_0 = x_2.fma(d_0, c2_0);
            c2_1 = x_2.fma(d_1, c2_1);
            c2_2 = x_2.fma(d_2, c2_2);
            c2_3 = x_2.fma(d_3, c2_3);
            FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[i + 3]);
            c3_0 = x_3.fma(d_0, c3_0);
            c3_1 = x_3.fma(d_1, c3_1);
            c3_2 = x_3.fma(d_2, c3_2);
            c3_3 = x_3.fma(d_3, c3_3);
            FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[i + 4]);
            c4_0 = x_4.fma(d_0, c4_0);
            c4_1 = x_4.fma(d_1, c4_1);
            c4_2 = x_4.fma(d_2, c4_2);
            c4_3 = x_4.fma(d_3, c4_3);
            FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[i + 5]);
            c5_0 = x_5.fma(d_0, c5_0);
            c5_1 = x_5.fma(d_1, c5_1);
            c5_2 = x_5.fma(d_2, c5_2);
            c5_3 = x_5.fma(d_3, c5_3);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c2_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c4_0.intoArray(c, cOffset);
        c4_1.intoArray(c, cOffset + Lanes.COUNT);
        c4_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c4_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c5_0.intoArray(c, cOffset);
        c5_1.intoArray(c, cOffset + Lanes.COUNT);
        c5_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c5_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }

    /** 4 channels × 4 vectors: 16 accumulators + 4 of the panel + 1 of x = 21 of 32 registers. */
    public static void four(
            int depth,
            float[] x,
            int xOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
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

        for (int p = 0; p < depth; p++) {
            int i = xOffset + p * LINE;
            long step = p * STEP;
            FloatVector d_0 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step, ORDER);
            FloatVector d_1 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + VECTOR, ORDER);
            FloatVector d_2 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 2 * VECTOR, ORDER);
            FloatVector d_3 = FloatVector.fromMemorySegment(Lanes.FLOATS, panel, step + 3 * VECTOR, ORDER);
            FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[i]);
            c0_0 = x_0.fma(d_0, c0_0);
            c0_1 = x_0.fma(d_1, c0_1);
            c0_2 = x_0.fma(d_2, c0_2);
            c0_3 = x_0.fma(d_3, c0_3);
            FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[i + 1]);
            c1_0 = x_1.fma(d_0, c1_0);
            c1_1 = x_1.fma(d_1, c1_1);
            c1_2 = x_1.fma(d_2, c1_2);
            c1_3 = x_1.fma(d_3, c1_3);
            FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[i + 2]);
            c2_0 = x_2.fma(d_0, c2_0);
            c2_1 = x_2.fma(d_1, c2_1);
            c2_2 = x_2.fma(d_2, c2_2);
            c2_3 = x_2.fma(d_3, c2_3);
            FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[i + 3]);
            c3_0 = x_3.fma(d_0, c3_0);
            c3_1 = x_3.fma(d_1, c3_1);
            c3_2 = x_3.fma(d_2, c3_2);
            c3_3 = x_3.fma(d_3, c3_3);
        }

        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c2_0.intoArray(c, cOffset);
        c2_1.intoArray(c, cOffset + Lanes.COUNT);
        c2_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c2_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        cOffset += cStride;
        c3_0.intoArray(c, cOffset);
        c3_1.intoArray(c, cOffset + Lanes.COUNT);
        c3_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3_3.intoArray(c, cOffset + 3 * Lanes.COUNT);
    }
}
