// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Two rows of C by a B that a near cache holds: {@link NearRow}, each of whose loads of B serves two chains. Up to six vectors
 * of columns are 12 sums + 1 of B + 2 of A = 15 of 16 registers.
 */
final class NearPair {
    /** Columns of a pass at most. */
    private static final int COLUMNS = 6 * Lanes.COUNT;

    private static final int FOUR = 4 * Lanes.COUNT;
    private static final int TWO = 2 * Lanes.COUNT;

    private NearPair() {}

    /** Computes a whole product. */
    static void run(Operands o, int rows, int columns, float[] zeros, float[] tile) {
        for (int i = 0; i < rows; i += 2) {
            pair(o, i, Math.min(2, rows - i), columns, zeros, tile);
        }
        o.finish(rows, columns, o.cOffset);
    }

    /**
     * Computes the chains of rows {@code [i, i + rows)}, one or two; a row alone is computed twice.
     *
     * @param zeros as many as a pass has columns
     * @param tile room for the starts, or the sums, of a pass
     */
    static void pair(Operands o, int i, int rows, int columns, float[] zeros, float[] tile) {
        if (columns < Lanes.COUNT) {
            narrow(o, i, rows, columns, zeros, tile);
            return;
        }
        // Passes as wide as each other, but for a column: so that none is narrower than half of its vectors.
        int passes = Math.ceilDiv(columns, COLUMNS);
        for (int pass = 0; pass < passes; pass++) {
            int j = start(pass, passes, columns);
            pass(o, i, rows, j, start(pass + 1, passes, columns) - j, zeros, tile);
        }
    }

    private static int start(int pass, int passes, int columns) {
        return (int) ((long) columns * pass / passes);
    }

    private static void pass(Operands o, int i, int rows, int j, int columns, float[] zeros, float[] tile) {
        float[] init = tile;
        int start = 0;
        int startNext = 0;
        if (o.beta == 0f && o.bias == null) {
            init = zeros;
        } else if (o.beta == 0f && !o.biasAlongM) {
            init = o.bias;
            start = o.biasOffset + j;
        } else {
            o.fillStart(i, rows, j, columns, tile, 0, columns);
            startNext = (rows - 1) * columns;
        }
        int above = o.aOffset + i * o.aRowStride;
        int aNext = (rows - 1) * o.aRowStride;
        int left = o.bOffset + j;
        int out = o.cOffset + i * o.ldc + j;
        int next = (rows - 1) * o.ldc;
        int step = o.aColumnStride;
        if (columns <= TWO) {
            int half = columns - TWO / 2;
            two(o.k, o.a, above, aNext, step, o.b, left, o.bRowStride, init, start, startNext, o.c, out, next, half);
        } else if (columns <= FOUR) {
            int half = columns - FOUR / 2;
            four(o.k, o.a, above, aNext, step, o.b, left, o.bRowStride, init, start, startNext, o.c, out, next, half);
        } else {
            int half = columns - COLUMNS / 2;
            six(o.k, o.a, above, aNext, step, o.b, left, o.bRowStride, init, start, startNext, o.c, out, next, half);
        }
    }

    /** Less than a vector of columns: the vectors of the last rows of B may leave its array. */
    private static void narrow(Operands o, int i, int rows, int columns, float[] zeros, float[] tile) {
        float[] init = tile;
        if (o.beta == 0f && o.bias == null) {
            init = zeros;
        } else {
            o.fillStart(i, rows, 0, columns, tile, 0, Lanes.COUNT);
        }
        int above = o.aOffset + i * o.aRowStride;
        int aNext = (rows - 1) * o.aRowStride;
        int whole = o.k;
        while (whole > 0 && o.bOffset + (whole - 1) * o.bRowStride > o.b.length - Lanes.COUNT) {
            whole--;
        }
        // Copied before the loop, they are in the cache when it is done.
        int last = o.bOffset + whole * o.bRowStride;
        Operands.copyRows(o.k - whole, columns, o.b, last, o.bRowStride, tile, TWO, Lanes.COUNT);
        one(whole, o.k, o.a, above, aNext, o.aColumnStride, o.b, o.bOffset, o.bRowStride, init, tile, TWO);
        Operands.copyRows(rows, columns, tile, 0, Lanes.COUNT, o.c, o.cOffset + i * o.ldc, o.ldc);
    }

