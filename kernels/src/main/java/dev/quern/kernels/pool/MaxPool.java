// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;
import java.util.Objects;

/**
 * Max pooling, forward and backward: {@code dst[n, oh, ow, c] = max src[n, h, w, c]} over the source elements of the
 * window. Padding never wins. The maximum is that of {@link Math#max(float, float)}: NaN wins over every number, and
 * {@code +0} over {@code -0}. Where the maximum occurs more than once, the first occurrence in row-major order is the
 * one recorded: the first NaN if there is one, the first {@code +0} of a window of zeros that holds one.
 *
 * <p>Source and destination are laid out as {@link PoolShape#layout} says; {@code argmax} has the destination's size
 * and order and holds {@code h·width + w}, the place of the maximum in its own image and channel.
 *
 * <p>The work is shared by images. Every method throws {@link NullPointerException} for a null argument,
 * {@link IndexOutOfBoundsException} when an array does not hold what the shape needs from its offset on, and
 * {@link IllegalArgumentException} when the window is larger than the padded image or an output overlaps an input.
 */
public final class MaxPool {
    private MaxPool() {}

    /** Writes every window's maximum. */
    public static void forward(PoolShape s, float[] src, int srcOffset, float[] dst, int dstOffset, WorkerPool pool) {
        AvgPool.checkForward(s, src, srcOffset, dst, dstOffset, pool);
        if (pool.threads() == 1) {
            for (int image = 0; image < s.batch(); image++) {
                forward(s, src, srcOffset, dst, dstOffset, image);
            }
        } else {
            pool.run(s.batch(), (image, slot) -> forward(s, src, srcOffset, dst, dstOffset, image));
        }
    }

    /** Writes every window's maximum, and where it was found. */
    public static void forward(
            PoolShape s,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset,
            int[] argmax,
            int argmaxOffset,
            WorkerPool pool) {
        AvgPool.checkForward(s, src, srcOffset, dst, dstOffset, pool);
        Check.range("argmax", argmax, argmaxOffset, s.destinationElements());
        if (pool.threads() == 1) {
            for (int image = 0; image < s.batch(); image++) {
                forward(s, src, srcOffset, dst, dstOffset, argmax, argmaxOffset, image);
            }
        } else {
            pool.run(
                    s.batch(),
                    (image, slot) -> forward(s, src, srcOffset, dst, dstOffset, argmax, argmaxOffset, image));
        }
    }

    /**
     * Hands every output's gradient to the one source element recorded for it:
     * {@code diffSrc[n, h, w, c] = Σ diffDst[n, oh, ow, c]} over the windows whose {@code argmax} is {@code h·width + w},
     * added to {@code +0} in ascending {@code (oh, ow)}. A recorded place that is no part of its window gets nothing.
     *
     * @throws IllegalArgumentException also when an entry of {@code argmax} lies outside the image
     */
    public static void backward(
            PoolShape s,
            int[] argmax,
            int argmaxOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            WorkerPool pool) {
        AvgPool.checkBackward(s, diffDst, diffDstOffset, diffSrc, diffSrcOffset, pool);
        Check.range("argmax", argmax, argmaxOffset, s.destinationElements());
        requireInside(s, argmax, argmaxOffset);
        if (pool.threads() == 1) {
            for (int image = 0; image < s.batch(); image++) {
                backward(s, argmax, argmaxOffset, diffDst, diffDstOffset, diffSrc, diffSrcOffset, image);
            }
        } else {
            pool.run(
                    s.batch(),
                    (image, slot) ->
                            backward(s, argmax, argmaxOffset, diffDst, diffDstOffset, diffSrc, diffSrcOffset, image));
        }
    }

    /**
     * The textbook's mask instead of one winner: every source element of a window that equals its maximum
     * ({@code ==}, so zeros of either sign are equal; a maximum of NaN equals every NaN) gets the whole gradient of the
     * window. Sums are formed as in {@link #backward}.
     *
     * @param src what went into the forward call
     * @param dst what came out of it
     */
    public static void backwardToEveryMaximum(
            PoolShape s,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            WorkerPool pool) {
        AvgPool.checkBackward(s, diffDst, diffDstOffset, diffSrc, diffSrcOffset, pool);
        int sources = s.sourceElements();
        int destinations = s.destinationElements();
        Check.range("src", src, srcOffset, sources);
        Check.range("dst", dst, dstOffset, destinations);
        Check.disjoint("diffSrc", diffSrc, diffSrcOffset, sources, "src", src, srcOffset, sources);
        Check.disjoint("diffSrc", diffSrc, diffSrcOffset, sources, "dst", dst, dstOffset, destinations);
        if (pool.threads() == 1) {
            for (int image = 0; image < s.batch(); image++) {
                toEveryMaximum(
                        s, src, srcOffset, dst, dstOffset, diffDst, diffDstOffset, diffSrc, diffSrcOffset, image);
            }
        } else {
            pool.run(
                    s.batch(),
                    (image, slot) -> toEveryMaximum(
                            s, src, srcOffset, dst, dstOffset, diffDst, diffDstOffset, diffSrc, diffSrcOffset, image));
        }
    }

