// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Packs rows of A that are contiguous along k, two floats a move: half the moves of a scalar loop. */
final class PairCopy {
    private static final VectorSpecies<Float> PAIR = FloatVector.SPECIES_64;

    private PairCopy() {}

    static void rows(int rows, int depth, float[] a, int from, int rowStride, float[] to, int sliver, int mr) {
        int r = 0;
        for (; r < rows - 1; r += 2) {
            int row0 = from + r * rowStride;
            int row1 = row0 + rowStride;
            int at = sliver + 2 * r;
            for (int p = 0; p < depth - 1; p += 2) {
                FloatVector.fromArray(PAIR, a, row0 + p).intoArray(to, at);
                FloatVector.fromArray(PAIR, a, row1 + p).intoArray(to, at + 2);
                at += 2 * mr;
            }
            if ((depth & 1) != 0) {
                to[at] = a[row0 + depth - 1];
                to[at + 2] = a[row1 + depth - 1];
            }
        }
        if (r < rows) {
            for (int p = 0; p < depth; p++) {
                to[sliver + (p >> 1) * 2 * mr + 2 * r + (p & 1)] = a[from + r * rowStride + p];
            }
        }
    }
}
