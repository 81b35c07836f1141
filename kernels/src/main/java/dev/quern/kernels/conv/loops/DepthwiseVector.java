// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Depthwise convolution with channels in lanes; its twin is {@link DepthwiseScalar}. There are as many channels as lanes
 * or more: the last vector overlaps the one before, and what is computed twice is the same.
 */
public final class DepthwiseVector {
    private DepthwiseVector() {}

    /** An output row of any kernel, four pixels at a time; the last ones are repeated where fewer are left. */
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

    /**
     * Pixels of a row of the source's gradient that are seen by the same taps, four at a time. Products are rounded before they
     * are added, as each tap is a chain of its own.
     */
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
        for (int block = 0; block < channels; block += Lanes.COUNT) {
            int c = Math.min(block, channels - Lanes.COUNT);
            for (int i = 0; i < pixels; i += 4) {
                int p1 = Math.min(i + 1, pixels - 1);
                int p2 = Math.min(i + 2, pixels - 1);
                int p3 = Math.min(i + 3, pixels - 1);
                FloatVector x0 = FloatVector.zero(Lanes.FLOATS);
                FloatVector x1 = FloatVector.zero(Lanes.FLOATS);
                FloatVector x2 = FloatVector.zero(Lanes.FLOATS);
                FloatVector x3 = FloatVector.zero(Lanes.FLOATS);
                int row = dyFirst + c;
                int wRow = wFirst + c;
                for (int kh = 0; kh < tapRows; kh++) {
                    int at = row;
                    int k = wRow;
                    for (int kw = 0; kw < taps; kw++) {
                        FloatVector weight = FloatVector.fromArray(Lanes.FLOATS, w, k);
                        x0 = FloatVector.fromArray(Lanes.FLOATS, dy, at + i * dyStep)
                                .mul(weight)
                                .add(x0);
                        x1 = FloatVector.fromArray(Lanes.FLOATS, dy, at + p1 * dyStep)
                                .mul(weight)
                                .add(x1);
                        x2 = FloatVector.fromArray(Lanes.FLOATS, dy, at + p2 * dyStep)
                                .mul(weight)
                                .add(x2);
                        x3 = FloatVector.fromArray(Lanes.FLOATS, dy, at + p3 * dyStep)
                                .mul(weight)
                                .add(x3);
                        k += wTapStep;
                        at += dyTapStep;
                    }
                    row += dyRowStep;
                    wRow += wRowStep;
                }
                x0.intoArray(dx, dxFirst + i * dxStep + c);
                x1.intoArray(dx, dxFirst + p1 * dxStep + c);
                x2.intoArray(dx, dxFirst + p2 * dxStep + c);
                x3.intoArray(dx, dxFirst + p3 * dxStep + c);
            }
        }
    }

    /**
     * Adds an output row to the chains of all taps, nine taps at a time: 9 accumulators + 1 of dy. Where fewer are left the last
     * is computed several times over, from the same start to the same end. Here channels are a multiple of the lanes.
     */
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
        int last = taps * tapRows - 1;
        for (int tap = 0; tap <= last; tap += 9) {
            int t0 = tap;
            int t1 = Math.min(tap + 1, last);
            int t2 = Math.min(tap + 2, last);
            int t3 = Math.min(tap + 3, last);
            int t4 = Math.min(tap + 4, last);
            int t5 = Math.min(tap + 5, last);
            int t6 = Math.min(tap + 6, last);
            int t7 = Math.min(tap + 7, last);
            int t8 = Math.min(tap + 8, last);
            for (int c = 0; c < channels; c += Lanes.COUNT) {
                int sum = sumsFirst + c;
                int x0 = c + DepthwiseScalar.tap(t0, taps, ring, ringFloats, first, rowStep, tapStep);
                int x1 = c + DepthwiseScalar.tap(t1, taps, ring, ringFloats, first, rowStep, tapStep);
                int x2 = c + DepthwiseScalar.tap(t2, taps, ring, ringFloats, first, rowStep, tapStep);
                int x3 = c + DepthwiseScalar.tap(t3, taps, ring, ringFloats, first, rowStep, tapStep);
                int x4 = c + DepthwiseScalar.tap(t4, taps, ring, ringFloats, first, rowStep, tapStep);
                int x5 = c + DepthwiseScalar.tap(t5, taps, ring, ringFloats, first, rowStep, tapStep);
                int x6 = c + DepthwiseScalar.tap(t6, taps, ring, ringFloats, first, rowStep, tapStep);
                int x7 = c + DepthwiseScalar.tap(t7, taps, ring, ringFloats, first, rowStep, tapStep);
                int x8 = c + DepthwiseScalar.tap(t8, taps, ring, ringFloats, first, rowStep, tapStep);
                FloatVector s0 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t0 * sumsStep);
                FloatVector s1 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t1 * sumsStep);
                FloatVector s2 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t2 * sumsStep);
                FloatVector s3 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t3 * sumsStep);
                FloatVector s4 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t4 * sumsStep);
                FloatVector s5 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t5 * sumsStep);
                FloatVector s6 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t6 * sumsStep);
                FloatVector s7 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t7 * sumsStep);
                FloatVector s8 = FloatVector.fromArray(Lanes.FLOATS, sums, sum + t8 * sumsStep);
                int at = 0;
                int y = dyFirst + c;
                for (int i = 0; i < pixels; i++) {
                    FloatVector gradient = FloatVector.fromArray(Lanes.FLOATS, dy, y);
                    s0 = FloatVector.fromArray(Lanes.FLOATS, x, x0 + at).fma(gradient, s0);
                    s1 = FloatVector.fromArray(Lanes.FLOATS, x, x1 + at).fma(gradient, s1);
                    s2 = FloatVector.fromArray(Lanes.FLOATS, x, x2 + at).fma(gradient, s2);
                    s3 = FloatVector.fromArray(Lanes.FLOATS, x, x3 + at).fma(gradient, s3);
                    s4 = FloatVector.fromArray(Lanes.FLOATS, x, x4 + at).fma(gradient, s4);
                    s5 = FloatVector.fromArray(Lanes.FLOATS, x, x5 + at).fma(gradient, s5);
                    s6 = FloatVector.fromArray(Lanes.FLOATS, x, x6 + at).fma(gradient, s6);
                    s7 = FloatVector.fromArray(Lanes.FLOATS, x, x7 + at).fma(gradient, s7);
                    s8 = FloatVector.fromArray(Lanes.FLOATS, x, x8 + at).fma(gradient, s8);
                    at += xStep;
                    y += dyStep;
                }
                s0.intoArray(sums, sum + t0 * sumsStep);
                s1.intoArray(sums, sum + t1 * sumsStep);
                s2.intoArray(sums, sum + t2 * sumsStep);
                s3.intoArray(sums, sum + t3 * sumsStep);
                s4.intoArray(sums, sum + t4 * sumsStep);
                s5.intoArray(sums, sum + t5 * sumsStep);
                s6.intoArray(sums, sum + t6 * sumsStep);
                s7.intoArray(sums, sum + t7 * sumsStep);
                s8.intoArray(sums, sum + t8 * sumsStep);
            }
        }
    }
}
