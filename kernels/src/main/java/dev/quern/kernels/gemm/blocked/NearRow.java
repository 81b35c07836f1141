// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * One row of C by a B that a near cache holds, where it lies: sums stay in registers for the whole depth. Each is one chain,
 * so that there are eight of them, as many as keep two FMA units busy.
 */
final class NearRow {
    /** Columns of a pass at most. */
    private static final int COLUMNS = 8 * Lanes.COUNT;

    /** The same of passes with fewer vectors: most loads cross a cache line, so that those which can be spared count. */
    private static final int SIX = 6 * Lanes.COUNT;

    private static final int FOUR = 4 * Lanes.COUNT;
    private static final int TWO = 2 * Lanes.COUNT;

    /** Floats that a start may be read from. */
    static final int START = COLUMNS;

    private NearRow() {}

    /**
     * Computes it.
     *
     * @param zeros {@value #START} of them
     * @param tile room for the start, or the sums, of a pass
     */
    static void run(Operands o, int columns, float[] zeros, float[] tile) {
        if (columns < Lanes.COUNT) {
            narrow(o, columns, zeros, tile);
        } else {
            // Passes as wide as each other, but for a column: so that none is narrower than half of its vectors.
            int passes = Math.ceilDiv(columns, COLUMNS);
            for (int i = 0; i < passes; i++) {
                int j = start(i, passes, columns);
                pass(o, j, start(i + 1, passes, columns) - j, zeros, tile);
            }
        }
        o.finish(1, columns, o.cOffset);
    }

    private static int start(int pass, int passes, int columns) {
        return (int) ((long) columns * pass / passes);
    }

    private static void pass(Operands o, int j, int columns, float[] zeros, float[] tile) {
        float[] init = tile;
        int start = 0;
        if (o.beta == 0f && o.bias == null) {
            init = zeros;
        } else if (o.beta == 0f && !o.biasAlongM) {
            init = o.bias;
            start = o.biasOffset + j;
        } else {
            o.fillStart(0, 1, j, columns, tile, 0, columns);
        }
        int left = o.bOffset + j;
        int out = o.cOffset + j;
        if (columns <= TWO) {
            int half = columns - TWO / 2;
            two(o.k, o.a, o.aOffset, o.aColumnStride, o.b, left, o.bRowStride, init, start, o.c, out, half);
        } else if (columns <= FOUR) {
            int half = columns - FOUR / 2;
            four(o.k, o.a, o.aOffset, o.aColumnStride, o.b, left, o.bRowStride, init, start, o.c, out, half);
        } else if (columns <= SIX) {
            int half = columns - SIX / 2;
            six(o.k, o.a, o.aOffset, o.aColumnStride, o.b, left, o.bRowStride, init, start, o.c, out, half);
        } else {
            int half = columns - COLUMNS / 2;
            eight(o.k, o.a, o.aOffset, o.aColumnStride, o.b, left, o.bRowStride, init, start, o.c, out, half);
        }
    }

    /** Less than a vector of columns: the vectors of the last rows of B may leave its array. */
    private static void narrow(Operands o, int columns, float[] zeros, float[] tile) {
        float[] init = tile;
        if (o.beta == 0f && o.bias == null) {
            init = zeros;
        } else {
            o.fillStart(0, 1, 0, columns, tile, 0, columns);
        }
        int room = o.b.length - o.bOffset - Lanes.COUNT;
        int whole = room < 0 ? 0 : Math.min(o.k, room / Math.max(1, o.bRowStride) + 1);
        one(whole, o.a, o.aOffset, o.aColumnStride, o.b, o.bOffset, o.bRowStride, init, tile);
        for (int p = whole; p < o.k; p++) {
            float factor = o.a[o.aOffset + p * o.aColumnStride];
            int row = o.bOffset + p * o.bRowStride;
            for (int j = 0; j < columns; j++) {
                tile[j] = Math.fma(factor, o.b[row + j], tile[j]);
            }
        }
        System.arraycopy(tile, 0, o.c, o.cOffset, columns);
    }

    private static void one(
            int depth,
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            float[] c) {
        FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, init, 0);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aStep]);
            sum = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row), sum);
            row += bRowStride;
        }
        sum.intoArray(c, 0);
    }

    /** A vector, and another {@code half} columns after it. */
    private static void two(
            int depth,
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            float[] c,
            int cOffset,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aStep]);
            c0 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row), c0);
            c1 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second), c1);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0.intoArray(c, cOffset);
        c1.intoArray(c, outHalf);
    }

    /** Two vectors, and two more {@code half} columns after them. */
    private static void four(
            int depth,
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            float[] c,
            int cOffset,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aStep]);
            c0 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row), c0);
            c1 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT), c1);
            c2 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second), c2);
            c3 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second + Lanes.COUNT), c3);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0.intoArray(c, cOffset);
        c1.intoArray(c, cOffset + Lanes.COUNT);
        c2.intoArray(c, outHalf);
        c3.intoArray(c, outHalf + Lanes.COUNT);
    }

    /** The same with three. */
    private static void six(
            int depth,
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            float[] c,
            int cOffset,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aStep]);
            c0 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row), c0);
            c1 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT), c1);
            c2 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT), c2);
            c3 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second), c3);
            c4 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second + Lanes.COUNT), c4);
            c5 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second + 2 * Lanes.COUNT), c5);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0.intoArray(c, cOffset);
        c1.intoArray(c, cOffset + Lanes.COUNT);
        c2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3.intoArray(c, outHalf);
        c4.intoArray(c, outHalf + Lanes.COUNT);
        c5.intoArray(c, outHalf + 2 * Lanes.COUNT);
    }

    /** The same with four: distances between vectors are constant but for one. */
    private static void eight(
            int depth,
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            float[] c,
            int cOffset,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c3 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 3 * Lanes.COUNT);
        FloatVector c4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c6 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        FloatVector c7 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 3 * Lanes.COUNT);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            FloatVector x = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p * aStep]);
            c0 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row), c0);
            c1 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT), c1);
            c2 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT), c2);
            c3 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, row + 3 * Lanes.COUNT), c3);
            c4 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second), c4);
            c5 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second + Lanes.COUNT), c5);
            c6 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second + 2 * Lanes.COUNT), c6);
            c7 = x.fma(FloatVector.fromArray(Lanes.FLOATS, b, second + 3 * Lanes.COUNT), c7);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0.intoArray(c, cOffset);
        c1.intoArray(c, cOffset + Lanes.COUNT);
        c2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c3.intoArray(c, cOffset + 3 * Lanes.COUNT);
        c4.intoArray(c, outHalf);
        c5.intoArray(c, outHalf + Lanes.COUNT);
        c6.intoArray(c, outHalf + 2 * Lanes.COUNT);
        c7.intoArray(c, outHalf + 3 * Lanes.COUNT);
    }
}
