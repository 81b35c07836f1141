// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** Gradients of depthwise 3×3 kernels of stride 1 on NHWC rows where they lie, as {@link Depthwise3x3Vector} goes forward. */
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
}