    /** The first {@code whole} rows of B are read where they lie, the others from {@code lastOffset} of C on. */
    private static void one(
            int whole,
            int depth,
            float[] a,
            int aOffset,
            int aNext,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            float[] c,
            int lastOffset) {
        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, init, 0);
        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, init, Lanes.COUNT);
        int row = bOffset;
        for (int p = 0; p < whole; p++) {
            int i = aOffset + p * aStep;
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[i + aNext]);
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            c0 = x0.fma(b_0, c0);
            c1 = x1.fma(b_0, c1);
            row += bRowStride;
        }
        int last = lastOffset;
        for (int p = whole; p < depth; p++) {
            int i = aOffset + p * aStep;
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[i + aNext]);
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, c, last);
            c0 = x0.fma(b_0, c0);
            c1 = x1.fma(b_0, c1);
            last += Lanes.COUNT;
        }
        c0.intoArray(c, 0);
        c1.intoArray(c, Lanes.COUNT);
    }

    /** Two rows by a vector, and another {@code half} columns after it. */
    private static void two(
            int depth,
            float[] a,
            int aOffset,
            int aNext,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initNext,
            float[] c,
            int cOffset,
            int cNext,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        initOffset += initNext;
        initHalf += initNext;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            int i = aOffset + p * aStep;
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[i + aNext]);
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            c0_0 = x0.fma(b_0, c0_0);
            c1_0 = x1.fma(b_0, c1_0);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, second);
            c0_1 = x0.fma(b_1, c0_1);
            c1_1 = x1.fma(b_1, c1_1);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, outHalf);
        cOffset += cNext;
        outHalf += cNext;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, outHalf);
    }

    /** Two rows by two vectors, and two more {@code half} columns after them. */
    private static void four(
            int depth,
            float[] a,
            int aOffset,
            int aNext,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initNext,
            float[] c,
            int cOffset,
            int cNext,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        initOffset += initNext;
        initHalf += initNext;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            int i = aOffset + p * aStep;
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[i + aNext]);
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            c0_0 = x0.fma(b_0, c0_0);
            c1_0 = x1.fma(b_0, c1_0);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            c0_1 = x0.fma(b_1, c0_1);
            c1_1 = x1.fma(b_1, c1_1);
            FloatVector b_2 = FloatVector.fromArray(Lanes.FLOATS, b, second);
            c0_2 = x0.fma(b_2, c0_2);
            c1_2 = x1.fma(b_2, c1_2);
            FloatVector b_3 = FloatVector.fromArray(Lanes.FLOATS, b, second + Lanes.COUNT);
            c0_3 = x0.fma(b_3, c0_3);
            c1_3 = x1.fma(b_3, c1_3);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, outHalf);
        c0_3.intoArray(c, outHalf + Lanes.COUNT);
        cOffset += cNext;
        outHalf += cNext;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, outHalf);
        c1_3.intoArray(c, outHalf + Lanes.COUNT);
    }

    /** The same with three. */
    private static void six(
            int depth,
            float[] a,
            int aOffset,
            int aNext,
            int aStep,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initNext,
            float[] c,
            int cOffset,
            int cNext,
            int half) {
        int initHalf = initOffset + half;
        FloatVector c0_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c0_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c0_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c0_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c0_4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c0_5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        initOffset += initNext;
        initHalf += initNext;
        FloatVector c1_0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset);
        FloatVector c1_1 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + Lanes.COUNT);
        FloatVector c1_2 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + 2 * Lanes.COUNT);
        FloatVector c1_3 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf);
        FloatVector c1_4 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + Lanes.COUNT);
        FloatVector c1_5 = FloatVector.fromArray(Lanes.FLOATS, init, initHalf + 2 * Lanes.COUNT);
        int row = bOffset;
        for (int p = 0; p < depth; p++) {
            int second = row + half;
            int i = aOffset + p * aStep;
            FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[i]);
            FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[i + aNext]);
            FloatVector b_0 = FloatVector.fromArray(Lanes.FLOATS, b, row);
            c0_0 = x0.fma(b_0, c0_0);
            c1_0 = x1.fma(b_0, c1_0);
            FloatVector b_1 = FloatVector.fromArray(Lanes.FLOATS, b, row + Lanes.COUNT);
            c0_1 = x0.fma(b_1, c0_1);
            c1_1 = x1.fma(b_1, c1_1);
            FloatVector b_2 = FloatVector.fromArray(Lanes.FLOATS, b, row + 2 * Lanes.COUNT);
            c0_2 = x0.fma(b_2, c0_2);
            c1_2 = x1.fma(b_2, c1_2);
            FloatVector b_3 = FloatVector.fromArray(Lanes.FLOATS, b, second);
            c0_3 = x0.fma(b_3, c0_3);
            c1_3 = x1.fma(b_3, c1_3);
            FloatVector b_4 = FloatVector.fromArray(Lanes.FLOATS, b, second + Lanes.COUNT);
            c0_4 = x0.fma(b_4, c0_4);
            c1_4 = x1.fma(b_4, c1_4);
            FloatVector b_5 = FloatVector.fromArray(Lanes.FLOATS, b, second + 2 * Lanes.COUNT);
            c0_5 = x0.fma(b_5, c0_5);
            c1_5 = x1.fma(b_5, c1_5);
            row += bRowStride;
        }
        int outHalf = cOffset + half;
        c0_0.intoArray(c, cOffset);
        c0_1.intoArray(c, cOffset + Lanes.COUNT);
        c0_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c0_3.intoArray(c, outHalf);
        c0_4.intoArray(c, outHalf + Lanes.COUNT);
        c0_5.intoArray(c, outHalf + 2 * Lanes.COUNT);
        cOffset += cNext;
        outHalf += cNext;
        c1_0.intoArray(c, cOffset);
        c1_1.intoArray(c, cOffset + Lanes.COUNT);
        c1_2.intoArray(c, cOffset + 2 * Lanes.COUNT);
        c1_3.intoArray(c, outHalf);
        c1_4.intoArray(c, outHalf + Lanes.COUNT);
        c1_5.intoArray(c, outHalf + 2 * Lanes.COUNT);
    }
}
