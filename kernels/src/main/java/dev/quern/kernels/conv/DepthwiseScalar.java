// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

/** The scalar twin of {@link DepthwiseVector}, for any number of channels. */
final class DepthwiseScalar {
    private DepthwiseScalar() {}

    static void forwardRow(
            int channels,
            int pixels,
            int taps,
            int tapRows,
            float[] x,
            int ring,
            int ringFloats,
            int first,
            int rowStep,
            int tapStep,
            int xStep,
            float[] w,
            int wOffset,
            int wStep,
            float[] init,
            int initOffset,
            int initStep,
            float[] y,
            int yOffset,
            int yStep) {
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                float sum = init[initOffset + c * initStep];
                int row = first;
                int k = wOffset + c;
                for (int kh = 0; kh < tapRows; kh++) {
                    int at = row + i * xStep + c;
                    for (int kw = 0; kw < taps; kw++) {
                        sum = Math.fma(x[at], w[k], sum);
                        k += wStep;
                        at += tapStep;
                    }
                    row += rowStep;
                    row -= row >= ring + ringFloats ? ringFloats : 0;
                }
                y[yOffset + i * yStep + c] = sum;
            }
        }
    }
}
