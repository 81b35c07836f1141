// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.vector.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Average pooling of one NHWC plane with channels in lanes. Forward, the last vector of a position may reach past the
 * channels, as {@link MaxPoolVector} explains.
 */
final class AvgPoolVector {
    /** Channels that are pooled side by side: forward each sum is a chain, and each line of the source is met once. */
    private static final int WIDE = 4 * Lanes.COUNT;

    private AvgPoolVector() {}

    static void forward(PoolShape s, boolean countIncludePad, float[] src, int from, float[] dst, int to) {
        int depth = s.depth();
        int width = s.width();
        int srcEnd = from + s.planeElements();
        int dstEnd = to + s.outPlaneElements();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                float divisor = s.divisor(oh, ow, countIncludePad);
                int room = Math.min(srcEnd - (from + ((bottom - 1) * width + right - 1) * depth), dstEnd - to);
                int first = from + (top * width + left) * depth;
                int c = 0;
                for (; c <= Math.min(depth, room) - WIDE; c += WIDE) {
                    window(depth, width * depth, bottom - top, right - left, divisor, src, first + c, dst, to + c);
                }
                for (; c < depth && c <= room - Lanes.COUNT; c += Lanes.COUNT) {
                    var sum = FloatVector.zero(Lanes.FLOATS);
                    for (int h = top; h < bottom; h++) {
                        int row = from + h * width * depth + c;
                        for (int w = left; w < right; w++) {
                            sum = FloatVector.fromArray(Lanes.FLOATS, src, row + w * depth)
                                    .add(sum);
                        }
                    }
                    sum.div(divisor).intoArray(dst, to + c);
                }
                if (c < depth) {
                    AvgPoolScalar.cell(s, divisor, src, from, dst, to, top, bottom, left, right, c);
                }
            }
        }
    }

    /** One window's averages of {@link #WIDE} channels. */
    private static void window(
            int pixel, int row, int rows, int columns, float divisor, float[] src, int from, float[] dst, int to) {
        var sum0 = FloatVector.zero(Lanes.FLOATS);
        var sum1 = FloatVector.zero(Lanes.FLOATS);
        var sum2 = FloatVector.zero(Lanes.FLOATS);
        var sum3 = FloatVector.zero(Lanes.FLOATS);
        for (int h = 0; h < rows; h++) {
            int at = from + h * row;
            for (int w = 0; w < columns; w++, at += pixel) {
                sum0 = FloatVector.fromArray(Lanes.FLOATS, src, at).add(sum0);
                sum1 = FloatVector.fromArray(Lanes.FLOATS, src, at + Lanes.COUNT)
                        .add(sum1);
                sum2 = FloatVector.fromArray(Lanes.FLOATS, src, at + 2 * Lanes.COUNT)
                        .add(sum2);
                sum3 = FloatVector.fromArray(Lanes.FLOATS, src, at + 3 * Lanes.COUNT)
                        .add(sum3);
            }
        }
        sum0.div(divisor).intoArray(dst, to);
        sum1.div(divisor).intoArray(dst, to + Lanes.COUNT);
        sum2.div(divisor).intoArray(dst, to + 2 * Lanes.COUNT);
        sum3.div(divisor).intoArray(dst, to + 3 * Lanes.COUNT);
    }

    static void backward(PoolShape s, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        int width = s.width();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                float divisor = s.divisor(oh, ow, countIncludePad);
                int c = 0;
                for (; c <= depth - Lanes.COUNT; c += Lanes.COUNT) {
                    var part = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + c)
                            .div(divisor);
                    for (int h = top; h < bottom; h++) {
                        for (int w = left; w < right; w++) {
                            int at = to + (h * width + w) * depth + c;
                            FloatVector.fromArray(Lanes.FLOATS, diffSrc, at)
                                    .add(part)
                                    .intoArray(diffSrc, at);
                        }
                    }
                }
                if (c < depth) {
                    AvgPoolScalar.share(s, divisor, diffDst, from, diffSrc, to, top, bottom, left, right, c);
                }
            }
        }
    }

    /**
     * {@link #backward} where no element lies in two windows and the channels fill a vector: what lies in a window is
     * written, not added to. The last vector of a position overlaps the one before.
     */
    static void backwardApart(
            PoolShape s, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        int width = s.width();
        if (!s.isTiled()) {
            Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
        }
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int rows = s.bottom(oh) - top;
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth) {
                int left = s.left(ow);
                int columns = s.right(ow) - left;
                float divisor = s.divisor(oh, ow, countIncludePad);
                int first = to + (top * width + left) * depth;
                int c = 0;
                for (; c <= depth - WIDE; c += WIDE) {
                    share(depth, width * depth, rows, columns, divisor, diffDst, from + c, diffSrc, first + c);
                }
                for (; c < depth; c += Lanes.COUNT) {
                    int channel = Math.min(c, depth - Lanes.COUNT);
                    var part = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + channel)
                            .div(divisor);
                    for (int h = 0; h < rows; h++) {
                        for (int w = 0; w < columns; w++) {
                            FloatVector.zero(Lanes.FLOATS)
                                    .add(part)
                                    .intoArray(diffSrc, first + (h * width + w) * depth + channel);
                        }
                    }
                }
            }
        }
    }

    /** One window's gradients of {@link #WIDE} channels. */
    private static void share(
            int pixel,
            int row,
            int rows,
            int columns,
            float divisor,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to) {
        var part0 = FloatVector.fromArray(Lanes.FLOATS, diffDst, from).div(divisor);
        var part1 =
                FloatVector.fromArray(Lanes.FLOATS, diffDst, from + Lanes.COUNT).div(divisor);
        var part2 = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + 2 * Lanes.COUNT)
                .div(divisor);
        var part3 = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + 3 * Lanes.COUNT)
                .div(divisor);
        for (int h = 0; h < rows; h++) {
            int at = to + h * row;
            for (int w = 0; w < columns; w++, at += pixel) {
                // From +0 on, as every sum; each on a zero of its own, as what a loop is entered with must be an
                // argument.
                FloatVector.zero(Lanes.FLOATS).add(part0).intoArray(diffSrc, at);
                FloatVector.zero(Lanes.FLOATS).add(part1).intoArray(diffSrc, at + Lanes.COUNT);
                FloatVector.zero(Lanes.FLOATS).add(part2).intoArray(diffSrc, at + 2 * Lanes.COUNT);
                FloatVector.zero(Lanes.FLOATS).add(part3).intoArray(diffSrc, at + 3 * Lanes.COUNT);
            }
        }
    }
}
