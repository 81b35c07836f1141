// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.vector.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Max pooling of one NHWC plane with channels in lanes.
 *
 * <p>Forward, the last vector of a position may reach past the channels: it then reads the next pixel and writes
 * rubbish over the next output, which is computed later and overwrites it. So six channels keep sixteen lanes busy
 * without a mask. Only at the end of the image, where nothing follows, the plain loop steps in. Where backward adds to
 * what is there, the channels that fill no vector go through the plain loop.
 */
final class MaxPoolVector {
    /** Channels whose gradients are chosen side by side. */
    private static final int WIDE = 4 * Lanes.COUNT;

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

    /**
     * {@link #backward} where no element lies in two windows and the channels fill a vector: what lies in a window is
     * written, not added to. The last vector of a position overlaps the one before.
     */
    static void backwardApart(
            PoolShape s, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        int width = s.width();
        if (!s.isTiled()) {
            Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
        }
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int rows = s.bottom(oh) - top;
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth, argmaxFrom += depth) {
                int left = s.left(ow);
                int columns = s.right(ow) - left;
                int place = top * width + left;
                int c = 0;
                for (; c <= depth - WIDE; c += WIDE) {
                    choose(
                            depth,
                            width,
                            rows,
                            columns,
                            place,
                            argmax,
                            argmaxFrom + c,
                            diffDst,
                            from + c,
                            diffSrc,
                            to + place * depth + c);
                }
                for (; c < depth; c += Lanes.COUNT) {
                    int channel = Math.min(c, depth - Lanes.COUNT);
                    var gradient = FloatVector.zero(Lanes.FLOATS)
                            .add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + channel));
                    var chosen = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + channel);
                    for (int h = 0; h < rows; h++) {
                        for (int w = 0; w < columns; w++) {
                            int here = place + h * width + w;
                            FloatVector.zero(Lanes.FLOATS)
                                    .blend(
                                            gradient,
                                            chosen.compare(VectorOperators.EQ, here)
                                                    .cast(Lanes.FLOATS))
                                    .intoArray(diffSrc, to + here * depth + channel);
                        }
                    }
                }
            }
        }
    }

    /** One window's gradients of {@link #WIDE} channels. */
    private static void choose(
            int depth,
            int width,
            int rows,
            int columns,
            int place,
            int[] argmax,
            int argmaxFrom,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to) {
        var gradient0 = FloatVector.zero(Lanes.FLOATS).add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from));
        var chosen0 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom);
        var gradient1 =
                FloatVector.zero(Lanes.FLOATS).add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + Lanes.COUNT));
        var chosen1 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + Lanes.COUNT);
        var gradient2 = FloatVector.zero(Lanes.FLOATS)
                .add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + 2 * Lanes.COUNT));
        var chosen2 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + 2 * Lanes.COUNT);
        var gradient3 = FloatVector.zero(Lanes.FLOATS)
                .add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + 3 * Lanes.COUNT));
        var chosen3 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + 3 * Lanes.COUNT);
        for (int h = 0; h < rows; h++) {
            int at = to + h * width * depth;
            int here = place + h * width;
            for (int w = 0; w < columns; w++, at += depth, here++) {
                FloatVector.zero(Lanes.FLOATS)
                        .blend(
                                gradient0,
                                chosen0.compare(VectorOperators.EQ, here).cast(Lanes.FLOATS))
                        .intoArray(diffSrc, at);
                FloatVector.zero(Lanes.FLOATS)
                        .blend(
                                gradient1,
                                chosen1.compare(VectorOperators.EQ, here).cast(Lanes.FLOATS))
                        .intoArray(diffSrc, at + Lanes.COUNT);
                FloatVector.zero(Lanes.FLOATS)
                        .blend(
                                gradient2,
                                chosen2.compare(VectorOperators.EQ, here).cast(Lanes.FLOATS))
                        .intoArray(diffSrc, at + 2 * Lanes.COUNT);
                FloatVector.zero(Lanes.FLOATS)
                        .blend(
                                gradient3,
                                chosen3.compare(VectorOperators.EQ, here).cast(Lanes.FLOATS))
                        .intoArray(diffSrc, at + 3 * Lanes.COUNT);
            }
        }
    }

    /**
     * {@link #backward} of windows of 3×3 with stride 2: each element gathers from the windows that hold it and is written
     * once. Cut into squares of 2×2 from the middle of a window on, the plane has in each of them one element of one
     * window, two of two and one of four, and these four windows are all that a square meets. The last vector of a
     * position overlaps the one before.
     */
    static void backwardSquares(
            PoolShape s, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        int height = s.height();
        int width = s.width();
        int outHeight = s.outHeight();
        int outWidth = s.outWidth();
        int middleRow = s.row(1);
        int middleColumn = s.column(1);
        for (int oh = middleRow > 0 ? -1 : 0; middleRow + 2 * oh < height; oh++) {
            int h = middleRow + 2 * oh;
            int upper = oh >= 0 && oh < outHeight ? -1 : 0;
            int lower = oh + 1 < outHeight ? -1 : 0;
            int below = h >= 0 && h + 1 < height ? width : 0;
            int outRow = upper != 0 && lower != 0 ? outWidth * depth : 0;
            int firstRow = Math.clamp(oh, 0, outHeight - 1) * outWidth;
            for (int ow = middleColumn > 0 ? -1 : 0; middleColumn + 2 * ow < width; ow++) {
                int w = middleColumn + 2 * ow;
                int left = ow >= 0 && ow < outWidth ? -1 : 0;
                int right = ow + 1 < outWidth ? -1 : 0;
                int beside = w >= 0 && w + 1 < width ? 1 : 0;
                int outPixel = left != 0 && right != 0 ? depth : 0;
                int window = (firstRow + Math.clamp(ow, 0, outWidth - 1)) * depth;
                int place = Math.max(h, 0) * width + Math.max(w, 0);
                square(
                        depth,
                        place,
                        beside,
                        below,
                        upper & left,
                        upper & right,
                        lower & left,
                        lower & right,
                        outPixel,
                        outRow,
                        argmax,
                        argmaxFrom + window,
                        diffDst,
                        from + window,
                        diffSrc,
                        to + place * depth);
            }
        }
    }

    /**
     * One square's gradients. The bits of a window's gradients count if it exists: {@code -1}, else {@code 0}. What goes
     * beyond the plane lies on top of what is in it ({@code beside} or {@code below} are 0) and is written before it.
     */
    private static void square(
            int depth,
            int place,
            int beside,
            int below,
            int hasFirst,
            int hasSecond,
            int hasThird,
            int hasFourth,
            int outPixel,
            int outRow,
            int[] argmax,
            int argmaxFrom,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to) {
        int out01 = to + beside * depth;
        int out10 = to + below * depth;
        int out11 = to + (below + beside) * depth;
        for (int next = 0; next < depth; next += Lanes.COUNT) {
            int c = Math.min(next, depth - Lanes.COUNT);
            var zero = FloatVector.zero(Lanes.FLOATS);
            var place0 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + c);
            var gradient0 = zero.add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + c)
                    .reinterpretAsInts()
                    .and(hasFirst)
                    .reinterpretAsFloats());
            var place1 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + outPixel + c);
            var gradient1 = zero.add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + outPixel + c)
                    .reinterpretAsInts()
                    .and(hasSecond)
                    .reinterpretAsFloats());
            var place2 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + outRow + c);
            var gradient2 = zero.add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + outRow + c)
                    .reinterpretAsInts()
                    .and(hasThird)
                    .reinterpretAsFloats());
            var place3 = IntVector.fromArray(Lanes.INTS, argmax, argmaxFrom + outRow + outPixel + c);
            var gradient3 = zero.add(FloatVector.fromArray(Lanes.FLOATS, diffDst, from + outRow + outPixel + c)
                    .reinterpretAsInts()
                    .and(hasFourth)
                    .reinterpretAsFloats());
            zero.blend(gradient0, place0.compare(VectorOperators.EQ, place).cast(Lanes.FLOATS))
                    .intoArray(diffSrc, to + c);
            zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, place + beside).cast(Lanes.FLOATS))
                    .add(zero.blend(
                            gradient1,
                            place1.compare(VectorOperators.EQ, place + beside).cast(Lanes.FLOATS)))
                    .intoArray(diffSrc, out01 + c);
            zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, place + below).cast(Lanes.FLOATS))
                    .add(zero.blend(
                            gradient2,
                            place2.compare(VectorOperators.EQ, place + below).cast(Lanes.FLOATS)))
                    .intoArray(diffSrc, out10 + c);
            zero.blend(
                            gradient0,
                            place0.compare(VectorOperators.EQ, place + below + beside)
                                    .cast(Lanes.FLOATS))
                    .add(zero.blend(
                            gradient1,
                            place1.compare(VectorOperators.EQ, place + below + beside)
                                    .cast(Lanes.FLOATS)))
                    .add(zero.blend(
                            gradient2,
                            place2.compare(VectorOperators.EQ, place + below + beside)
                                    .cast(Lanes.FLOATS)))
                    .add(zero.blend(
                            gradient3,
                            place3.compare(VectorOperators.EQ, place + below + beside)
                                    .cast(Lanes.FLOATS)))
                    .intoArray(diffSrc, out11 + c);
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
