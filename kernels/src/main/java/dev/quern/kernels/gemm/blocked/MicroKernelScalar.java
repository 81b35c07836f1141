// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The scalar twin: 6 rows × 16 floats, plain loops, the tile kept in C itself. */
final class MicroKernelScalar {
    static final int ROWS = 6;
    static final int COLUMNS = 16;

    private MicroKernelScalar() {}

    static void run(
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride) {
        for (int i = 0; i < ROWS; i++) {
            int row = cOffset + i * cRowStride;
            for (int j = 0; j < COLUMNS; j++) {
                c[row + j] = init[initOffset + i * initRowStride + j];
            }
            for (int p = 0; p < depth; p++) {
                float x = a[aOffset + i * MicroKernel.SLIVER_STRIDE + p];
                for (int j = 0; j < COLUMNS; j++) {
                    c[row + j] = Math.fma(x, panel.getAtIndex(JAVA_FLOAT, p * COLUMNS + j), c[row + j]);
                }
            }
        }
    }
}
