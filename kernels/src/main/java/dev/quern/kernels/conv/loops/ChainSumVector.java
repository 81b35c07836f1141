// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a source with input channels in lanes, over lines of 64 channels of diffDst: for each tap one chain from +0, the taps added as
 * they come, {@code out[i][c] ← Σ_t (Σ_b Σ_p x[i lines + offsets[t · blocks + b] + p] · w[t · blocks + b][p][c])}. For 16 lanes and 32
 * registers; other routes compute the same bits.
 */
public final class ChainSumVector {
    private static final int LINE = ChainVector.LINE;

    private static final int CHANNELS = ChainVector.CHANNELS;

    /** Pixels of a tile. */
    public static final int PIXELS = 7;

    /** Beside {@link #tile}. */
    public static final EmptyCalls EMPTY_TILE = new EmptyCalls(() -> tile(-1, 0, null, null, 0, null, 0, null, 0, 0));

    private ChainSumVector() {}

    /** 7 pixels × 2 vectors: 14 chains + 14 sums + 2 of w + 1 of x = 31 of 32 registers. */
    public static void tile(
            int taps,
            int blocks,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        if (taps < 0) {
            return; // One of the EmptyCalls.
        }
        FloatVector s0_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s0_1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s1_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s1_1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s2_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s2_1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s3_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s3_1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s4_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s4_1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s5_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s5_1 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s6_0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s6_1 = FloatVector.zero(Lanes.FLOATS);
        for (int tap = 0; tap < taps * blocks; tap += blocks) {
            FloatVector y0_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y0_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y1_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y1_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y2_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y2_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y3_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y3_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y4_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y4_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y5_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y5_1 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y6_0 = FloatVector.zero(Lanes.FLOATS);
            FloatVector y6_1 = FloatVector.zero(Lanes.FLOATS);
            for (int t = tap; t < tap + blocks; t++) {
                int at = xOffset + offsets[t];
                int c = wOffset + t * LINE * CHANNELS;
                for (int p = 0; p < LINE; p++) {
                    FloatVector w_0 = FloatVector.fromArray(Lanes.FLOATS, w, c + p * CHANNELS);
                    FloatVector w_1 = FloatVector.fromArray(Lanes.FLOATS, w, c + p * CHANNELS + Lanes.COUNT);
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
                }
            }
            s0_0 = y0_0.add(s0_0);
            s0_1 = y0_1.add(s0_1);
            s1_0 = y1_0.add(s1_0);
            s1_1 = y1_1.add(s1_1);
            s2_0 = y2_0.add(s2_0);
            s2_1 = y2_1.add(s2_1);
            s3_0 = y3_0.add(s3_0);
            s3_1 = y3_1.add(s3_1);
            s4_0 = y4_0.add(s4_0);
            s4_1 = y4_1.add(s4_1);
            s5_0 = y5_0.add(s5_0);
            s5_1 = y5_1.add(s5_1);
            s6_0 = y6_0.add(s6_0);
            s6_1 = y6_1.add(s6_1);
        }
        s0_0.intoArray(out, outOffset);
        s0_1.intoArray(out, outOffset + Lanes.COUNT);
        outOffset += outStride;
        s1_0.intoArray(out, outOffset);
        s1_1.intoArray(out, outOffset + Lanes.COUNT);
        outOffset += outStride;
        s2_0.intoArray(out, outOffset);
        s2_1.intoArray(out, outOffset + Lanes.COUNT);
        outOffset += outStride;
        s3_0.intoArray(out, outOffset);
        s3_1.intoArray(out, outOffset + Lanes.COUNT);
        outOffset += outStride;
        s4_0.intoArray(out, outOffset);
        s4_1.intoArray(out, outOffset + Lanes.COUNT);
        outOffset += outStride;
        s5_0.intoArray(out, outOffset);
        s5_1.intoArray(out, outOffset + Lanes.COUNT);
        outOffset += outStride;
        s6_0.intoArray(out, outOffset);
        s6_1.intoArray(out, outOffset + Lanes.COUNT);
    }
}
