// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Depthwise 3×3 kernels on NHWC rows where they lie, with channels in lanes. Rows are passed as array and offset, so that
 * one above or below the source is a row of zeros; {@code padded} says that the first column is left of the source. There are as many
 * channels as lanes or more: the last vector overlaps the one before, and what is computed twice is the same. What is stored is +0 where the sum is not
 * above {@code limit}; NaN stays, and a limit of NaN changes nothing.
 */
public final class Depthwise3x3Vector {
    private Depthwise3x3Vector() {}

    /**
     * Two neighbouring output rows, stride 1: 9 weights + bias + window of 4 × 3 + 2 accumulators + limit and
     * zero = 26 registers. Each of
     * the four rows is read once; {@code inside} pixels see no column right of the source, at most one more does.
     */
    public static void twoRows(
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
            float[] init,
            int initOffset,
            int initStep,
            float[] y0,
            int out0,
            float[] y1,
            int out1,
            float limit) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
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
            FloatVector start = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + c * initStep);
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
                    FloatVector upper = a0.fma(w00, start);
                    FloatVector lower = a1.fma(w00, start);
                    upper = b0.fma(w01, upper);
                    lower = b1.fma(w01, lower);
                    upper = c0.fma(w02, upper);
                    lower = c1.fma(w02, lower);
                    upper = a1.fma(w10, upper);
                    lower = a2.fma(w10, lower);
                    upper = b1.fma(w11, upper);
                    lower = b2.fma(w11, lower);
                    upper = c1.fma(w12, upper);
                    lower = c2.fma(w12, lower);
                    upper = a2.fma(w20, upper);
                    lower = a3.fma(w20, lower);
                    upper = b2.fma(w21, upper);
                    lower = b3.fma(w21, lower);
                    upper = c2.fma(w22, upper);
                    lower = c3.fma(w22, lower);
                    upper.blend(0f, upper.compare(VectorOperators.LE, least)).intoArray(y0, out0 + i * xStep + c);
                    lower.blend(0f, lower.compare(VectorOperators.LE, least)).intoArray(y1, out1 + i * xStep + c);
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
     * One output row, stride 2: 9 weights + bias + window of 3 × 3 + accumulator + limit and zero = 22
     * registers. {@code inside} pixels
     * see no column right of the source, at most one more does.
     */
    public static void rowOfStride2(
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
            int xStep,
            float[] zeros,
            int zeroOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] init,
            int initOffset,
            int initStep,
            float[] y,
            int out,
            float limit) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
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
            FloatVector start = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + c * initStep);
            FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x0, c + (padded ? zeroOffset : row0));
            FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x1, c + (padded ? zeroOffset : row1));
            FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, padded ? zeros : x2, c + (padded ? zeroOffset : row2));
            int at = padded ? c : c + xStep;
            float[] q0 = x0;
            float[] q1 = x1;
            float[] q2 = x2;
            int o0 = row0;
            int o1 = row1;
            int o2 = row2;
            int i = 0;
            for (int end = inside; ; end = pixels) {
                for (; i < end; i++) {
                    FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, x0, row0 + at);
                    FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, x1, row1 + at);
                    FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, x2, row2 + at);
                    at += xStep;
                    FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, q0, o0 + at);
                    FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, q1, o1 + at);
                    FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, q2, o2 + at);
                    at += xStep;
                    FloatVector sum = a0.fma(w00, start);
                    sum = b0.fma(w01, sum);
                    sum = c0.fma(w02, sum);
                    sum = a1.fma(w10, sum);
                    sum = b1.fma(w11, sum);
                    sum = c1.fma(w12, sum);
                    sum = a2.fma(w20, sum);
                    sum = b2.fma(w21, sum);
                    sum = c2.fma(w22, sum);
                    sum.blend(0f, sum.compare(VectorOperators.LE, least)).intoArray(y, out + i * xStep + c);
                    a0 = c0;
                    a1 = c1;
                    a2 = c2;
                }
                if (i == pixels) {
                    break;
                }
                q0 = zeros;
                q1 = zeros;
                q2 = zeros;
                o0 = zeroOffset + c - at - xStep;
                o1 = zeroOffset + c - at - xStep;
                o2 = zeroOffset + c - at - xStep;
            }
        }
    }
}
