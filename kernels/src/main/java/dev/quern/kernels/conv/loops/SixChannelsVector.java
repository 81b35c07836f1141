// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.EmptyCalls;
import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Brings six channels from planes to pixels and back, with vectors of 16 lanes. The twins are {@code PixelCopy#sixes} and {@code PixelCopy#gather}.
 */
public final class SixChannelsVector {
    /** Whether the vectors are wide enough. */
    public static final boolean SUITS = Lanes.COUNT == 16;

    /** Pixels that are done at a time. */
    public static final int PIXELS = 16;

    /** Lanes of two vectors, 0-15 and 16-31, that make a third; first two channels each, then what is before a pixel's third pair. */
    private static final int[] LANES = lanes();

    private static final int PAIRS = 2 * PIXELS;
    private static final int TRIPLES = 3 * PIXELS;

    /** The way back: of each pair of channels, which lanes of the first two vectors and which of the third; then even and odd lanes. */
    private static final int[] BACK = back();

    /** Beside {@link #run}. */
    public static final EmptyCalls EMPTY_RUN = new EmptyCalls(() -> run(0, PIXELS, Float.NaN, null, 0, 0, 0, null, 0));

    /** Beside {@link #split}. */
    public static final EmptyCalls EMPTY_SPLIT = new EmptyCalls(() -> split(0, null, 0, null, 0, 0));

    private SixChannelsVector() {}

    private static int[] back() {
        int[] lanes = new int[8 * PIXELS];
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
    private static int[] lanes() {
        int[] lanes = new int[8 * PIXELS];
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

    /**
     * Rows of {@code width} pixels, at least {@value #PIXELS}, from planes {@code stride} floats apart, a channel each. The last group of a row
     * lies over the one before. What is not above {@code limit} becomes +0: ReLU for a limit of 0, nothing for NaN.
     */
    public static void run(
            int rows,
            int width,
            float limit,
            float[] from,
            int offset,
            int rowStride,
            int stride,
            float[] to,
            int toOffset) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        IntVector low = IntVector.fromArray(Lanes.INTS, LANES, 0);
        IntVector high = IntVector.fromArray(Lanes.INTS, LANES, PIXELS);
        IntVector four_0 = IntVector.fromArray(Lanes.INTS, LANES, PAIRS);
        IntVector four_1 = IntVector.fromArray(Lanes.INTS, LANES, PAIRS + PIXELS);
        IntVector four_2 = IntVector.fromArray(Lanes.INTS, LANES, PAIRS + 2 * PIXELS);
        IntVector six_0 = IntVector.fromArray(Lanes.INTS, LANES, PAIRS + TRIPLES);
        IntVector six_1 = IntVector.fromArray(Lanes.INTS, LANES, PAIRS + TRIPLES + PIXELS);
        IntVector six_2 = IntVector.fromArray(Lanes.INTS, LANES, PAIRS + TRIPLES + 2 * PIXELS);
        int groups = (width + PIXELS - 1) / PIXELS;
        for (int g = 0; g < rows * groups; g++) {
            int row = g / groups;
            int pixel = Math.min(g % groups * PIXELS, width - PIXELS);
            int at = offset + row * rowStride + pixel;
            FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, from, at);
            FloatVector y1 = FloatVector.fromArray(Lanes.FLOATS, from, at + stride);
            FloatVector y2 = FloatVector.fromArray(Lanes.FLOATS, from, at + 2 * stride);
            FloatVector y3 = FloatVector.fromArray(Lanes.FLOATS, from, at + 3 * stride);
            FloatVector y4 = FloatVector.fromArray(Lanes.FLOATS, from, at + 4 * stride);
            FloatVector y5 = FloatVector.fromArray(Lanes.FLOATS, from, at + 5 * stride);
            IntVector k0 = y0.blend(0f, y0.compare(VectorOperators.LE, least)).reinterpretAsInts();
            IntVector k1 = y1.blend(0f, y1.compare(VectorOperators.LE, least)).reinterpretAsInts();
            IntVector k2 = y2.blend(0f, y2.compare(VectorOperators.LE, least)).reinterpretAsInts();
            IntVector k3 = y3.blend(0f, y3.compare(VectorOperators.LE, least)).reinterpretAsInts();
            IntVector k4 = y4.blend(0f, y4.compare(VectorOperators.LE, least)).reinterpretAsInts();
            IntVector k5 = y5.blend(0f, y5.compare(VectorOperators.LE, least)).reinterpretAsInts();
            int out = toOffset + (row * width + pixel) * 6;
            IntVector a = low.selectFrom(k0, k1);
            IntVector b = low.selectFrom(k2, k3);
            IntVector c = low.selectFrom(k4, k5);
            six_0.selectFrom(four_0.selectFrom(a, b), c).reinterpretAsFloats().intoArray(to, out);
            six_1.selectFrom(four_1.selectFrom(a, b), c).reinterpretAsFloats().intoArray(to, out + PIXELS);
            six_2.selectFrom(four_2.selectFrom(a, b), c).reinterpretAsFloats().intoArray(to, out + 2 * PIXELS);
            IntVector d = high.selectFrom(k0, k1);
            IntVector e = high.selectFrom(k2, k3);
            IntVector f = high.selectFrom(k4, k5);
            six_0.selectFrom(four_0.selectFrom(d, e), f).reinterpretAsFloats().intoArray(to, out + 3 * PIXELS);
            six_1.selectFrom(four_1.selectFrom(d, e), f).reinterpretAsFloats().intoArray(to, out + 4 * PIXELS);
            six_2.selectFrom(four_2.selectFrom(d, e), f).reinterpretAsFloats().intoArray(to, out + 5 * PIXELS);
        }
    }

    /** Groups of {@value #PIXELS} pixels of six floats to rows {@code stride} floats apart, a channel each. */
    public static void split(int groups, float[] from, int offset, float[] to, int toOffset, int stride) {
        IntVector first_0 = IntVector.fromArray(Lanes.INTS, BACK, 0);
        IntVector third_0 = IntVector.fromArray(Lanes.INTS, BACK, PIXELS);
        IntVector first_1 = IntVector.fromArray(Lanes.INTS, BACK, 2 * PIXELS);
        IntVector third_1 = IntVector.fromArray(Lanes.INTS, BACK, 3 * PIXELS);
        IntVector first_2 = IntVector.fromArray(Lanes.INTS, BACK, 4 * PIXELS);
        IntVector third_2 = IntVector.fromArray(Lanes.INTS, BACK, 5 * PIXELS);
        IntVector even = IntVector.fromArray(Lanes.INTS, BACK, 6 * PIXELS);
        IntVector odd = IntVector.fromArray(Lanes.INTS, BACK, 7 * PIXELS);
        for (int g = 0; g < groups; g++) {
            int at = offset + g * 6 * PIXELS;
            int out = toOffset + g * PIXELS;
            IntVector v0 = FloatVector.fromArray(Lanes.FLOATS, from, at).reinterpretAsInts();
            IntVector v1 =
                    FloatVector.fromArray(Lanes.FLOATS, from, at + PIXELS).reinterpretAsInts();
            IntVector v2 =
                    FloatVector.fromArray(Lanes.FLOATS, from, at + 2 * PIXELS).reinterpretAsInts();
            IntVector a = third_0.selectFrom(first_0.selectFrom(v0, v1), v2);
            IntVector b = third_1.selectFrom(first_1.selectFrom(v0, v1), v2);
            IntVector c = third_2.selectFrom(first_2.selectFrom(v0, v1), v2);
            IntVector v3 =
                    FloatVector.fromArray(Lanes.FLOATS, from, at + 3 * PIXELS).reinterpretAsInts();
            IntVector v4 =
                    FloatVector.fromArray(Lanes.FLOATS, from, at + 4 * PIXELS).reinterpretAsInts();
            IntVector v5 =
                    FloatVector.fromArray(Lanes.FLOATS, from, at + 5 * PIXELS).reinterpretAsInts();
            IntVector d = third_0.selectFrom(first_0.selectFrom(v3, v4), v5);
            IntVector e = third_1.selectFrom(first_1.selectFrom(v3, v4), v5);
            IntVector f = third_2.selectFrom(first_2.selectFrom(v3, v4), v5);
            even.selectFrom(a, d).reinterpretAsFloats().intoArray(to, out);
            odd.selectFrom(a, d).reinterpretAsFloats().intoArray(to, out + stride);
            even.selectFrom(b, e).reinterpretAsFloats().intoArray(to, out + 2 * stride);
            odd.selectFrom(b, e).reinterpretAsFloats().intoArray(to, out + 3 * stride);
            even.selectFrom(c, f).reinterpretAsFloats().intoArray(to, out + 4 * stride);
            odd.selectFrom(c, f).reinterpretAsFloats().intoArray(to, out + 5 * stride);
        }
    }
}
