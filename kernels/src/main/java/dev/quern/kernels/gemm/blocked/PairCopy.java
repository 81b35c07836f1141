// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Packs rows of A that are contiguous along k: two floats a move, six rows side by side. */
final class PairCopy {
    /** Rows of one call; every micro-kernel has a multiple of them. */
    static final int ROWS = 6;

    private static final VectorSpecies<Float> PAIR = FloatVector.SPECIES_64;

    private PairCopy() {}

    static void sixRows(int depth, float[] a, int from, int rowStride, float[] to, int at, int mr) {
        int row1 = from + rowStride;
        int row2 = row1 + rowStride;
        int row3 = row2 + rowStride;
        int row4 = row3 + rowStride;
        int row5 = row4 + rowStride;
        int p = 0;
        for (; p < depth - 1; p += 2) {
            FloatVector.fromArray(PAIR, a, from + p).intoArray(to, at);
            FloatVector.fromArray(PAIR, a, row1 + p).intoArray(to, at + 2);
            FloatVector.fromArray(PAIR, a, row2 + p).intoArray(to, at + 4);
            FloatVector.fromArray(PAIR, a, row3 + p).intoArray(to, at + 6);
            FloatVector.fromArray(PAIR, a, row4 + p).intoArray(to, at + 8);
            FloatVector.fromArray(PAIR, a, row5 + p).intoArray(to, at + 10);
            at += 2 * mr;
        }
        if (p < depth) {
            to[at] = a[from + p];
            to[at + 2] = a[row1 + p];
            to[at + 4] = a[row2 + p];
            to[at + 6] = a[row3 + p];
            to[at + 8] = a[row4 + p];
            to[at + 10] = a[row5 + p];
        }
    }
}
