// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import java.util.Arrays;

/** The scalar twin of {@link LineVector}, {@link LineSumVector} and {@link LineGradientVector}. */
public final class LineScalar {
    /** Channels of a line: whole vectors of any width. */
    public static final int LINE = 16;

    /** Channels of a line that {@link #row} takes at a time: they share an offset. */
    public static final int ROW_STEP = 4;

    /** Channels of a line that sums of taps take at a time; with more, a tap's chain is too few of them. */
    public static final int SUM_STEP = 2;

    private LineScalar() {}

    public static void row(
            int n,
            int channels,
            int steps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] start,
            int startOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i++) {
            int to = outOffset + i * outStride;
            System.arraycopy(start, startOffset, out, to, channels);
            for (int t = 0; t < steps * ROW_STEP; t++) {
                float pixel = x[xOffset + i * LINE + offsets[t / ROW_STEP] + t % ROW_STEP];
                int weight = wOffset + t * channels;
                for (int k = 0; k < channels; k++) {
                    out[to + k] = Math.fma(pixel, w[weight + k], out[to + k]);
                }
            }
        }
    }

    public static void sums(
            int n,
            int channels,
            int taps,
            int depth,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int i = 0; i < n; i++) {
            int to = outOffset + i * outStride;
            Arrays.fill(out, to, to + channels, 0f);
            for (int t = 0; t < taps; t++) {
                for (int c = 0; c < channels; c++) {
                    float chain = 0f;
                    for (int j = t * depth * SUM_STEP; j < (t + 1) * depth * SUM_STEP; j++) {
                        chain = Math.fma(
                                x[xOffset + i * LINE + offsets[j / SUM_STEP] + j % SUM_STEP],
                                w[wOffset + j * channels + c],
                                chain);
                    }
                    out[to + c] += chain;
                }
            }
        }
    }

    public static void gradient(
            int elements,
            int channels,
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
            int sumsOffset,
            int sumsStride) {
        for (int e = 0; e < elements; e++) {
            for (int r = 0; r < rows; r++) {
                for (int i = 0; i < width; i++) {
                    float pixel = x[xOffset + r * xRow + i * xStep + e];
                    int from = dOffset + (r * width + i) * dStep;
                    int to = sumsOffset + e * sumsStride;
                    for (int k = 0; k < channels; k++) {
                        sums[to + k] = Math.fma(pixel, d[from + k], sums[to + k]);
                    }
                }
            }
        }
    }
}
