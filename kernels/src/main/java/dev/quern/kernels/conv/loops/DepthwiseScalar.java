// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twin of {@link DepthwiseVector}, for any number of channels. */
public final class DepthwiseScalar {
    private DepthwiseScalar() {}

    public static void forwardRow(
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

    public static void backwardData(
            int channels,
            int pixels,
            int taps,
            int tapRows,
            float[] dy,
            int dyFirst,
            int dyRowStep,
            int dyTapStep,
            int dyStep,
            float[] w,
            int wFirst,
            int wRowStep,
            int wTapStep,
            float[] dx,
            int dxFirst,
            int dxStep) {
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                float sum = 0f;
                for (int kh = 0; kh < tapRows; kh++) {
                    int at = dyFirst + kh * dyRowStep + i * dyStep + c;
                    int k = wFirst + kh * wRowStep + c;
                    for (int kw = 0; kw < taps; kw++) {
                        sum += dy[at] * w[k];
                        k += wTapStep;
                        at += dyTapStep;
                    }
                }
                dx[dxFirst + i * dxStep + c] = sum;
            }
        }
    }

    public static void backwardWeights(
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
            float[] dy,
            int dyFirst,
            int dyStep,
            float[] sums,
            int sumsFirst,
            int sumsStep) {
        for (int tap = 0; tap < taps * tapRows; tap++) {
            int at = tap(tap, taps, ring, ringFloats, first, rowStep, tapStep);
            for (int c = 0; c < channels; c++) {
                int sum = sumsFirst + tap * sumsStep + c;
                for (int i = 0; i < pixels; i++) {
                    sums[sum] = Math.fma(x[at + i * xStep + c], dy[dyFirst + i * dyStep + c], sums[sum]);
                }
            }
        }
    }

    /** Where a tap of the first output pixel lies in the ring of rows. */
    public static int tap(int tap, int taps, int ring, int ringFloats, int first, int rowStep, int tapStep) {
        int row = (first - ring + tap / taps * rowStep) % ringFloats;
        return ring + row + tap % taps * tapStep;
    }
}
