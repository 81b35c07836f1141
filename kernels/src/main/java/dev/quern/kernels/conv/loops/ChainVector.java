// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Chains that stay in registers from end to end, output channels in lanes, over lines of 64 channels of the pixels that a window sees:
 * {@code out[i][k] ← base[i][k] + (start[k] + Σ_t Σ_p x[i lines + offsets[t] + p] · w[64 t + p][k])}, one FMA chain over ascending (t, p) for
 * each element. For 16 lanes and 32 registers; other routes compute the same bits.
 */
public final class ChainVector {
    /** Channels of a line, and steps between two offsets: constants, which cost no register. */
    public static final int LINE = 64;

    /** Positions of a tile. */
    public static final int POSITIONS = 14;

    /** Output channels of a tile. */
    public static final int CHANNELS = 32;

    /** Beside {@link #tile}. */
    public static final EmptyCalls EMPTY_TILE =
            new EmptyCalls(() -> tile(0, -1, null, null, 0, null, 0, null, 0, null, 0, 0, null, 0, 0));

    private ChainVector() {}

    /**
     * What steps add to a chain whose pixels are padding, {@code out[k] ← Σ_p 0 · w[p][k]}: zeros have no order, so two chains
     * from -0 on serve. It is -0 where all products are, +0 where one is, NaN where a weight is not finite.
     *
     * @param steps an even number
     */
    public static void padding(int steps, float[] w, int wOffset, float[] out, int outOffset) {
        FloatVector zero = FloatVector.broadcast(Lanes.FLOATS, 0f);
        FloatVector y0_0 = FloatVector.broadcast(Lanes.FLOATS, -0f);
        FloatVector y0_1 = y0_0;
        FloatVector y1_0 = y0_0;
        FloatVector y1_1 = y0_0;
        for (int p = 0; p < steps; p += 2) {
            int at = wOffset + p * CHANNELS;
            y0_0 = zero.fma(FloatVector.fromArray(Lanes.FLOATS, w, at), y0_0);
            y0_1 = zero.fma(FloatVector.fromArray(Lanes.FLOATS, w, at + Lanes.COUNT), y0_1);
            y1_0 = zero.fma(FloatVector.fromArray(Lanes.FLOATS, w, at + CHANNELS), y1_0);
            y1_1 = zero.fma(FloatVector.fromArray(Lanes.FLOATS, w, at + CHANNELS + Lanes.COUNT), y1_1);
        }
        y0_0.add(y1_0).intoArray(out, outOffset);
        y0_1.add(y1_1).intoArray(out, outOffset + Lanes.COUNT);
    }

