// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** The scalar twin of {@link PixelSumVector}. */
public final class PixelSumScalar {
    private PixelSumScalar() {}

    /** Any number of channels and of a panel's columns. */
    public static void run(
            int rows,
            int columns,
            int depth,
            float[] x,
            int xOffset,
            MemorySegment panel,
            float[] init,
            int initOffset,
            int initStride,
            float[] c,
            int cOffset,
            int cStride) {
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                float sum = init[initOffset + i * initStride + k];
                for (int p = 0; p < depth; p++) {
                    float d = panel.getAtIndex(JAVA_FLOAT, (long) p * columns + k);
                    sum = Math.fma(x[xOffset + p * LineScalar.LINE + i], d, sum);
                }
                c[cOffset + i * cStride + k] = sum;
            }
        }
    }
}
