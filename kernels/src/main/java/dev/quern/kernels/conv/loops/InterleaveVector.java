// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Interleaves rows with vectors of 16 lanes: element i of row r goes to {@code i·rows + r}. The twin is {@code PixelCopy#spread}, row by row. */
public final class InterleaveVector {
    /** Elements of each row that are done at a time. */
    public static final int GROUP = 16;

    /** Rows at most; of more, less than two elements are left in a vector. */
    public static final int MOST = 8;

    private static final int FIVE = 5;

    /** Whether the vectors are wide enough. */
    public static final boolean SUITS = Lanes.COUNT == GROUP;

    /**
     * For each number of rows, then for each vector of the result and each row but the first: which lanes are what is there, and which are
     * of that row.
     */
    private static final int[][] ORDERS = new int[MOST + 1][];

    static {
        for (int rows = 1; rows <= MOST; rows++) {
            ORDERS[rows] = order(rows);
        }
    }

    private static final int[] OF_FIVE = ORDERS[FIVE];

    private InterleaveVector() {}

    private static int[] order(int rows) {
        int[] order = new int[rows * (rows - 1) * GROUP];
        for (int at = 0; at < order.length; at++) {
            int lane = at % GROUP;
            int row = at / GROUP % (rows - 1) + 1;
            int place = at / GROUP / (rows - 1) * GROUP + lane;
            boolean first = row == 1 && place % rows == 0;
            order[at] = place % rows == row ? GROUP + place / rows : first ? place / rows : lane;
        }
        return order;
    }

    /** Groups of elements of rows {@code stride} floats apart. */
    public static void run(int groups, int rows, float[] from, int offset, int stride, float[] to, int toOffset) {
        if (rows == FIVE) {
            five(groups, from, offset, stride, to, toOffset);
            return;
        }
        int[] order = ORDERS[rows];
        for (int g = 0; g < groups; g++) {
            int at = offset + g * GROUP;
            int o = 0;
            for (int v = 0; v < rows; v++) {
                IntVector all = FloatVector.fromArray(Lanes.FLOATS, from, at).reinterpretAsInts();
                for (int r = 1; r < rows; r++) {
                    IntVector row = FloatVector.fromArray(Lanes.FLOATS, from, at + r * stride)
                            .reinterpretAsInts();
                    all = IntVector.fromArray(Lanes.INTS, order, o).selectFrom(all, row);
                    o += GROUP;
                }
                all.reinterpretAsFloats().intoArray(to, toOffset);
                toOffset += GROUP;
            }
        }
    }

    /** The same without inner loops, for windows of 5×5. */
    private static void five(int groups, float[] from, int offset, int stride, float[] to, int toOffset) {
        for (int g = 0; g < groups; g++) {
            int at = offset + g * GROUP;
            int out = toOffset + g * FIVE * GROUP;
            FloatVector row0 = FloatVector.fromArray(Lanes.FLOATS, from, at);
            FloatVector row1 = FloatVector.fromArray(Lanes.FLOATS, from, at + stride);
            FloatVector row2 = FloatVector.fromArray(Lanes.FLOATS, from, at + 2 * stride);
            FloatVector row3 = FloatVector.fromArray(Lanes.FLOATS, from, at + 3 * stride);
            FloatVector row4 = FloatVector.fromArray(Lanes.FLOATS, from, at + 4 * stride);
            IntVector x0 = row0.reinterpretAsInts();
            IntVector x1 = row1.reinterpretAsInts();
            IntVector x2 = row2.reinterpretAsInts();
            IntVector x3 = row3.reinterpretAsInts();
            IntVector x4 = row4.reinterpretAsInts();
            IntVector y0 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 0).selectFrom(x0, x1);
            y0 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 16).selectFrom(y0, x2);
            y0 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 32).selectFrom(y0, x3);
            y0 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 48).selectFrom(y0, x4);
            y0.reinterpretAsFloats().intoArray(to, out);
            IntVector y1 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 64).selectFrom(x0, x1);
            y1 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 80).selectFrom(y1, x2);
            y1 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 96).selectFrom(y1, x3);
            y1 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 112).selectFrom(y1, x4);
            y1.reinterpretAsFloats().intoArray(to, out + GROUP);
            IntVector y2 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 128).selectFrom(x0, x1);
            y2 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 144).selectFrom(y2, x2);
            y2 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 160).selectFrom(y2, x3);
            y2 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 176).selectFrom(y2, x4);
            y2.reinterpretAsFloats().intoArray(to, out + 2 * GROUP);
            IntVector y3 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 192).selectFrom(x0, x1);
            y3 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 208).selectFrom(y3, x2);
            y3 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 224).selectFrom(y3, x3);
            y3 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 240).selectFrom(y3, x4);
            y3.reinterpretAsFloats().intoArray(to, out + 3 * GROUP);
            IntVector y4 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 256).selectFrom(x0, x1);
            y4 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 272).selectFrom(y4, x2);
            y4 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 288).selectFrom(y4, x3);
            y4 = IntVector.fromArray(Lanes.INTS, OF_FIVE, 304).selectFrom(y4, x4);
            y4.reinterpretAsFloats().intoArray(to, out + 4 * GROUP);
        }
    }
}
