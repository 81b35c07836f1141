// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twin of {@link WindowRowVector}. */
public final class WindowRowScalar {
    /** Floats from a window to the next. */
    public static final int DISTANCE = 24;

    private WindowRowScalar() {}

    /** Any number of positions and channels. */
    public static void run(
            int positions,
            int channels,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int wStride,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < positions; i++) {
            for (int k = 0; k < channels; k++) {
                float sum = start[startOffset + k];
                for (int t = 0; t < taps; t++) {
                    sum = Math.fma(x[xOffset + i * DISTANCE + offsets[t]], w[wOffset + t * wStride + k], sum);
                }
                out[outOffset + i * outStride + k] = sum;
            }
        }
    }
}
