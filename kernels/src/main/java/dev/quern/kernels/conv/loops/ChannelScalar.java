// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twin of {@link ChannelVector}. */
public final class ChannelScalar {
    private ChannelScalar() {}

    public static void row(
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
            int to = outOffset + i * outStride;
            System.arraycopy(start, startOffset, out, to, channels);
            for (int t = 0; t < taps; t++) {
                float pixel = x[xOffset + i + offsets[t]];
                int weight = wOffset + t * wStride;
                for (int k = 0; k < channels; k++) {
                    out[to + k] = Math.fma(pixel, w[weight + k], out[to + k]);
                }
            }
        }
    }
}