    /**
     * 14 positions × 2 vectors: 28 accumulators + 2 of w + 1 of x = 31 of 32 registers.
     *
     * @param first the first t
     * @param end behind the last one
     */
    public static void tile(
            int first,
            int end,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] base,
            int baseOffset,
            int baseStride,
            float[] out,
            int outOffset,
            int outStride) {
        if (end < 0) {
            return; // One of the EmptyCalls.
        }
        FloatVector y0_0 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset);
        FloatVector y0_1 = FloatVector.fromArray(Lanes.FLOATS, start, startOffset + Lanes.COUNT);
        FloatVector y1_0 = y0_0;
        FloatVector y1_1 = y0_1;
        FloatVector y2_0 = y0_0;
        FloatVector y2_1 = y0_1;
        FloatVector y3_0 = y0_0;
        FloatVector y3_1 = y0_1;
        FloatVector y4_0 = y0_0;
        FloatVector y4_1 = y0_1;
        FloatVector y5_0 = y0_0;
        FloatVector y5_1 = y0_1;
        FloatVector y6_0 = y0_0;
        FloatVector y6_1 = y0_1;
        FloatVector y7_0 = y0_0;
        FloatVector y7_1 = y0_1;
        FloatVector y8_0 = y0_0;
        FloatVector y8_1 = y0_1;
        FloatVector y9_0 = y0_0;
        FloatVector y9_1 = y0_1;
        FloatVector y10_0 = y0_0;
        FloatVector y10_1 = y0_1;
        FloatVector y11_0 = y0_0;
        FloatVector y11_1 = y0_1;
        FloatVector y12_0 = y0_0;
        FloatVector y12_1 = y0_1;
        FloatVector y13_0 = y0_0;
        FloatVector y13_1 = y0_1;
        for (int t = first; t < end; t++) {
            int at = xOffset + offsets[t];
            int k = wOffset + t * LINE * CHANNELS;
            for (int p = 0; p < LINE; p++) {
                FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, k + p * CHANNELS);
                FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, k + p * CHANNELS + Lanes.COUNT);
                FloatVector x_0 = FloatVector.broadcast(Lanes.FLOATS, x[at + p]);
                y0_0 = x_0.fma(w_0, y0_0);
                y0_1 = x_0.fma(w_1, y0_1);
                FloatVector x_1 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + LINE]);
                y1_0 = x_1.fma(w_0, y1_0);
                y1_1 = x_1.fma(w_1, y1_1);
                FloatVector x_2 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 2 * LINE]);
                y2_0 = x_2.fma(w_0, y2_0);
                y2_1 = x_2.fma(w_1, y2_1);
                FloatVector x_3 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 3 * LINE]);
                y3_0 = x_3.fma(w_0, y3_0);
                y3_1 = x_3.fma(w_1, y3_1);
                FloatVector x_4 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 4 * LINE]);
                y4_0 = x_4.fma(w_0, y4_0);
                y4_1 = x_4.fma(w_1, y4_1);
                FloatVector x_5 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 5 * LINE]);
                y5_0 = x_5.fma(w_0, y5_0);
                y5_1 = x_5.fma(w_1, y5_1);
                FloatVector x_6 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 6 * LINE]);
                y6_0 = x_6.fma(w_0, y6_0);
                y6_1 = x_6.fma(w_1, y6_1);
                FloatVector x_7 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 7 * LINE]);
                y7_0 = x_7.fma(w_0, y7_0);
                y7_1 = x_7.fma(w_1, y7_1);
                FloatVector x_8 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 8 * LINE]);
                y8_0 = x_8.fma(w_0, y8_0);
                y8_1 = x_8.fma(w_1, y8_1);
                FloatVector x_9 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 9 * LINE]);
                y9_0 = x_9.fma(w_0, y9_0);
                y9_1 = x_9.fma(w_1, y9_1);
                FloatVector x_10 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 10 * LINE]);
                y10_0 = x_10.fma(w_0, y10_0);
                y10_1 = x_10.fma(w_1, y10_1);
                FloatVector x_11 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 11 * LINE]);
                y11_0 = x_11.fma(w_0, y11_0);
                y11_1 = x_11.fma(w_1, y11_1);
                FloatVector x_12 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 12 * LINE]);
                y12_0 = x_12.fma(w_0, y12_0);
                y12_1 = x_12.fma(w_1, y12_1);
                FloatVector x_13 = FloatVector.broadcast(Lanes.FLOATS, x[at + p + 13 * LINE]);
                y13_0 = x_13.fma(w_0, y13_0);
                y13_1 = x_13.fma(w_1, y13_1);
            }
        }
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y0_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y0_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y1_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y1_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y2_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y2_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y3_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y3_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y4_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y4_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y5_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y5_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y6_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y6_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y7_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y7_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y8_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y8_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y9_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y9_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y10_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y10_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y11_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y11_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y12_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y12_1)
                .intoArray(out, outOffset + Lanes.COUNT);
        baseOffset += baseStride;
        outOffset += outStride;
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset).add(y13_0).intoArray(out, outOffset);
        FloatVector.fromArray(Lanes.FLOATS, base, baseOffset + Lanes.COUNT)
                .add(y13_1)
                .intoArray(out, outOffset + Lanes.COUNT);
    }
}
