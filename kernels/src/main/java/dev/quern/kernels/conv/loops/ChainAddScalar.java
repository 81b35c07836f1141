// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.quern.kernels.gemm.blocked.PanelProduct;
import java.lang.foreign.MemorySegment;

/** The scalar twin of {@link ChainAddVector}. */
public final class ChainAddScalar {
    private ChainAddScalar() {}

    /** Any number of rows and of a panel's columns. */
    public static void run(
            int rows,
            int columns,
            int depth,
            float[] a,
            int aOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
            float[] base,
            int baseOffset,
            int baseStride,
            float[] c,
            int cOffset,
            int cStride) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = init[initOffset + i * initStride + j];
                for (int p = 0; p < depth; p++) {
                    float b = panel.getAtIndex(JAVA_FLOAT, (long) p * columns + j);
                    sum = Math.fma(a[aOffset + i * PanelProduct.ROW_FLOATS + p], b, sum);
                }
                c[cOffset + i * cStride + j] = base[baseOffset + i * baseStride + j] + sum;
            }
        }
    }
}
