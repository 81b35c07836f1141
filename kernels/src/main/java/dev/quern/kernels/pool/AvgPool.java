// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;
import java.util.Objects;

/**
 * Average pooling, forward and backward:
 * {@code dst[n, oh, ow, c] = (Σ src[n, h, w, c]) / d} over the source elements of the window, added to {@code +0} in
 * ascending {@code (h, w)} and then divided (not multiplied with a reciprocal).
 *
 * <p>The divisor {@code d}, an exact count, follows PyTorch. Without {@code countIncludePad} it is the number of source
 * elements in the window. With it, it is the number of elements of the window that lie in the source or in its padding:
 * the whole window, except where ceil mode lets the last window reach beyond the bottom or right padding; what lies
 * beyond is not counted.
 *
 * <p>The work is shared by images. Every method throws {@link NullPointerException} for a null argument,
 * {@link IndexOutOfBoundsException} when an array does not hold what the shape needs from its offset on, and
 * {@link IllegalArgumentException} when the window is larger than the padded image or an output overlaps an input.
 */
public final class AvgPool {
    private AvgPool() {}

    /** Writes every window's average. */
    public static void forward(
            PoolShape s,
            boolean countIncludePad,
            float[] src,
            int srcOffset,
            float[] dst,
            int dstOffset,
            WorkerPool pool) {
        checkForward(s, src, srcOffset, dst, dstOffset, pool);
        if (pool.threads() == 1) {
            for (int image = 0; image < s.batch(); image++) {
                forward(s, countIncludePad, src, srcOffset, dst, dstOffset, image);
            }
        } else {
            pool.run(s.batch(), (image, slot) -> forward(s, countIncludePad, src, srcOffset, dst, dstOffset, image));
        }
    }

    /**
     * Shares every output's gradient out to its window: {@code diffSrc[n, h, w, c] = Σ diffDst[n, oh, ow, c] / d} over
     * the windows that hold {@code (h, w)}, added to {@code +0} in ascending {@code (oh, ow)}.
     */
    public static void backward(
            PoolShape s,
            boolean countIncludePad,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            WorkerPool pool) {
        checkBackward(s, diffDst, diffDstOffset, diffSrc, diffSrcOffset, pool);
        if (pool.threads() == 1) {
            for (int image = 0; image < s.batch(); image++) {
                backward(s, countIncludePad, diffDst, diffDstOffset, diffSrc, diffSrcOffset, image);
            }
        } else {
            pool.run(
                    s.batch(),
                    (image, slot) ->
                            backward(s, countIncludePad, diffDst, diffDstOffset, diffSrc, diffSrcOffset, image));
        }
    }

    private static void forward(
            PoolShape s, boolean countIncludePad, float[] src, int srcOffset, float[] dst, int dstOffset, int image) {
        if (s.isWholePlane()) {
            int first = image * s.planes();
            float divisor = s.divisor(0, 0, countIncludePad);
            int elements = s.planeElements();
            PlaneRows.averageWhole(
                    s.planes(), elements, divisor, src, srcOffset + first * elements, dst, dstOffset + first);
            return;
        }
        RowTaps rows = VectorSupport.ENABLED ? RowPoolVector.taps(s) : null;
        boolean vector = VectorSupport.ENABLED && s.depth() > 1;
        for (int plane = image * s.planes(); plane < (image + 1) * s.planes(); plane++) {
            int from = srcOffset + plane * s.planeElements();
            int to = dstOffset + plane * s.outPlaneElements();
            if (rows != null) {
                RowPoolVector.average(s, rows, countIncludePad, src, from, dst, to);
            } else if (vector) {
                AvgPoolVector.forward(s, countIncludePad, src, from, dst, to);
            } else if (s.depth() == 1) {
                PlaneRows.average(s, countIncludePad, src, from, dst, to);
            } else {
                AvgPoolScalar.forward(s, countIncludePad, src, from, dst, to);
            }
        }
    }

    private static void backward(
            PoolShape s,
            boolean countIncludePad,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            int image) {
        RowTaps rows = VectorSupport.ENABLED ? RowPoolBackwardVector.taps(s) : null;
        boolean pairs = VectorSupport.ENABLED && PlaneBackwardVector.hasPairs(s);
        boolean wide = VectorSupport.ENABLED && s.depth() >= Lanes.COUNT;
        for (int plane = image * s.planes(); plane < (image + 1) * s.planes(); plane++) {
            int from = diffDstOffset + plane * s.outPlaneElements();
            int to = diffSrcOffset + plane * s.planeElements();
            if (s.isWholePlane()) {
                // From +0 on, as every sum.
                float part = 0f + diffDst[from] / s.divisor(0, 0, countIncludePad);
                Arrays.fill(diffSrc, to, to + s.planeElements(), part);
            } else if (pairs) {
                PlaneBackwardVector.averageApart(s, countIncludePad, diffDst, from, diffSrc, to);
            } else if (rows != null && rows.apart) {
                RowPoolBackwardVector.averageApart(s, rows, countIncludePad, diffDst, from, diffSrc, to);
            } else if (rows != null) {
                RowPoolBackwardVector.average(s, rows, countIncludePad, diffDst, from, diffSrc, to);
            } else if (wide && s.isApart()) {
                AvgPoolVector.backwardApart(s, countIncludePad, diffDst, from, diffSrc, to);
            } else if (wide) {
                Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
                AvgPoolVector.backward(s, countIncludePad, diffDst, from, diffSrc, to);
            } else {
                Arrays.fill(diffSrc, to, to + s.planeElements(), 0f);
                AvgPoolScalar.backward(s, countIncludePad, diffDst, from, diffSrc, to);
            }
        }
    }

    /** The checks that both poolings share, forward. */
    static void checkForward(PoolShape s, float[] src, int srcOffset, float[] dst, int dstOffset, WorkerPool pool) {
        int sources = Objects.requireNonNull(s, "s").sourceElements();
        int destinations = s.destinationElements();
        Check.range("src", src, srcOffset, sources);
        Check.range("dst", dst, dstOffset, destinations);
        Objects.requireNonNull(pool, "pool").requireOpen();
        Check.disjoint("dst", dst, dstOffset, destinations, "src", src, srcOffset, sources);
    }

    /** The checks that both poolings share, backward. */
    static void checkBackward(
            PoolShape s, float[] diffDst, int diffDstOffset, float[] diffSrc, int diffSrcOffset, WorkerPool pool) {
        int sources = Objects.requireNonNull(s, "s").sourceElements();
        int destinations = s.destinationElements();
        Check.range("diffDst", diffDst, diffDstOffset, destinations);
        Check.range("diffSrc", diffSrc, diffSrcOffset, sources);
        Objects.requireNonNull(pool, "pool").requireOpen();
        Check.disjoint("diffSrc", diffSrc, diffSrcOffset, sources, "diffDst", diffDst, diffDstOffset, destinations);
    }
}
