// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Max pooling of one NHWC plane with channels in lanes.
 *
 * <p>Forward, the last vector of a position may reach past the channels: it then reads the next pixel and writes
 * rubbish over the next output, which is computed later and overwrites it. So six channels keep sixteen lanes busy
 * without a mask. Only at the end of the image, where nothing follows, the plain loop steps in. Backward adds to what
 * is there, so the channels that fill no vector go through the plain loop.
 */
final class MaxPoolVector {
    private MaxPoolVector() {}

    static void forward(PoolShape s, float[] src, int from, float[] dst, int to) {
        int depth = s.depth();
        int width = s.width();
        boolean smaller = s.windowHeight() <= 2 && s.windowWidth() <= 2;
        boolean small = s.windowHeight() <= 3 && s.windowWidth() <= 3;
        int srcEnd = from + s.planeElements();
        int dstEnd = to + s.outPlaneElements();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                int room = Math.min(srcEnd - (from + ((bottom - 1) * width + right - 1) * depth), dstEnd - to);
                int end = Math.min(depth, room - Lanes.COUNT + 1);
                int first = from + (top * width + left) * depth;
                if (smaller) {
                    four(end, depth, width * depth, bottom - top, right - left, src, first, dst, to);
                } else if (small) {
                    nine(end, depth, width * depth, bottom - top, right - left, src, first, dst, to);
                } else {
                    window(end, depth, width * depth, bottom - top, right - left, src, first, dst, to);
                }
                int c = Math.max(0, Math.ceilDiv(end, Lanes.COUNT)) * Lanes.COUNT;
                if (c < depth) {
                    MaxPoolScalar.cell(s, src, from, dst, to, top, bottom, left, right, c);
                }
            }
        }
    }

    /** One window's maxima for channels up to {@code end}. */
    private static void window(
            int end, int pixel, int row, int rows, int columns, float[] src, int from, float[] dst, int to) {
        for (int c = 0; c < end; c += Lanes.COUNT) {
            var best = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
            for (int h = 0; h < rows; h++) {
                for (int w = 0; w < columns; w++) {
                    best = FloatVector.fromArray(Lanes.FLOATS, src, from + h * row + w * pixel + c)
                            .max(best);
                }
            }
            best.intoArray(dst, to + c);
        }
    }

    /** As {@link #window} of up to 2×2 elements, without loops: what is missing of it is its last row or column again. */
    private static void four(
            int end, int pixel, int row, int rows, int columns, float[] src, int from, float[] dst, int to) {
        int right = from + (columns - 1) * pixel;
        int lower = (rows - 1) * row;
        for (int c = 0; c < end; c += Lanes.COUNT) {
            FloatVector first = FloatVector.fromArray(Lanes.FLOATS, src, from + c);
            FloatVector second = FloatVector.fromArray(Lanes.FLOATS, src, right + c);
            first = FloatVector.fromArray(Lanes.FLOATS, src, from + lower + c).max(first);
            second = FloatVector.fromArray(Lanes.FLOATS, src, right + lower + c).max(second);
            first.max(second).intoArray(dst, to + c);
        }
    }

    /** As {@link #four} of up to 3×3 elements. */
    private static void nine(
            int end, int pixel, int row, int rows, int columns, float[] src, int from, float[] dst, int to) {
        int right = from + (columns - 1) * pixel;
        int middle = Math.min(from + pixel, right);
        int lower = (rows - 1) * row;
        int center = Math.min(row, lower);
        for (int c = 0; c < end; c += Lanes.COUNT) {
            FloatVector first = FloatVector.fromArray(Lanes.FLOATS, src, from + c);
            FloatVector second = FloatVector.fromArray(Lanes.FLOATS, src, middle + c);
            FloatVector third = FloatVector.fromArray(Lanes.FLOATS, src, right + c);
            first = FloatVector.fromArray(Lanes.FLOATS, src, from + center + c).max(first);
            second = FloatVector.fromArray(Lanes.FLOATS, src, middle + center + c)
                    .max(second);
            third = FloatVector.fromArray(Lanes.FLOATS, src, right + center + c).max(third);
            first = FloatVector.fromArray(Lanes.FLOATS, src, from + lower + c).max(first);
            second =
                    FloatVector.fromArray(Lanes.FLOATS, src, middle + lower + c).max(second);
            third = FloatVector.fromArray(Lanes.FLOATS, src, right + lower + c).max(third);
            first.max(second).max(third).intoArray(dst, to + c);
        }
    }

    static void forward(PoolShape s, float[] src, int from, float[] dst, int to, int[] argmax, int argmaxTo) {
        int depth = s.depth();
        int width = s.width();
        int srcEnd = from + s.planeElements();
        int dstEnd = to + s.outPlaneElements();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth, argmaxTo += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                int room = Math.min(srcEnd - (from + ((bottom - 1) * width + right - 1) * depth), dstEnd - to);
                int c = 0;
                for (; c < depth && c <= room - Lanes.COUNT; c += Lanes.COUNT) {
                    int first = top * width + left;
                    var place = IntVector.broadcast(Lanes.INTS, first);
                    var best = FloatVector.fromArray(Lanes.FLOATS, src, from + first * depth + c);
                    for (int h = top; h < bottom; h++) {
                        int row = h * width;
                        for (int w = left; w < right; w++) {
                            var value = FloatVector.fromArray(Lanes.FLOATS, src, from + (row + w) * depth + c);
                            // A new maximum has other bits than the old one; which NaN of two max returns is the
                            // machine's choice, so a NaN once found is kept by hand.
                            var kept = value.max(best)
                                    .reinterpretAsInts()
                                    .compare(VectorOperators.EQ, best.reinterpretAsInts())
                                    .or(best.compare(VectorOperators.NE, best).cast(Lanes.INTS));
                            best = value.blend(best, kept.cast(Lanes.FLOATS));
                            place = IntVector.broadcast(Lanes.INTS, row + w).blend(place, kept);
                        }
                    }
                    best.intoArray(dst, to + c);
                    place.intoArray(argmax, argmaxTo + c);
                }
                if (c < depth) {
                    MaxPoolScalar.cell(s, src, from, dst, to, argmax, argmaxTo, top, bottom, left, right, c);
                }
            }
        }
    }

    static void backward(
            PoolShape s, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        int width = s.width();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth, argmaxFrom += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                int c = 0;
                for (; c <= depth - Lanes.COUNT; c += Lanes.COUNT) {
                    var gradient = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + c);
                    var place = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + c);
                    for (int h = top; h < bottom; h++) {
                        for (int w = left; w < right; w++) {
                            int at = to + (h * width + w) * depth + c;
                            var here = place.compare(VectorOperators.EQ, h * width + w)
                                    .cast(Lanes.FLOATS);
                            var sum = FloatVector.fromArray(Lanes.FLOATS, diffSrc, at);
                            sum.blend(sum.add(gradient), here).intoArray(diffSrc, at);
                        }
                    }
                }
                if (c < depth) {
                    MaxPoolScalar.scatter(
                            s, argmax, argmaxFrom, diffDst, from, diffSrc, to, top, bottom, left, right, c);
                }
            }
        }
    }

    static void toEveryMaximum(
            PoolShape s,
            float[] src,
            int srcFrom,
            float[] dst,
            int dstFrom,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to) {
        int depth = s.depth();
        int width = s.width();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth, dstFrom += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                int c = 0;
                for (; c <= depth - Lanes.COUNT; c += Lanes.COUNT) {
                    var gradient = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + c);
                    var best = FloatVector.fromArray(Lanes.FLOATS, dst, dstFrom + c);
                    var bestIsNaN = best.compare(VectorOperators.NE, best);
                    for (int h = top; h < bottom; h++) {
                        for (int w = left; w < right; w++) {
                            int at = (h * width + w) * depth + c;
                            var value = FloatVector.fromArray(Lanes.FLOATS, src, srcFrom + at);
                            var wins = value.compare(VectorOperators.EQ, best)
                                    .or(value.compare(VectorOperators.NE, value).and(bestIsNaN));
                            var sum = FloatVector.fromArray(Lanes.FLOATS, diffSrc, to + at);
                            sum.blend(sum.add(gradient), wins).intoArray(diffSrc, to + at);
                        }
                    }
                }
                if (c < depth) {
                    MaxPoolScalar.mask(
                            s, src, srcFrom, dst, dstFrom, diffDst, from, diffSrc, to, top, bottom, left, right, c);
                }
            }
        }
    }
}
