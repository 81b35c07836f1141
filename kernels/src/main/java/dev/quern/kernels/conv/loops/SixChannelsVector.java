// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Brings six channels from planes to pixels and back, with vectors of 16 lanes. The twins are {@code PixelCopy#sixes} and {@code PixelCopy#gather}.
 */
public final class SixChannelsVector {
    /** Whether the vectors are wide enough. */
    public static final boolean SUITS = Lanes.COUNT == 16;

    /** Pixels that are done at a time. */
    public static final int PIXELS = 16;

    /** Lanes of two vectors, 0-15 and 16-31, that make a third; first two channels each, then what is before a pixel's third pair. */
    private static final float[] LANES = lanes();

    private static final int PAIRS = 2 * PIXELS;
    private static final int TRIPLES = 3 * PIXELS;

    /** The way back: of each pair of channels, which lanes of the first two vectors and which of the third; then even and odd lanes. */
    private static final float[] BACK = back();

    private SixChannelsVector() {}

    private static float[] back() {
        float[] lanes = new float[8 * PIXELS];
        for (int pair = 0; pair < 3; pair++) {
            for (int i = 0; i < PIXELS; i++) {
                int place = i / 2 * 6 + 2 * pair + i % 2;
                lanes[2 * pair * PIXELS + i] = place < 2 * PIXELS ? place : 0;
                lanes[(2 * pair + 1) * PIXELS + i] = place < 2 * PIXELS ? i : place - PIXELS;
            }
        }
        for (int i = 0; i < PIXELS; i++) {
            lanes[6 * PIXELS + i] = 2 * i;
            lanes[7 * PIXELS + i] = 2 * i + 1;
        }
        return lanes;
    }

    /**
     * Two tables that interleave two vectors; three that place pairs of channels 0, 1 and of 2, 3 where three vectors of pixels have
     * them; three that add channels 4, 5.
     */
    private static float[] lanes() {
        float[] lanes = new float[8 * PIXELS];
        for (int i = 0; i < 2 * PIXELS; i++) {
            lanes[i] = i / 2 + i % 2 * PIXELS;
        }
        for (int i = 0; i < 3 * PIXELS; i++) {
            int pair = i / 2 % 3;
            int lane = i / 6 * 2 + i % 2;
            int here = i % PIXELS;
            lanes[2 * PIXELS + i] = pair == 2 ? 0 : lane + pair * PIXELS;
            lanes[5 * PIXELS + i] = pair == 2 ? lane + PIXELS : here;
        }
        return lanes;
    }

    /** Rows of {@code stride} floats, a channel each, to groups of {@value #PIXELS} pixels of six floats. */
    public static void run(int groups, float[] from, int offset, int stride, float[] to, int toOffset) {
        FloatVector low = FloatVector.fromArray(Lanes.FLOATS, LANES, 0);
        FloatVector high = FloatVector.fromArray(Lanes.FLOATS, LANES, PIXELS);
        FloatVector four_0 = FloatVector.fromArray(Lanes.FLOATS, LANES, PAIRS);
        FloatVector four_1 = FloatVector.fromArray(Lanes.FLOATS, LANES, PAIRS + PIXELS);
        FloatVector four_2 = FloatVector.fromArray(Lanes.FLOATS, LANES, PAIRS + 2 * PIXELS);
        FloatVector six_0 = FloatVector.fromArray(Lanes.FLOATS, LANES, PAIRS + TRIPLES);
        FloatVector six_1 = FloatVector.fromArray(Lanes.FLOATS, LANES, PAIRS + TRIPLES + PIXELS);
        FloatVector six_2 = FloatVector.fromArray(Lanes.FLOATS, LANES, PAIRS + TRIPLES + 2 * PIXELS);
        for (int g = 0; g < groups; g++) {
            int at = offset + g * PIXELS;
            FloatVector k0 = FloatVector.fromArray(Lanes.FLOATS, from, at);
            FloatVector k1 = FloatVector.fromArray(Lanes.FLOATS, from, at + stride);
            FloatVector k2 = FloatVector.fromArray(Lanes.FLOATS, from, at + 2 * stride);
            FloatVector k3 = FloatVector.fromArray(Lanes.FLOATS, from, at + 3 * stride);
            FloatVector k4 = FloatVector.fromArray(Lanes.FLOATS, from, at + 4 * stride);
            FloatVector k5 = FloatVector.fromArray(Lanes.FLOATS, from, at + 5 * stride);
            int out = toOffset + g * 6 * PIXELS;
            FloatVector a = low.selectFrom(k0, k1);
            FloatVector b = low.selectFrom(k2, k3);
            FloatVector c = low.selectFrom(k4, k5);
            six_0.selectFrom(four_0.selectFrom(a, b), c).intoArray(to, out);
            six_1.selectFrom(four_1.selectFrom(a, b), c).intoArray(to, out + PIXELS);
            six_2.selectFrom(four_2.selectFrom(a, b), c).intoArray(to, out + 2 * PIXELS);
            FloatVector d = high.selectFrom(k0, k1);
            FloatVector e = high.selectFrom(k2, k3);
            FloatVector f = high.selectFrom(k4, k5);
            six_0.selectFrom(four_0.selectFrom(d, e), f).intoArray(to, out + 3 * PIXELS);
            six_1.selectFrom(four_1.selectFrom(d, e), f).intoArray(to, out + 4 * PIXELS);
            six_2.selectFrom(four_2.selectFrom(d, e), f).intoArray(to, out + 5 * PIXELS);
        }
    }

