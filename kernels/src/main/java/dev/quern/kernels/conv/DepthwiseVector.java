// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Depthwise convolution with channels in lanes; its twin is {@link DepthwiseScalar}. There are as many channels as lanes
 * or more: the last vector overlaps the one before, and what is computed twice is the same.
 */
final class DepthwiseVector {
    private DepthwiseVector() {}

    /** An output row of any kernel, four pixels at a time; the last ones are repeated where fewer are left. */
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
        for (int block = 0; block < channels; block += Lanes.COUNT) {
            int c = Math.min(block, channels - Lanes.COUNT);
            for (int i = 0; i < pixels; i += 4) {
                int p1 = Math.min(i + 1, pixels - 1);
                int p2 = Math.min(i + 2, pixels - 1);
                int p3 = Math.min(i + 3, pixels - 1);
                FloatVector y0 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + c * initStep);
                FloatVector y1 = y0;
                FloatVector y2 = y0;
                FloatVector y3 = y0;
                int row = first;
                int k = wOffset + c;
                for (int kh = 0; kh < tapRows; kh++) {
                    int at = row + c;
                    for (int kw = 0; kw < taps; kw++) {
                        FloatVector weight = FloatVector.fromArray(Lanes.FLOATS, w, k);
                        y0 = FloatVector.fromArray(Lanes.FLOATS, x, at + i * xStep)
                                .fma(weight, y0);
                        y1 = FloatVector.fromArray(Lanes.FLOATS, x, at + p1 * xStep)
                                .fma(weight, y1);
                        y2 = FloatVector.fromArray(Lanes.FLOATS, x, at + p2 * xStep)
                                .fma(weight, y2);
                        y3 = FloatVector.fromArray(Lanes.FLOATS, x, at + p3 * xStep)
                                .fma(weight, y3);
                        k += wStep;
                        at += tapStep;
                    }
                    row += rowStep;
                    row -= row >= ring + ringFloats ? ringFloats : 0;
                }
                y0.intoArray(y, yOffset + i * yStep + c);
                y1.intoArray(y, yOffset + p1 * yStep + c);
                y2.intoArray(y, yOffset + p2 * yStep + c);
                y3.intoArray(y, yOffset + p3 * yStep + c);
            }
        }
    }
}
