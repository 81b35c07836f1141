// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Half a vector of columns, B and C without gaps: a vector is two rows of either, and holds the chains of two rows of C. So nothing
 * is computed, read or written that is not asked for, and nothing is copied.
 *
 * <p>8 rows as 4 accumulators + 1 vector of B + its 2 rows, each twice + 2 of A = 9 of 16 registers, and the two orders.
 */
final class HalfVectors {
    /** Rows of a tile. */
    private static final int ROWS = 8;

    private static final int COLUMNS = VectorSupport.ENABLED ? Lanes.COUNT / 2 : 0;

    private HalfVectors() {}

    /** Whether it is such a product, of whole tiles and of as many rows of B as fill vectors. */
    static boolean serve(int rows, int columns, int depth, int bRowStride, int ldc) {
        return columns == COLUMNS && bRowStride == columns && ldc == columns && rows >= ROWS && depth % 2 == 0;
    }

    /** The product, from +0. The last tile moves back over finished rows, and computes them again to the same bits. */
    static void run(
            int rows,
            int depth,
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset) {
        for (int row = 0; row < rows; row += ROWS) {
            int i = Math.min(row, rows - ROWS);
            Loop.tile(depth, a, aOffset + i * aRowStride, aRowStride, b, bOffset, c, cOffset + i * COLUMNS);
        }
    }

    /** Apart from the rest, which is asked without vectors too. */
    private static final class Loop {
        /** The lanes of the second row. */
        private static final VectorMask<Float> SECOND = VectorMask.fromLong(Lanes.FLOATS, -1L << COLUMNS);

        /** The first row of B twice, and the second. */
        private static final VectorShuffle<Float> FIRST_TWICE =
                VectorShuffle.fromOp(Lanes.FLOATS, lane -> lane % COLUMNS);

        private static final VectorShuffle<Float> SECOND_TWICE =
                VectorShuffle.fromOp(Lanes.FLOATS, lane -> COLUMNS + lane % COLUMNS);

        private static void tile(
                int depth, float[] a, int aOffset, int aRowStride, float[] b, int bOffset, float[] c, int cOffset) {
            FloatVector c01 = FloatVector.zero(Lanes.FLOATS);
            FloatVector c23 = FloatVector.zero(Lanes.FLOATS);
            FloatVector c45 = FloatVector.zero(Lanes.FLOATS);
            FloatVector c67 = FloatVector.zero(Lanes.FLOATS);
            int a1 = aOffset + aRowStride;
            int a2 = a1 + aRowStride;
            int a3 = a2 + aRowStride;
            int a4 = a3 + aRowStride;
            int a5 = a4 + aRowStride;
            int a6 = a5 + aRowStride;
            int a7 = a6 + aRowStride;
            int row = bOffset;
            for (int p = 0; p < depth; p += 2) {
                FloatVector both = FloatVector.fromArray(Lanes.FLOATS, b, row);
                FloatVector b0 = both.rearrange(FIRST_TWICE);
                FloatVector b1 = both.rearrange(SECOND_TWICE);
                FloatVector x0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p]);
                FloatVector x1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p]);
                c01 = x0.blend(x1, SECOND).fma(b0, c01);
                FloatVector y0 = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + p + 1]);
                FloatVector y1 = FloatVector.broadcast(Lanes.FLOATS, a[a1 + p + 1]);
                c01 = y0.blend(y1, SECOND).fma(b1, c01);
                FloatVector x2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p]);
                FloatVector x3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p]);
                c23 = x2.blend(x3, SECOND).fma(b0, c23);
                FloatVector y2 = FloatVector.broadcast(Lanes.FLOATS, a[a2 + p + 1]);
                FloatVector y3 = FloatVector.broadcast(Lanes.FLOATS, a[a3 + p + 1]);
                c23 = y2.blend(y3, SECOND).fma(b1, c23);
                FloatVector x4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p]);
                FloatVector x5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p]);
                c45 = x4.blend(x5, SECOND).fma(b0, c45);
                FloatVector y4 = FloatVector.broadcast(Lanes.FLOATS, a[a4 + p + 1]);
                FloatVector y5 = FloatVector.broadcast(Lanes.FLOATS, a[a5 + p + 1]);
                c45 = y4.blend(y5, SECOND).fma(b1, c45);
                FloatVector x6 = FloatVector.broadcast(Lanes.FLOATS, a[a6 + p]);
                FloatVector x7 = FloatVector.broadcast(Lanes.FLOATS, a[a7 + p]);
                c67 = x6.blend(x7, SECOND).fma(b0, c67);
                FloatVector y6 = FloatVector.broadcast(Lanes.FLOATS, a[a6 + p + 1]);
                FloatVector y7 = FloatVector.broadcast(Lanes.FLOATS, a[a7 + p + 1]);
                c67 = y6.blend(y7, SECOND).fma(b1, c67);
                row += Lanes.COUNT;
            }
            c01.intoArray(c, cOffset);
            c23.intoArray(c, cOffset + Lanes.COUNT);
            c45.intoArray(c, cOffset + 2 * Lanes.COUNT);
            c67.intoArray(c, cOffset + 3 * Lanes.COUNT);
        }
    }
}
