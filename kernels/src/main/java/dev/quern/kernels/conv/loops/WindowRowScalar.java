// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twin of {@link WindowRowVector}. */
public final class WindowRowScalar {
    /** Floats from a window to the next: what they are in an image of three channels with stride 2. */
    public static final int NEAR = 6;

    /** The same for tiles of one vector of output channels, whose windows would take too long to cut. */
    public static final int FAR = 24;

    private WindowRowScalar() {}

    /** Any number of positions and channels. */
    public static void run(
            int positions,
            int channels,
            int distance,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride,
            float limit) {
        for (int i = 0; i < positions; i++) {
            for (int k = 0; k < channels; k++) {
                float sum = start[startOffset + k];
                for (int t = 0; t < taps; t++) {
                    sum = Math.fma(x[xOffset + i * distance + offsets[t]], w[wOffset + t * channels + k], sum);
                }
                out[outOffset + i * outStride + k] = sum <= limit ? 0f : sum;
            }
        }
    }
}
