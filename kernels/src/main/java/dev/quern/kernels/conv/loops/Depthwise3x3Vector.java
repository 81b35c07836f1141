// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Depthwise 3×3 kernels on NHWC rows where they lie, with channels in lanes. Rows are passed as array and offset, so that
 * one above or below the source is a row of zeros; {@code padded} says that the first column is left of the source. There are as many
 * channels as lanes or more: the last vector overlaps the one before, and what is computed twice is the same. What is stored is +0 where the sum is not
 * above {@code limit}, where there are {@link #LIMITS}; NaN stays, and a limit of NaN changes nothing.
 */
public final class Depthwise3x3Vector {
    /** Whether limits are observed: with 16 registers a limit more made sums of rows up to 2.5 times as slow. */
    public static final boolean LIMITS = Lanes.COUNT == 16;

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
                    (LIMITS ? upper.blend(0f, upper.compare(VectorOperators.LE, least)) : upper)
                            .intoArray(y0, out0 + i * xStep + c);
                    (LIMITS ? lower.blend(0f, lower.compare(VectorOperators.LE, least)) : lower)
                            .intoArray(y1, out1 + i * xStep + c);
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
                    (LIMITS ? sum.blend(0f, sum.compare(VectorOperators.LE, least)) : sum)
                            .intoArray(y, out + i * xStep + c);
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

    /**
     * {@link #twoRows} where all four source rows exist, in one array: without the choice of an array for each row a pixel takes three quarters of the
     * instructions. {@code pixels} see no column right of the source, and one more does if {@code edge}. As many registers.
     */
    public static void twoInnerRows(
            int channels,
            int pixels,
            boolean edge,
            boolean padded,
            float[] x,
            int row0,
            int row1,
            int row2,
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
            float[] y,
            int out0,
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
            float[] left = padded ? zeros : x;
            FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row0));
            FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row1));
            FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row2));
            FloatVector a3 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row3));
            int first = padded ? c : c + xStep;
            FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, x, row0 + first);
            FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, x, row1 + first);
            FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, x, row2 + first);
            FloatVector b3 = FloatVector.fromArray(Lanes.FLOATS, x, row3 + first);
            for (int i = 0; i < pixels; i++) {
                int at = first + (i + 1) * xStep;
                int to = c + i * xStep;
                FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, x, row0 + at);
                FloatVector upper = a0.fma(w00, start);
                upper = b0.fma(w01, upper);
                upper = c0.fma(w02, upper);
                FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, x, row1 + at);
                upper = a1.fma(w10, upper);
                upper = b1.fma(w11, upper);
                upper = c1.fma(w12, upper);
                FloatVector lower = a1.fma(w00, start);
                lower = b1.fma(w01, lower);
                lower = c1.fma(w02, lower);
                FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, x, row2 + at);
                upper = a2.fma(w20, upper);
                upper = b2.fma(w21, upper);
                upper = c2.fma(w22, upper);
                lower = a2.fma(w10, lower);
                lower = b2.fma(w11, lower);
                lower = c2.fma(w12, lower);
                FloatVector c3 = FloatVector.fromArray(Lanes.FLOATS, x, row3 + at);
                lower = a3.fma(w20, lower);
                lower = b3.fma(w21, lower);
                lower = c3.fma(w22, lower);
                (LIMITS ? upper.blend(0f, upper.compare(VectorOperators.LE, least)) : upper).intoArray(y, out0 + to);
                (LIMITS ? lower.blend(0f, lower.compare(VectorOperators.LE, least)) : lower).intoArray(y, out1 + to);
                a0 = b0;
                a1 = b1;
                a2 = b2;
                a3 = b3;
                b0 = c0;
                b1 = c1;
                b2 = c2;
                b3 = c3;
            }
            if (edge) {
                FloatVector none = FloatVector.zero(Lanes.FLOATS);
                int to = c + pixels * xStep;
                FloatVector upper = a0.fma(w00, start);
                upper = b0.fma(w01, upper);
                upper = none.fma(w02, upper);
                upper = a1.fma(w10, upper);
                upper = b1.fma(w11, upper);
                upper = none.fma(w12, upper);
                FloatVector lower = a1.fma(w00, start);
                lower = b1.fma(w01, lower);
                lower = none.fma(w02, lower);
                upper = a2.fma(w20, upper);
                upper = b2.fma(w21, upper);
                upper = none.fma(w22, upper);
                lower = a2.fma(w10, lower);
                lower = b2.fma(w11, lower);
                lower = none.fma(w12, lower);
                lower = a3.fma(w20, lower);
                lower = b3.fma(w21, lower);
                lower = none.fma(w22, lower);
                (LIMITS ? upper.blend(0f, upper.compare(VectorOperators.LE, least)) : upper).intoArray(y, out0 + to);
                (LIMITS ? lower.blend(0f, lower.compare(VectorOperators.LE, least)) : lower).intoArray(y, out1 + to);
            }
        }
    }

    /**
     * Two neighbouring output rows, stride 2, where all that they see exists but for a column left of the source: 9 weights + bias + 5 of the left column +
     * 2 of a row + 2 accumulators + limit and zero = 21 registers. The row that both see is read once.
     */
    public static void twoInnerRowsOfStride2(
            int channels,
            int pixels,
            boolean padded,
            float[] x,
            int row0,
            int row1,
            int row2,
            int row3,
            int row4,
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
            int out0,
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
            float[] left = padded ? zeros : x;
            FloatVector a0 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row0));
            FloatVector a1 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row1));
            FloatVector a2 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row2));
            FloatVector a3 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row3));
            FloatVector a4 = FloatVector.fromArray(Lanes.FLOATS, left, c + (padded ? zeroOffset : row4));
            int first = padded ? c : c + xStep;
            for (int i = 0; i < pixels; i++) {
                int at = first + 2 * i * xStep;
                int to = c + i * xStep;
                FloatVector b0 = FloatVector.fromArray(Lanes.FLOATS, x, row0 + at);
                FloatVector c0 = FloatVector.fromArray(Lanes.FLOATS, x, row0 + at + xStep);
                FloatVector upper = a0.fma(w00, start);
                upper = b0.fma(w01, upper);
                upper = c0.fma(w02, upper);
                FloatVector b1 = FloatVector.fromArray(Lanes.FLOATS, x, row1 + at);
                FloatVector c1 = FloatVector.fromArray(Lanes.FLOATS, x, row1 + at + xStep);
                upper = a1.fma(w10, upper);
                upper = b1.fma(w11, upper);
                upper = c1.fma(w12, upper);
                FloatVector b2 = FloatVector.fromArray(Lanes.FLOATS, x, row2 + at);
                FloatVector c2 = FloatVector.fromArray(Lanes.FLOATS, x, row2 + at + xStep);
                upper = a2.fma(w20, upper);
                upper = b2.fma(w21, upper);
                upper = c2.fma(w22, upper);
                FloatVector lower = a2.fma(w00, start);
                lower = b2.fma(w01, lower);
                lower = c2.fma(w02, lower);
                FloatVector b3 = FloatVector.fromArray(Lanes.FLOATS, x, row3 + at);
                FloatVector c3 = FloatVector.fromArray(Lanes.FLOATS, x, row3 + at + xStep);
                lower = a3.fma(w10, lower);
                lower = b3.fma(w11, lower);
                lower = c3.fma(w12, lower);
                FloatVector b4 = FloatVector.fromArray(Lanes.FLOATS, x, row4 + at);
                FloatVector c4 = FloatVector.fromArray(Lanes.FLOATS, x, row4 + at + xStep);
                lower = a4.fma(w20, lower);
                lower = b4.fma(w21, lower);
                lower = c4.fma(w22, lower);
                (LIMITS ? upper.blend(0f, upper.compare(VectorOperators.LE, least)) : upper).intoArray(y, out0 + to);
                (LIMITS ? lower.blend(0f, lower.compare(VectorOperators.LE, least)) : lower).intoArray(y, out1 + to);
                a0 = c0;
                a1 = c1;
                a2 = c2;
                a3 = c3;
                a4 = c4;
            }
        }
    }

    /**
     * 2×2 output positions, stride 1, vectors of channels innermost, for pixels of whole vectors that lie a multiple of 1 KB apart: read one after
     * the other they share cache sets, and loads wait for stores to places that agree modulo a page; along channels they do not. Row i of the source
     * has the second of its four columns at {@code row_i}; {@code leftOutside} and {@code rightOutside} say of the first and the last that they do
     * not exist. 4 accumulators + 9 weights + 4 of a row + limit and zero = 19 registers.
     */
    public static void square(
            int channels,
            boolean leftOutside,
            boolean rightOutside,
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
            float[] y0,
            int out0,
            float[] y1,
            int out1,
            float limit) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        float[] l0 = leftOutside ? zeros : x0;
        float[] l1 = leftOutside ? zeros : x1;
        float[] l2 = leftOutside ? zeros : x2;
        float[] l3 = leftOutside ? zeros : x3;
        float[] r0 = rightOutside ? zeros : x0;
        float[] r1 = rightOutside ? zeros : x1;
        float[] r2 = rightOutside ? zeros : x2;
        float[] r3 = rightOutside ? zeros : x3;
        int left0 = leftOutside ? zeroOffset : row0 - xStep;
        int left1 = leftOutside ? zeroOffset : row1 - xStep;
        int left2 = leftOutside ? zeroOffset : row2 - xStep;
        int left3 = leftOutside ? zeroOffset : row3 - xStep;
        int right0 = rightOutside ? zeroOffset : row0 + 2 * xStep;
        int right1 = rightOutside ? zeroOffset : row1 + 2 * xStep;
        int right2 = rightOutside ? zeroOffset : row2 + 2 * xStep;
        int right3 = rightOutside ? zeroOffset : row3 + 2 * xStep;
        for (int c = 0; c < channels; c += Lanes.COUNT) {
            FloatVector w00 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + c);
            FloatVector w01 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + wStep + c);
            FloatVector w02 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 2 * wStep + c);
            FloatVector w10 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 3 * wStep + c);
            FloatVector w11 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 4 * wStep + c);
            FloatVector w12 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 5 * wStep + c);
            FloatVector w20 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 6 * wStep + c);
            FloatVector w21 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 7 * wStep + c);
            FloatVector w22 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 8 * wStep + c);
            FloatVector s00 = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + c);
            FloatVector s01 = s00;
            FloatVector s10 = s00;
            FloatVector s11 = s00;
            FloatVector p00 = FloatVector.fromArray(Lanes.FLOATS, l0, left0 + c);
            FloatVector p01 = FloatVector.fromArray(Lanes.FLOATS, x0, row0 + c);
            FloatVector p02 = FloatVector.fromArray(Lanes.FLOATS, x0, row0 + xStep + c);
            FloatVector p03 = FloatVector.fromArray(Lanes.FLOATS, r0, right0 + c);
            s00 = p00.fma(w00, s00);
            s01 = p01.fma(w00, s01);
            s00 = p01.fma(w01, s00);
            s01 = p02.fma(w01, s01);
            s00 = p02.fma(w02, s00);
            s01 = p03.fma(w02, s01);
            FloatVector p10 = FloatVector.fromArray(Lanes.FLOATS, l1, left1 + c);
            FloatVector p11 = FloatVector.fromArray(Lanes.FLOATS, x1, row1 + c);
            FloatVector p12 = FloatVector.fromArray(Lanes.FLOATS, x1, row1 + xStep + c);
            FloatVector p13 = FloatVector.fromArray(Lanes.FLOATS, r1, right1 + c);
            s00 = p10.fma(w10, s00);
            s01 = p11.fma(w10, s01);
            s00 = p11.fma(w11, s00);
            s01 = p12.fma(w11, s01);
            s00 = p12.fma(w12, s00);
            s01 = p13.fma(w12, s01);
            s10 = p10.fma(w00, s10);
            s11 = p11.fma(w00, s11);
            s10 = p11.fma(w01, s10);
            s11 = p12.fma(w01, s11);
            s10 = p12.fma(w02, s10);
            s11 = p13.fma(w02, s11);
            FloatVector p20 = FloatVector.fromArray(Lanes.FLOATS, l2, left2 + c);
            FloatVector p21 = FloatVector.fromArray(Lanes.FLOATS, x2, row2 + c);
            FloatVector p22 = FloatVector.fromArray(Lanes.FLOATS, x2, row2 + xStep + c);
            FloatVector p23 = FloatVector.fromArray(Lanes.FLOATS, r2, right2 + c);
            s00 = p20.fma(w20, s00);
            s01 = p21.fma(w20, s01);
            s00 = p21.fma(w21, s00);
            s01 = p22.fma(w21, s01);
            s00 = p22.fma(w22, s00);
            s01 = p23.fma(w22, s01);
            s10 = p20.fma(w10, s10);
            s11 = p21.fma(w10, s11);
            s10 = p21.fma(w11, s10);
            s11 = p22.fma(w11, s11);
            s10 = p22.fma(w12, s10);
            s11 = p23.fma(w12, s11);
            FloatVector p30 = FloatVector.fromArray(Lanes.FLOATS, l3, left3 + c);
            FloatVector p31 = FloatVector.fromArray(Lanes.FLOATS, x3, row3 + c);
            FloatVector p32 = FloatVector.fromArray(Lanes.FLOATS, x3, row3 + xStep + c);
            FloatVector p33 = FloatVector.fromArray(Lanes.FLOATS, r3, right3 + c);
            s10 = p30.fma(w20, s10);
            s11 = p31.fma(w20, s11);
            s10 = p31.fma(w21, s10);
            s11 = p32.fma(w21, s11);
            s10 = p32.fma(w22, s10);
            s11 = p33.fma(w22, s11);
            s00.blend(0f, s00.compare(VectorOperators.LE, least)).intoArray(y0, out0 + c);
            s01.blend(0f, s01.compare(VectorOperators.LE, least)).intoArray(y0, out0 + xStep + c);
            s10.blend(0f, s10.compare(VectorOperators.LE, least)).intoArray(y1, out1 + c);
            s11.blend(0f, s11.compare(VectorOperators.LE, least)).intoArray(y1, out1 + xStep + c);
        }
    }

    /**
     * One position of two neighbouring output rows, stride 2, vectors of channels innermost, as in {@link #square}; the second of a row's three columns
     * is at {@code row_i}. 2 accumulators + 9 weights + 3 of a row + limit and zero = 16 registers.
     */
    public static void pairOfStride2(
            int channels,
            boolean leftOutside,
            boolean rightOutside,
            float[] x0,
            int row0,
            float[] x1,
            int row1,
            float[] x2,
            int row2,
            float[] x3,
            int row3,
            float[] x4,
            int row4,
            int xStep,
            float[] zeros,
            int zeroOffset,
            float[] w,
            int wOffset,
            int wStep,
            float[] init,
            int initOffset,
            float[] y0,
            int out0,
            float[] y1,
            int out1,
            float limit) {
        FloatVector least = FloatVector.broadcast(Lanes.FLOATS, limit);
        float[] l0 = leftOutside ? zeros : x0;
        float[] l1 = leftOutside ? zeros : x1;
        float[] l2 = leftOutside ? zeros : x2;
        float[] l3 = leftOutside ? zeros : x3;
        float[] l4 = leftOutside ? zeros : x4;
        float[] r0 = rightOutside ? zeros : x0;
        float[] r1 = rightOutside ? zeros : x1;
        float[] r2 = rightOutside ? zeros : x2;
        float[] r3 = rightOutside ? zeros : x3;
        float[] r4 = rightOutside ? zeros : x4;
        int left0 = leftOutside ? zeroOffset : row0 - xStep;
        int left1 = leftOutside ? zeroOffset : row1 - xStep;
        int left2 = leftOutside ? zeroOffset : row2 - xStep;
        int left3 = leftOutside ? zeroOffset : row3 - xStep;
        int left4 = leftOutside ? zeroOffset : row4 - xStep;
        int right0 = rightOutside ? zeroOffset : row0 + xStep;
        int right1 = rightOutside ? zeroOffset : row1 + xStep;
        int right2 = rightOutside ? zeroOffset : row2 + xStep;
        int right3 = rightOutside ? zeroOffset : row3 + xStep;
        int right4 = rightOutside ? zeroOffset : row4 + xStep;
        for (int c = 0; c < channels; c += Lanes.COUNT) {
            FloatVector w00 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + c);
            FloatVector w01 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + wStep + c);
            FloatVector w02 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 2 * wStep + c);
            FloatVector w10 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 3 * wStep + c);
            FloatVector w11 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 4 * wStep + c);
            FloatVector w12 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 5 * wStep + c);
            FloatVector w20 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 6 * wStep + c);
            FloatVector w21 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 7 * wStep + c);
            FloatVector w22 = FloatVector.fromArray(Lanes.FLOATS, w, wOffset + 8 * wStep + c);
            FloatVector upper = FloatVector.fromArray(Lanes.FLOATS, init, initOffset + c);
            FloatVector lower = upper;
            FloatVector p00 = FloatVector.fromArray(Lanes.FLOATS, l0, left0 + c);
            FloatVector p01 = FloatVector.fromArray(Lanes.FLOATS, x0, row0 + c);
            FloatVector p02 = FloatVector.fromArray(Lanes.FLOATS, r0, right0 + c);
            upper = p00.fma(w00, upper);
            upper = p01.fma(w01, upper);
            upper = p02.fma(w02, upper);
            FloatVector p10 = FloatVector.fromArray(Lanes.FLOATS, l1, left1 + c);
            FloatVector p11 = FloatVector.fromArray(Lanes.FLOATS, x1, row1 + c);
            FloatVector p12 = FloatVector.fromArray(Lanes.FLOATS, r1, right1 + c);
            upper = p10.fma(w10, upper);
            upper = p11.fma(w11, upper);
            upper = p12.fma(w12, upper);
            FloatVector p20 = FloatVector.fromArray(Lanes.FLOATS, l2, left2 + c);
            FloatVector p21 = FloatVector.fromArray(Lanes.FLOATS, x2, row2 + c);
            FloatVector p22 = FloatVector.fromArray(Lanes.FLOATS, r2, right2 + c);
            upper = p20.fma(w20, upper);
            upper = p21.fma(w21, upper);
            upper = p22.fma(w22, upper);
            lower = p20.fma(w00, lower);
            lower = p21.fma(w01, lower);
            lower = p22.fma(w02, lower);
            FloatVector p30 = FloatVector.fromArray(Lanes.FLOATS, l3, left3 + c);
            FloatVector p31 = FloatVector.fromArray(Lanes.FLOATS, x3, row3 + c);
            FloatVector p32 = FloatVector.fromArray(Lanes.FLOATS, r3, right3 + c);
            lower = p30.fma(w10, lower);
            lower = p31.fma(w11, lower);
            lower = p32.fma(w12, lower);
            FloatVector p40 = FloatVector.fromArray(Lanes.FLOATS, l4, left4 + c);
            FloatVector p41 = FloatVector.fromArray(Lanes.FLOATS, x4, row4 + c);
            FloatVector p42 = FloatVector.fromArray(Lanes.FLOATS, r4, right4 + c);
            lower = p40.fma(w20, lower);
            lower = p41.fma(w21, lower);
            lower = p42.fma(w22, lower);
            upper.blend(0f, upper.compare(VectorOperators.LE, least)).intoArray(y0, out0 + c);
            lower.blend(0f, lower.compare(VectorOperators.LE, least)).intoArray(y1, out1 + c);
        }
    }
}