    /** Groups of {@value #PIXELS} pixels of six floats to rows {@code stride} floats apart, a channel each. */
    public static void split(int groups, float[] from, int offset, float[] to, int toOffset, int stride) {
        FloatVector first_0 = FloatVector.fromArray(Lanes.FLOATS, BACK, 0);
        FloatVector third_0 = FloatVector.fromArray(Lanes.FLOATS, BACK, PIXELS);
        FloatVector first_1 = FloatVector.fromArray(Lanes.FLOATS, BACK, 2 * PIXELS);
        FloatVector third_1 = FloatVector.fromArray(Lanes.FLOATS, BACK, 3 * PIXELS);
        FloatVector first_2 = FloatVector.fromArray(Lanes.FLOATS, BACK, 4 * PIXELS);
        FloatVector third_2 = FloatVector.fromArray(Lanes.FLOATS, BACK, 5 * PIXELS);
        FloatVector even = FloatVector.fromArray(Lanes.FLOATS, BACK, 6 * PIXELS);
        FloatVector odd = FloatVector.fromArray(Lanes.FLOATS, BACK, 7 * PIXELS);
        for (int g = 0; g < groups; g++) {
            int at = offset + g * 6 * PIXELS;
            int out = toOffset + g * PIXELS;
            FloatVector v0 = FloatVector.fromArray(Lanes.FLOATS, from, at);
            FloatVector v1 = FloatVector.fromArray(Lanes.FLOATS, from, at + PIXELS);
            FloatVector v2 = FloatVector.fromArray(Lanes.FLOATS, from, at + 2 * PIXELS);
            FloatVector a = third_0.selectFrom(first_0.selectFrom(v0, v1), v2);
            FloatVector b = third_1.selectFrom(first_1.selectFrom(v0, v1), v2);
            FloatVector c = third_2.selectFrom(first_2.selectFrom(v0, v1), v2);
            FloatVector v3 = FloatVector.fromArray(Lanes.FLOATS, from, at + 3 * PIXELS);
            FloatVector v4 = FloatVector.fromArray(Lanes.FLOATS, from, at + 4 * PIXELS);
            FloatVector v5 = FloatVector.fromArray(Lanes.FLOATS, from, at + 5 * PIXELS);
            FloatVector d = third_0.selectFrom(first_0.selectFrom(v3, v4), v5);
            FloatVector e = third_1.selectFrom(first_1.selectFrom(v3, v4), v5);
            FloatVector f = third_2.selectFrom(first_2.selectFrom(v3, v4), v5);
            even.selectFrom(a, d).intoArray(to, out);
            odd.selectFrom(a, d).intoArray(to, out + stride);
            even.selectFrom(b, e).intoArray(to, out + 2 * stride);
            odd.selectFrom(b, e).intoArray(to, out + 3 * stride);
            even.selectFrom(c, f).intoArray(to, out + 4 * stride);
            odd.selectFrom(c, f).intoArray(to, out + 5 * stride);
        }
    }
}
