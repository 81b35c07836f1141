// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twin of {@link WindowGradientVector}. */
public final class WindowGradientScalar {
    private WindowGradientScalar() {}

    public static void tile(
            int channels,
            int elements,
            int rows,
            int width,
            float[] x,
            int xOffset,
            int xRow,
            int xStep,
            float[] d,
            int dOffset,
            int dStep,
            float[] sums,
            int at) {
        for (int position = 0; position < rows * width; position++) {
            int from = xOffset + position / width * xRow + position % width * xStep;
            for (int k = 0; k < channels; k++) {
                float factor = d[dOffset + position * dStep + k];
                int sum = at + k * elements;
                for (int i = 0; i < elements; i++) {
                    sums[sum + i] = Math.fma(factor, x[from + i], sums[sum + i]);
                }
            }
        }
    }
}