    private static void forward(PoolShape s, float[] src, int srcOffset, float[] dst, int dstOffset, int image) {
        RowTaps rows = VectorSupport.ENABLED ? RowPoolVector.taps(s) : null;
        boolean vector = VectorSupport.ENABLED && s.depth() > 1;
        for (int plane = image * s.planes(); plane < (image + 1) * s.planes(); plane++) {
            int from = srcOffset + plane * s.planeElements();
            int to = dstOffset + plane * s.outPlaneElements();
            if (VectorSupport.ENABLED && s.isWholePlane()) {
                dst[to] = RowPoolVector.largest(s.planeElements(), src, from);
            } else if (rows != null) {
                RowPoolVector.EMPTY_MAX.beside();
                RowPoolVector.max(s, rows, src, from, dst, to);
            } else if (vector) {
                MaxPoolVector.forward(s, src, from, dst, to);
            } else if (s.depth() == 1) {
                PlaneRows.max(s, src, from, dst, to);
            } else {
                MaxPoolScalar.forward(s, src, from, dst, to);
            }
        }
    }

    private static void forward(
            PoolShape s,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset,
            int[] argmax,
            int argmaxOffset,
            int image) {
        RowTaps rows = VectorSupport.ENABLED ? RowPoolVector.taps(s) : null;
        boolean vector = VectorSupport.ENABLED && s.depth() > 1;
        for (int plane = image * s.planes(); plane < (image + 1) * s.planes(); plane++) {
            int from = srcOffset + plane * s.planeElements();
            int out = plane * s.outPlaneElements();
            if (rows != null) {
                RowPoolVector.EMPTY_PLACES.beside();
                RowPoolVector.max(s, rows, src, from, dst, dstOffset + out, argmax, argmaxOffset + out);
            } else if (vector) {
                MaxPoolVector.forward(s, src, from, dst, dstOffset + out, argmax, argmaxOffset + out);
            } else if (s.depth() == 1) {
                PlaneRows.max(s, src, from, dst, dstOffset + out, argmax, argmaxOffset + out);
            } else {
                MaxPoolScalar.forward(s, src, from, dst, dstOffset + out, argmax, argmaxOffset + out);
            }
        }
    }

    private static void backward(
            PoolShape s,
            int[] argmax,
            int argmaxOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            int image) {
        RowTaps rows = VectorSupport.ENABLED ? RowPoolBackwardVector.taps(s) : null;
        boolean pairs = VectorSupport.ENABLED && PlaneBackwardVector.hasPairs(s);
        boolean squares = VectorSupport.ENABLED && PlaneBackwardVector.hasSquares(s);
        boolean wide = VectorSupport.ENABLED && s.depth() >= Lanes.COUNT;
        for (int plane = image * s.planes(); plane < (image + 1) * s.planes(); plane++) {
            int from = diffDstOffset + plane * s.outPlaneElements();
            int to = diffSrcOffset + plane * s.planeElements();
            int places = argmaxOffset + plane * s.outPlaneElements();
            if (pairs) {
                PlaneBackwardVector.maxApart(s, argmax, places, diffDst, from, diffSrc, to);
            } else if (squares) {
                PlaneBackwardVector.maxSquares(s, argmax, places, diffDst, from, diffSrc, to);
            } else if (rows != null && rows.apart) {
                RowPoolBackwardVector.maxApart(s, rows, argmax, places, diffDst, from, diffSrc, to);
            } else if (rows != null) {
                RowPoolBackwardVector.max(s, rows, argmax, places, diffDst, from, diffSrc, to);
            } else if (wide && s.isApart()) {
                MaxPoolVector.backwardApart(s, argmax, places, diffDst, from, diffSrc, to);
            } else if (wide && s.hasSquares()) {
                MaxPoolVector.backwardSquares(s, argmax, places, diffDst, from, diffSrc, to);
            } else if (wide) {
                Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
                MaxPoolVector.backward(s, argmax, places, diffDst, from, diffSrc, to);
            } else {
                Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
                MaxPoolScalar.backward(s, argmax, places, diffDst, from, diffSrc, to);
            }
        }
    }

    private static void toEveryMaximum(
            PoolShape s,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            int image) {
        RowTaps rows = VectorSupport.ENABLED ? RowPoolBackwardVector.taps(s) : null;
        boolean vector = VectorSupport.ENABLED && s.depth() > 1;
        for (int plane = image * s.planes(); plane < (image + 1) * s.planes(); plane++) {
            int out = plane * s.outPlaneElements();
            int in = plane * s.planeElements();
            int to = diffSrcOffset + in;
            if (rows != null) {
                RowPoolBackwardVector.toEveryMaximum(
                        s, rows, src, srcOffset + in, dst, dstOffset + out, diffDst, diffDstOffset + out, diffSrc, to);
                continue;
            }
            Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
            if (vector) {
                MaxPoolVector.toEveryMaximum(
                        s, src, srcOffset + in, dst, dstOffset + out, diffDst, diffDstOffset + out, diffSrc, to);
            } else {
                MaxPoolScalar.toEveryMaximum(
                        s, src, srcOffset + in, dst, dstOffset + out, diffDst, diffDstOffset + out, diffSrc, to);
            }
        }
    }

    private static void requireInside(PoolShape s, int[] argmax, int offset) {
        Objects.requireNonNull(argmax, "argmax");
        int places = s.height() * s.width();
        int least = 0;
        int most = 0;
        int end = offset + s.destinationElements();
        for (int i = offset; i < end; i++) {
            least = Math.min(least, argmax[i]);
            most = Math.max(most, argmax[i]);
        }
        if (least < 0 || most >= places) {
            throw new IllegalArgumentException("argmax holds " + (least < 0 ? least : most) + ", allowed: 0 to "
                    + (places - 1) + " (height " + s.height() + ", width " + s.width() + ")");
        }
    }
}
