// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Windows of seven runs, which are longer than a vector of sixteen floats and at most twice as long, added to seven rows.
 * {@link RunSumScalar#windows} is the twin.
 *
 * <p>The two vectors of sums of each row stay in registers and move down with the windows: a load from a place of which a part has just been
 * written would wait until it is in the cache. All rows go together, so that columns are read as they lie, which hardware fetches ahead. 14
 * sums + the order of lanes + a run's bits + 2 on their way = 18 of 32 registers.
 */
public final class SevenRunsVector {
    /** Lanes of the vectors. */
    private static final int WIDTH = 16;

    /** Lanes in order: from {@code WIDTH - n} on, the last n of one vector and then the first of the next. */
    private static final float[] ORDER = order();

    /** All bits of a vector, then none of another: from n on, those of all but its last n floats. */
    private static final int[] BITS = bits();

    private SevenRunsVector() {}

    /** Whether there are such vectors, and windows of this kind: {@code rows} runs of {@code n}, {@code step} apart. */
    public static boolean suits(int rows, int n, int step) {
        return Lanes.COUNT == WIDTH && rows == 7 && n > WIDTH && n <= 2 * WIDTH && step <= WIDTH;
    }

    private static float[] order() {
        var order = new float[2 * WIDTH];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        return order;
    }

    private static int[] bits() {
        var bits = new int[2 * WIDTH];
        Arrays.fill(bits, 0, WIDTH, -1);
        return bits;
    }

    /**
     * Adds one window or more, the last one first, as {@link RunSumScalar#windows} does. Two vectors are read from where a run starts. In
     * rows, a vector ahead of the first run and two from the last one's start on are read, and written back as they were. What lies behind a
     * run is added as +0, which changes no sum that started from +0.
     */
    public static void add(
            int count,
            int n,
            float[] from,
            int offset,
            int stride,
            float[] to,
            int toOffset,
            int toStep,
            int toStride) {
        FloatVector order = FloatVector.fromArray(Lanes.FLOATS, ORDER, WIDTH - toStep);
        IntVector bits = IntVector.fromArray(Lanes.INTS, BITS, 2 * WIDTH - n);
        int read = offset + (count - 1) * stride;
        int at = toOffset + (count - 1) * toStep;
        FloatVector low0 = FloatVector.fromArray(Lanes.FLOATS, to, at);
        FloatVector high0 = FloatVector.fromArray(Lanes.FLOATS, to, at + WIDTH);
        FloatVector low1 = FloatVector.fromArray(Lanes.FLOATS, to, at + toStride);
        FloatVector high1 = FloatVector.fromArray(Lanes.FLOATS, to, at + toStride + WIDTH);
        FloatVector low2 = FloatVector.fromArray(Lanes.FLOATS, to, at + 2 * toStride);
        FloatVector high2 = FloatVector.fromArray(Lanes.FLOATS, to, at + 2 * toStride + WIDTH);
        FloatVector low3 = FloatVector.fromArray(Lanes.FLOATS, to, at + 3 * toStride);
        FloatVector high3 = FloatVector.fromArray(Lanes.FLOATS, to, at + 3 * toStride + WIDTH);
        FloatVector low4 = FloatVector.fromArray(Lanes.FLOATS, to, at + 4 * toStride);
        FloatVector high4 = FloatVector.fromArray(Lanes.FLOATS, to, at + 4 * toStride + WIDTH);
        FloatVector low5 = FloatVector.fromArray(Lanes.FLOATS, to, at + 5 * toStride);
        FloatVector high5 = FloatVector.fromArray(Lanes.FLOATS, to, at + 5 * toStride + WIDTH);
        FloatVector low6 = FloatVector.fromArray(Lanes.FLOATS, to, at + 6 * toStride);
        FloatVector high6 = FloatVector.fromArray(Lanes.FLOATS, to, at + 6 * toStride + WIDTH);
        for (int window = 0; window < count; window++) {
            low0 = FloatVector.fromArray(Lanes.FLOATS, from, read).add(low0);
            high0 = FloatVector.fromArray(Lanes.FLOATS, from, read + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high0);
            high0.intoArray(to, at + WIDTH);
            high0 = order.selectFrom(low0, high0);
            low0 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at - WIDTH), low0);
            low1 = FloatVector.fromArray(Lanes.FLOATS, from, read + n).add(low1);
            high1 = FloatVector.fromArray(Lanes.FLOATS, from, read + n + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high1);
            high1.intoArray(to, at + toStride + WIDTH);
            high1 = order.selectFrom(low1, high1);
            low1 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at + toStride - WIDTH), low1);
            low2 = FloatVector.fromArray(Lanes.FLOATS, from, read + 2 * n).add(low2);
            high2 = FloatVector.fromArray(Lanes.FLOATS, from, read + 2 * n + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high2);
            high2.intoArray(to, at + 2 * toStride + WIDTH);
            high2 = order.selectFrom(low2, high2);
            low2 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at + 2 * toStride - WIDTH), low2);
            low3 = FloatVector.fromArray(Lanes.FLOATS, from, read + 3 * n).add(low3);
            high3 = FloatVector.fromArray(Lanes.FLOATS, from, read + 3 * n + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high3);
            high3.intoArray(to, at + 3 * toStride + WIDTH);
            high3 = order.selectFrom(low3, high3);
            low3 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at + 3 * toStride - WIDTH), low3);
            low4 = FloatVector.fromArray(Lanes.FLOATS, from, read + 4 * n).add(low4);
            high4 = FloatVector.fromArray(Lanes.FLOATS, from, read + 4 * n + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high4);
            high4.intoArray(to, at + 4 * toStride + WIDTH);
            high4 = order.selectFrom(low4, high4);
            low4 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at + 4 * toStride - WIDTH), low4);
            low5 = FloatVector.fromArray(Lanes.FLOATS, from, read + 5 * n).add(low5);
            high5 = FloatVector.fromArray(Lanes.FLOATS, from, read + 5 * n + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high5);
            high5.intoArray(to, at + 5 * toStride + WIDTH);
            high5 = order.selectFrom(low5, high5);
            low5 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at + 5 * toStride - WIDTH), low5);
            low6 = FloatVector.fromArray(Lanes.FLOATS, from, read + 6 * n).add(low6);
            high6 = FloatVector.fromArray(Lanes.FLOATS, from, read + 6 * n + WIDTH)
                    .reinterpretAsInts()
                    .and(bits)
                    .reinterpretAsFloats()
                    .add(high6);
            high6.intoArray(to, at + 6 * toStride + WIDTH);
            high6 = order.selectFrom(low6, high6);
            low6 = order.selectFrom(FloatVector.fromArray(Lanes.FLOATS, to, at + 6 * toStride - WIDTH), low6);
            read -= stride;
            at -= toStep;
        }
        low0.intoArray(to, at);
        high0.intoArray(to, at + WIDTH);
        low1.intoArray(to, at + toStride);
        high1.intoArray(to, at + toStride + WIDTH);
        low2.intoArray(to, at + 2 * toStride);
        high2.intoArray(to, at + 2 * toStride + WIDTH);
        low3.intoArray(to, at + 3 * toStride);
        high3.intoArray(to, at + 3 * toStride + WIDTH);
        low4.intoArray(to, at + 4 * toStride);
        high4.intoArray(to, at + 4 * toStride + WIDTH);
        low5.intoArray(to, at + 5 * toStride);
        high5.intoArray(to, at + 5 * toStride + WIDTH);
        low6.intoArray(to, at + 6 * toStride);
        high6.intoArray(to, at + 6 * toStride + WIDTH);
    }
}
