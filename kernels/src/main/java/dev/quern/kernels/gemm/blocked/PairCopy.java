// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Packs rows of A that are contiguous along k: two floats a move, six rows side by side, two moves of each a step. The
 * step is that long on purpose: the method is too large to be inlined, so it is compiled on its own. Inlined far down a
 * chain of calls, vector operations reach the JIT's limit of nested inlining and stay boxed.
 */
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
        for (; p < depth - 3; p += 4) {
            FloatVector.fromArray(PAIR, a, from + p).intoArray(to, at);
            FloatVector.fromArray(PAIR, a, row1 + p).intoArray(to, at + 2);
            FloatVector.fromArray(PAIR, a, row2 + p).intoArray(to, at + 4);
            FloatVector.fromArray(PAIR, a, row3 + p).intoArray(to, at + 6);
            FloatVector.fromArray(PAIR, a, row4 + p).intoArray(to, at + 8);
            FloatVector.fromArray(PAIR, a, row5 + p).intoArray(to, at + 10);
            FloatVector.fromArray(PAIR, a, from + p + 2).intoArray(to, at + 2 * mr);
            FloatVector.fromArray(PAIR, a, row1 + p + 2).intoArray(to, at + 2 * mr + 2);
            FloatVector.fromArray(PAIR, a, row2 + p + 2).intoArray(to, at + 2 * mr + 4);
            FloatVector.fromArray(PAIR, a, row3 + p + 2).intoArray(to, at + 2 * mr + 6);
            FloatVector.fromArray(PAIR, a, row4 + p + 2).intoArray(to, at + 2 * mr + 8);
            FloatVector.fromArray(PAIR, a, row5 + p + 2).intoArray(to, at + 2 * mr + 10);
            at += 4 * mr;
        }
        for (; p < depth; p++) {
            to[at] = a[from + p];
            to[at + 2] = a[row1 + p];
            to[at + 4] = a[row2 + p];
            to[at + 6] = a[row3 + p];
            to[at + 8] = a[row4 + p];
            to[at + 10] = a[row5 + p];
            at += (p & 1) == 0 ? 1 : 2 * mr - 1;
        }
    }
}
