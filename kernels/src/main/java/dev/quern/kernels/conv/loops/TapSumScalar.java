// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twins of {@link TapSumVector}. */
public final class TapSumScalar {
    private TapSumScalar() {}

    public static void products(
            int positions,
            int columns,
            int depth,
            float[] d,
            int dOffset,
            int dStride,
            float[] w,
            int wOffset,
            int wStride,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < positions; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = 0f;
                for (int k = 0; k < depth; k++) {
                    sum = Math.fma(d[dOffset + k * dStride + i], w[wOffset + k * wStride + j], sum);
                }
                out[outOffset + i * outStride + j] = sum;
            }
        }
    }

    public static void sums(
            int pixels,
            int channels,
            int runs,
            int taps,
            float[] x,
            int offset,
            int pixelStep,
            int runStep,
            int tapStep,
            float[] to,
            int toOffset) {
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                float sum = 0f;
                for (int r = 0; r < runs; r++) {
                    for (int t = 0; t < taps; t++) {
                        sum += x[offset + i * pixelStep + r * runStep + t * tapStep + c];
                    }
                }
                to[toOffset + i * channels + c] = sum;
            }
        }
    }
}
