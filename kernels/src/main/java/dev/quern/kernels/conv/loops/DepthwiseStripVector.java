// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Depthwise 3×3 of stride 1 on a strip of pixels that were brought together, with zeros round them, channels in lanes. */
public final class DepthwiseStripVector {
    /** Channels of a strip: pixels lie at a distance the compiler knows, and nine rows of nine pixels in the first-level cache. */
    public static final int CHANNELS = 128;

    /** Output rows of a strip: images of 7×7 are one. */
    public static final int ROWS = 7;

    private DepthwiseStripVector() {}

    /**
     * Seven output rows, one column of them after the other. Channels are innermost: vectors do not end with cache lines, and of results that lie far
     * apart both halves of a line are then written before it has to leave. The weights of a tap are {@code CHANNELS} floats at {@code taps} in x. At most 3 accumulators + 9 weights + start + 3 of a row + limit and zero = 18 registers. What is stored
     * is +0 where the sum is not above {@code limit}; NaN stays, and a limit of NaN changes nothing.
     */
    public static void run(
            int columns,
            float[] x,
            int xOffset,
            int xRow,
            int taps,
            float[] init,
            int initOffset,
            float[] y,
            int yOffset,
            int yRow,
            int yStep,
            float limit) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        for (int i = 0; i < columns; i++) {
            for (int c = 0; c < CHANNELS; c += Lanes.COUNT) {
                FloatVector w00 = FloatVector.fromArray(Lanes.FLOATS, x, taps + c);
                FloatVector w01 = FloatVector.fromArray(Lanes.FLOATS, x, taps + CHANNELS + c);
                FloatVector w02 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 2 * CHANNELS + c);
                FloatVector w10 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 3 * CHANNELS + c);
                FloatVector w11 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 4 * CHANNELS + c);
                FloatVector w12 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 5 * CHANNELS + c);
                FloatVector w20 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 6 * CHANNELS + c);
                FloatVector w21 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 7 * CHANNELS + c);
                FloatVector w22 = FloatVector.fromArray(Lanes.FLOATS, x, taps + 8 * CHANNELS + c);
                FloatVector start = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + c);
                int at = xOffset + i * CHANNELS + c;
                int to = yOffset + i * yStep + c;
                FloatVector p00 = FloatVector.fromArray(Lanes.FLOATS, x, at);
                FloatVector p01 = FloatVector.fromArray(Lanes.FLOATS, x, at + CHANNELS);
                FloatVector p02 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * CHANNELS);
                FloatVector s0 = p00.fma(w00, start);
                s0 = p01.fma(w01, s0);
                s0 = p02.fma(w02, s0);
                FloatVector p10 = FloatVector.fromArray(Lanes.FLOATS, x, at + xRow);
                FloatVector p11 = FloatVector.fromArray(Lanes.FLOATS, x, at + xRow + CHANNELS);
                FloatVector p12 = FloatVector.fromArray(Lanes.FLOATS, x, at + xRow + 2 * CHANNELS);
                s0 = p10.fma(w10, s0);
                s0 = p11.fma(w11, s0);
                s0 = p12.fma(w12, s0);
                FloatVector s1 = p10.fma(w00, start);
                s1 = p11.fma(w01, s1);
                s1 = p12.fma(w02, s1);
                FloatVector p20 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * xRow);
                FloatVector p21 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * xRow + CHANNELS);
                FloatVector p22 = FloatVector.fromArray(Lanes.FLOATS, x, at + 2 * xRow + 2 * CHANNELS);
                s0 = p20.fma(w20, s0);
                s0 = p21.fma(w21, s0);
                s0 = p22.fma(w22, s0);
                s0.blend(0f, s0.compare(VectorOperators.LE, least)).intoArray(y, to);
                s1 = p20.fma(w10, s1);
                s1 = p21.fma(w11, s1);
                s1 = p22.fma(w12, s1);
                FloatVector s2 = p20.fma(w00, start);
                s2 = p21.fma(w01, s2);
                s2 = p22.fma(w02, s2);
                FloatVector p30 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * xRow);
                FloatVector p31 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * xRow + CHANNELS);
                FloatVector p32 = FloatVector.fromArray(Lanes.FLOATS, x, at + 3 * xRow + 2 * CHANNELS);
                s1 = p30.fma(w20, s1);
                s1 = p31.fma(w21, s1);
                s1 = p32.fma(w22, s1);
                s1.blend(0f, s1.compare(VectorOperators.LE, least)).intoArray(y, to + yRow);
                s2 = p30.fma(w10, s2);
                s2 = p31.fma(w11, s2);
                s2 = p32.fma(w12, s2);
                FloatVector s3 = p30.fma(w00, start);
                s3 = p31.fma(w01, s3);
                s3 = p32.fma(w02, s3);
                FloatVector p40 = FloatVector.fromArray(Lanes.FLOATS, x, at + 4 * xRow);
                FloatVector p41 = FloatVector.fromArray(Lanes.FLOATS, x, at + 4 * xRow + CHANNELS);
                FloatVector p42 = FloatVector.fromArray(Lanes.FLOATS, x, at + 4 * xRow + 2 * CHANNELS);
                s2 = p40.fma(w20, s2);
                s2 = p41.fma(w21, s2);
                s2 = p42.fma(w22, s2);
                s2.blend(0f, s2.compare(VectorOperators.LE, least)).intoArray(y, to + 2 * yRow);
                s3 = p40.fma(w10, s3);
                s3 = p41.fma(w11, s3);
                s3 = p42.fma(w12, s3);
                FloatVector s4 = p40.fma(w00, start);
                s4 = p41.fma(w01, s4);
                s4 = p42.fma(w02, s4);
                FloatVector p50 = FloatVector.fromArray(Lanes.FLOATS, x, at + 5 * xRow);
                FloatVector p51 = FloatVector.fromArray(Lanes.FLOATS, x, at + 5 * xRow + CHANNELS);
                FloatVector p52 = FloatVector.fromArray(Lanes.FLOATS, x, at + 5 * xRow + 2 * CHANNELS);
                s3 = p50.fma(w20, s3);
                s3 = p51.fma(w21, s3);
                s3 = p52.fma(w22, s3);
                s3.blend(0f, s3.compare(VectorOperators.LE, least)).intoArray(y, to + 3 * yRow);
                s4 = p50.fma(w10, s4);
                s4 = p51.fma(w11, s4);
                s4 = p52.fma(w12, s4);
                FloatVector s5 = p50.fma(w00, start);
                s5 = p51.fma(w01, s5);
                s5 = p52.fma(w02, s5);
                FloatVector p60 = FloatVector.fromArray(Lanes.FLOATS, x, at + 6 * xRow);
                FloatVector p61 = FloatVector.fromArray(Lanes.FLOATS, x, at + 6 * xRow + CHANNELS);
                FloatVector p62 = FloatVector.fromArray(Lanes.FLOATS, x, at + 6 * xRow + 2 * CHANNELS);
                s4 = p60.fma(w20, s4);
                s4 = p61.fma(w21, s4);
                s4 = p62.fma(w22, s4);
                s4.blend(0f, s4.compare(VectorOperators.LE, least)).intoArray(y, to + 4 * yRow);
                s5 = p60.fma(w10, s5);
                s5 = p61.fma(w11, s5);
                s5 = p62.fma(w12, s5);
                FloatVector s6 = p60.fma(w00, start);
                s6 = p61.fma(w01, s6);
                s6 = p62.fma(w02, s6);
                FloatVector p70 = FloatVector.fromArray(Lanes.FLOATS, x, at + 7 * xRow);
                FloatVector p71 = FloatVector.fromArray(Lanes.FLOATS, x, at + 7 * xRow + CHANNELS);
                FloatVector p72 = FloatVector.fromArray(Lanes.FLOATS, x, at + 7 * xRow + 2 * CHANNELS);
                s5 = p70.fma(w20, s5);
                s5 = p71.fma(w21, s5);
                s5 = p72.fma(w22, s5);
                s5.blend(0f, s5.compare(VectorOperators.LE, least)).intoArray(y, to + 5 * yRow);
                s6 = p70.fma(w10, s6);
                s6 = p71.fma(w11, s6);
                s6 = p72.fma(w12, s6);
                FloatVector p80 = FloatVector.fromArray(Lanes.FLOATS, x, at + 8 * xRow);
                FloatVector p81 = FloatVector.fromArray(Lanes.FLOATS, x, at + 8 * xRow + CHANNELS);
                FloatVector p82 = FloatVector.fromArray(Lanes.FLOATS, x, at + 8 * xRow + 2 * CHANNELS);
                s6 = p80.fma(w20, s6);
                s6 = p81.fma(w21, s6);
                s6 = p82.fma(w22, s6);
                s6.blend(0f, s6.compare(VectorOperators.LE, least)).intoArray(y, to + 6 * yRow);
            }
        }
    }
}
