// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** Gradients of depthwise 3×3 kernels on NHWC rows where they lie, as {@link Depthwise3x3Vector} goes forward. */
public final class Depthwise3x3GradientVector {
    private Depthwise3x3GradientVector() {}

    /**
     * Two neighbouring rows of the source's gradient from four of diffDst: 9 weights + zero + window of 4 × 3 + 2 sums = 24 registers. Each
     * tap is a chain of its own, so products are rounded before they are added; taps that do not exist are zeros times weights, which
     * have to be finite.
     */
    public static void twoRowsOfSource(
            int channels,
            int pixels,
            int inside,
            boolean padded,
            float[] x0,
            int row0,
            float[] x1,
            int row1,
            float[] x2,
            int row2,
            float[] x3,
            int row3,
            int xStep,
            float[] zeros,
            int zeroOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] y0,
            int out0,
            float[] y1,
            int out1) {
        for (int block = 0; block < channels; block += Lanes.COUNT) {
            int c = Math.min(block, channels - Lanes.COUNT);
            int k = wOffset + c;
            FloatVector w00 = FloatVector.fromArray(Lanes.FLOATS, w, k);
            FloatVector w01 = FloatVector.fromArray(Lanes.FLOATS, w, k + wStep);
            FloatVector w02 = FloatVector.fromArray(Lanes.FLOATS, w, k + 2 * wStep);
            FloatVector w10 = FloatVector.fromArray(Lanes.FLOATS, w, k + 3 * wStep);
            FloatVector w11 = FloatVector.fromArray(Lanes.FLOATS, w, k + 4 * wStep);
            FloatVector w12 = FloatVector.fromArray(Lanes.FLOATS, w, k + 5 * wStep);
            FloatVector w20 = FloatVector.fromArray(Lanes.FLOATS, w, k + 6 * wStep);
            FloatVector w21 = FloatVector.fromArray(Lanes.FLOATS, w, k + 7 * wStep);
            FloatVector w22 = FloatVector.fromArray(Lanes.FLOATS, w, k + 8 * wStep);
            FloatVector start = FloatVector.zero(Lanes.FLOATS);
            FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x0, c + (padded ? zeroOffset : row0));
            FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x1, c + (padded ? zeroOffset : row1));
            FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x2, c + (padded ? zeroOffset : row2));
            FloatVector a3 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x3, c + (padded ? zeroOffset : row3));
            int at = padded ? c : c + xStep;
            FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, x0, row0 + at);
            FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, x1, row1 + at);
            FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, x2, row2 + at);
            FloatVector b3 = FloatVector.fromArray(Lanes.FLOATS, x3, row3 + at);
            at += xStep;
            float[] q0 = x0;
            float[] q1 = x1;
            float[] q2 = x2;
            float[] q3 = x3;
            int o0 = row0;
            int o1 = row1;
            int o2 = row2;
            int o3 = row3;
            int i = 0;
            for (int end = inside; ; end = pixels) {
                for (; i < end; i++) {
                    FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, q0, o0 + at);
                    FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, q1, o1 + at);
                    FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, q2, o2 + at);
                    FloatVector c3 = FloatVector.fromArray(Lanes.FLOATS, q3, o3 + at);
                    at += xStep;
                    FloatVector upper = start.add(c2.mul(w00));
                    FloatVector lower = start.add(c3.mul(w00));
                    upper = upper.add(b2.mul(w01));
                    lower = lower.add(b3.mul(w01));
                    upper = upper.add(a2.mul(w02));
                    lower = lower.add(a3.mul(w02));
                    upper = upper.add(c1.mul(w10));
                    lower = lower.add(c2.mul(w10));
                    upper = upper.add(b1.mul(w11));
                    lower = lower.add(b2.mul(w11));
                    upper = upper.add(a1.mul(w12));
                    lower = lower.add(a2.mul(w12));
                    upper = upper.add(c0.mul(w20));
                    lower = lower.add(c1.mul(w20));
                    upper = upper.add(b0.mul(w21));
                    lower = lower.add(b1.mul(w21));
                    upper = upper.add(a0.mul(w22));
                    lower = lower.add(a1.mul(w22));
                    upper.intoArray(y0, out0 + i * xStep + c);
                    lower.intoArray(y1, out1 + i * xStep + c);
                    a0 = b0;
                    a1 = b1;
                    a2 = b2;
                    a3 = b3;
                    b0 = c0;
                    b1 = c1;
                    b2 = c2;
                    b3 = c3;
                }
                if (i == pixels) {
                    break;
                }
                q0 = zeros;
                q1 = zeros;
                q2 = zeros;
                q3 = zeros;
                o0 = zeroOffset + c - at;
                o1 = zeroOffset + c - at;
                o2 = zeroOffset + c - at;
                o3 = zeroOffset + c - at;
            }
        }
    }

    /**
     * Adds output rows {@code [first, end)} of an image to the chains of the nine taps, stride 1: 9 sums + window of 3 × 3 + 1 of diffDst = 19
     * registers. Channels are a multiple of the lanes; {@code padded} says that the first column is left of the source, of which {@code x} is
     * the first element that is seen; {@code inside} pixels see no column right of it, at most one more does.
     */
    public static void weights(
            int channels,
            int first,
            int end,
            int pixels,
            int inside,
            boolean padded,
            int top,
            int height,
            float[] x,
            int xOffset,
            int xRow,
            int xStep,
            float[] dy,
            int dyOffset,
            int dyRow,
            float[] scratch,
            int zeros,
            int sumsOffset,
            int sumsStep) {
        for (int c = 0; c < channels; c += Lanes.COUNT) {
            int sum = sumsOffset + c;
            FloatVector s00 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum);
            FloatVector s01 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + sumsStep);
            FloatVector s02 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 2 * sumsStep);
            FloatVector s10 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 3 * sumsStep);
            FloatVector s11 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 4 * sumsStep);
            FloatVector s12 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 5 * sumsStep);
            FloatVector s20 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 6 * sumsStep);
            FloatVector s21 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 7 * sumsStep);
            FloatVector s22 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 8 * sumsStep);
            for (int oh = first; oh < end; oh++) {
                int h = oh - top;
                boolean in0 = h >= 0 && h < height;
                float[] q0 = in0 ? x : scratch;
                int o0 = c + (in0 ? xOffset + h * xRow : zeros);
                boolean in1 = h + 1 >= 0 && h + 1 < height;
                float[] q1 = in1 ? x : scratch;
                int o1 = c + (in1 ? xOffset + (h + 1) * xRow : zeros);
                boolean in2 = h + 2 >= 0 && h + 2 < height;
                float[] q2 = in2 ? x : scratch;
                int o2 = c + (in2 ? xOffset + (h + 2) * xRow : zeros);
                FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, padded ? scratch : q0, padded ? zeros + c : o0);
                FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, padded ? scratch : q1, padded ? zeros + c : o1);
                FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, padded ? scratch : q2, padded ? zeros + c : o2);
                int at = padded ? 0 : xStep;
                FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, q0, o0 + at);
                FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, q1, o1 + at);
                FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, q2, o2 + at);
                at += xStep;
                int y = dyOffset + oh * dyRow + c;
                int i = 0;
                for (int stop = inside; ; stop = pixels) {
                    for (; i < stop; i++) {
                        FloatVector gradient = FloatVector.fromArray(Lanes.FLOATS, dy, y + i * xStep);
                        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, q0, o0 + at);
                        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, q1, o1 + at);
                        FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, q2, o2 + at);
                        at += xStep;
                        s00 = a0.fma(gradient, s00);
                        s01 = b0.fma(gradient, s01);
                        s02 = c0.fma(gradient, s02);
                        s10 = a1.fma(gradient, s10);
                        s11 = b1.fma(gradient, s11);
                        s12 = c1.fma(gradient, s12);
                        s20 = a2.fma(gradient, s20);
                        s21 = b2.fma(gradient, s21);
                        s22 = c2.fma(gradient, s22);
                        a0 = b0;
                        b0 = c0;
                        a1 = b1;
                        b1 = c1;
                        a2 = b2;
                        b2 = c2;
                    }
                    if (i == pixels) {
                        break;
                    }
                    q0 = scratch;
                    o0 = zeros + c - at;
                    q1 = scratch;
                    o1 = zeros + c - at;
                    q2 = scratch;
                    o2 = zeros + c - at;
                }
            }
            s00.intoArray(scratch, sum);
            s01.intoArray(scratch, sum + sumsStep);
            s02.intoArray(scratch, sum + 2 * sumsStep);
            s10.intoArray(scratch, sum + 3 * sumsStep);
            s11.intoArray(scratch, sum + 4 * sumsStep);
            s12.intoArray(scratch, sum + 5 * sumsStep);
            s20.intoArray(scratch, sum + 6 * sumsStep);
            s21.intoArray(scratch, sum + 7 * sumsStep);
            s22.intoArray(scratch, sum + 8 * sumsStep);
        }
    }

    /** As {@link #weights}, stride 2. */
    public static void weightsOfStride2(
            int channels,
            int first,
            int end,
            int pixels,
            int inside,
            boolean padded,
            int top,
            int height,
            float[] x,
            int xOffset,
            int xRow,
            int xStep,
            float[] dy,
            int dyOffset,
            int dyRow,
            float[] scratch,
            int zeros,
            int sumsOffset,
            int sumsStep) {
        for (int c = 0; c < channels; c += Lanes.COUNT) {
            int sum = sumsOffset + c;
            FloatVector s00 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum);
            FloatVector s01 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + sumsStep);
            FloatVector s02 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 2 * sumsStep);
            FloatVector s10 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 3 * sumsStep);
            FloatVector s11 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 4 * sumsStep);
            FloatVector s12 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 5 * sumsStep);
            FloatVector s20 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 6 * sumsStep);
            FloatVector s21 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 7 * sumsStep);
            FloatVector s22 = FloatVector.fromArray(Lanes.FLOATS, scratch, sum + 8 * sumsStep);
            for (int oh = first; oh < end; oh++) {
                int h = 2 * oh - top;
                boolean in0 = h >= 0 && h < height;
                float[] q0 = in0 ? x : scratch;
                int o0 = c + (in0 ? xOffset + h * xRow : zeros);
                boolean in1 = h + 1 >= 0 && h + 1 < height;
                float[] q1 = in1 ? x : scratch;
                int o1 = c + (in1 ? xOffset + (h + 1) * xRow : zeros);
                boolean in2 = h + 2 >= 0 && h + 2 < height;
                float[] q2 = in2 ? x : scratch;
                int o2 = c + (in2 ? xOffset + (h + 2) * xRow : zeros);
                FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, padded ? scratch : q0, padded ? zeros + c : o0);
                FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, padded ? scratch : q1, padded ? zeros + c : o1);
                FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, padded ? scratch : q2, padded ? zeros + c : o2);
                int at = padded ? 0 : xStep;
                float[] m0 = q0;
                int n0 = o0;
                float[] m1 = q1;
                int n1 = o1;
                float[] m2 = q2;
                int n2 = o2;
                int y = dyOffset + oh * dyRow + c;
                int i = 0;
                for (int stop = inside; ; stop = pixels) {
                    for (; i < stop; i++) {
                        FloatVector gradient = FloatVector.fromArray(Lanes.FLOATS, dy, y + i * xStep);
                        FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, m0, n0 + at);
                        FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, m1, n1 + at);
                        FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, m2, n2 + at);
                        at += xStep;
                        FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, q0, o0 + at);
                        FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, q1, o1 + at);
                        FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, q2, o2 + at);
                        at += xStep;
                        s00 = a0.fma(gradient, s00);
                        s01 = b0.fma(gradient, s01);
                        s02 = c0.fma(gradient, s02);
                        s10 = a1.fma(gradient, s10);
                        s11 = b1.fma(gradient, s11);
                        s12 = c1.fma(gradient, s12);
                        s20 = a2.fma(gradient, s20);
                        s21 = b2.fma(gradient, s21);
                        s22 = c2.fma(gradient, s22);
                        a0 = c0;
                        a1 = c1;
                        a2 = c2;
                    }
                    if (i == pixels) {
                        break;
                    }
                    q0 = scratch;
                    o0 = zeros + c - at - xStep;
                    q1 = scratch;
                    o1 = zeros + c - at - xStep;
                    q2 = scratch;
                    o2 = zeros + c - at - xStep;
                }
            }
            s00.intoArray(scratch, sum);
            s01.intoArray(scratch, sum + sumsStep);
            s02.intoArray(scratch, sum + 2 * sumsStep);
            s10.intoArray(scratch, sum + 3 * sumsStep);
            s11.intoArray(scratch, sum + 4 * sumsStep);
            s12.intoArray(scratch, sum + 5 * sumsStep);
            s20.intoArray(scratch, sum + 6 * sumsStep);
            s21.intoArray(scratch, sum + 7 * sumsStep);
            s22.intoArray(scratch, sum + 8 * sumsStep);
        }
    }
}
