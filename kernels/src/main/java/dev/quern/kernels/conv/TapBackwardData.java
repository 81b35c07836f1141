// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.conv.loops.TapSumScalar;
import dev.quern.kernels.conv.loops.TapSumVector;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import dev.quern.kernels.transpose.Transposition;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;

/**
 * The gradient of a convolution's source in NHWC with stride 1 for few channels on both sides: an image's columns
 * {@code (positions × patch) ← diffDst (positions × K) · weightsᵀ (K × patch)}, then for each pixel the sum of its taps in a
 * register, in ascending order. Nothing is added in memory, where one window would wait for its neighbour's overlapping
 * store.
 *
 * <p>A task is an image. The workspace holds the transposed weights, then for each thread diffDst by channel and the columns.
 */
final class TapBackwardData {
    /** Output channels at most. */
    private static final int MOST = 32;

    /** Input channels at most: a vector, which most of them are to fill. */
    private static final int MOST_IN = 16;

    private static final int FEWEST_IN = 3;

    /** Positions at least: a tile's. */
    private static final int POSITIONS = 10;

    /** Columns are multiples of two of the widest vectors. */
    private static final int STEP = 32;

    /** Floats of an image's columns at most: they stay in the second-level cache. */
    private static final int LARGEST_COLUMNS = 1 << 17;

    /** Floats that vectors may touch behind each part. */
    private static final int SLACK = 16;

    private TapBackwardData() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && !s.isPointwise()
                && s.outChannels() <= MOST
                && s.channels() >= FEWEST_IN
                && s.channels() <= MOST_IN
                && (!VectorSupport.ENABLED || s.channels() <= Lanes.COUNT)
                && s.positions() >= POSITIONS
                && columnFloats(s) <= LARGEST_COLUMNS;
    }

    private static int columns(ConvShape s) {
        return Math.ceilDiv(s.patchElements(), STEP) * STEP;
    }

    private static long columnFloats(ConvShape s) {
        return Math.ceilDiv((long) s.patchElements(), STEP) * STEP * s.positions();
    }

    private static int weightFloats(ConvShape s) {
        return s.outChannels() * columns(s) + SLACK;
    }

    /** Floats of a channel of diffDst. */
    private static int planeFloats(ConvShape s) {
        return Math.ceilDiv(s.positions(), SLACK) * SLACK + SLACK;
    }

    private static long slotFloats(ConvShape s) {
        return (long) s.outChannels() * planeFloats(s) + columnFloats(s) + SLACK;
    }

    static long workspaceFloats(ConvShape s, WorkerPool pool) {
        return weightFloats(s) + slotFloats(s) * pool.threads();
    }

    static void run(
            ConvShape s,
            float[] diffDst,
            int diffDstOffset,
            float[] weights,
            int weightsOffset,
            float[] diffSrc,
            int diffSrcOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        float[] scratch = workspace.acquire(workspaceFloats(s, pool));
        try {
            int patch = s.patchElements();
            Transposition.run(patch, s.outChannels(), weights, weightsOffset, s.outChannels(), scratch, 0, columns(s));
            for (int k = 0; k < s.outChannels(); k++) {
                int to = k * columns(s);
                for (int j = s.patchElements(); j < columns(s); j++) {
                    scratch[to + j] = 0f;
                }
            }
            if (pool.threads() == 1) {
                for (int image = 0; image < s.batch(); image++) {
                    image(s, image, weightFloats(s), diffDst, diffDstOffset, diffSrc, diffSrcOffset, scratch);
                }
            } else {
                pool.run(s.batch(), (image, slot) -> {
                    int memory = (int) (weightFloats(s) + slot * slotFloats(s));
                    image(s, image, memory, diffDst, diffDstOffset, diffSrc, diffSrcOffset, scratch);
                });
            }
        } finally {
            workspace.release();
        }
    }

    private static void image(
            ConvShape s,
            int image,
            int planes,
            float[] diffDst,
            int diffDstOffset,
            float[] diffSrc,
            int diffSrcOffset,
            float[] scratch) {
        int n = s.positions();
        int from = diffDstOffset + image * n * s.outChannels();
        if (s.outChannels() >= SLACK) {
            Transposition.run(n, s.outChannels(), diffDst, from, s.outChannels(), scratch, planes, planeFloats(s));
        } else {
            for (int k = 0; k < s.outChannels(); k++) {
                PixelCopy.collect(n, diffDst, from + k, s.outChannels(), scratch, planes + k * planeFloats(s));
            }
        }
        int columns = planes + s.outChannels() * planeFloats(s);
        int width = columns(s);
        if (VectorSupport.ENABLED) {
            for (int j = 0; j < width; j += 2 * Lanes.COUNT) {
                TapSumVector.EMPTY_PRODUCTS.beside();
                TapSumVector.products(
                        n,
                        s.outChannels(),
                        scratch,
                        planes,
                        planeFloats(s),
                        scratch,
                        j,
                        width,
                        scratch,
                        columns + j,
                        width);
            }
        } else {
            TapSumScalar.products(
                    n,
                    width,
                    s.outChannels(),
                    scratch,
                    planes,
                    planeFloats(s),
                    scratch,
                    0,
                    width,
                    scratch,
                    columns,
                    width);
        }
        int to = diffSrcOffset + image * s.imageElements();
        for (int ih = 0; ih < s.height(); ih++) {
            row(s, ih, scratch, columns, diffSrc, to);
        }
    }

    /** A row of the gradient: at its ends pixels have fewer taps. */
    private static void row(ConvShape s, int ih, float[] scratch, int columns, float[] diffSrc, int image) {
        int top = ih + s.paddingTop();
        int kh = Math.max(0, top - s.outHeight() + 1);
        int runs = Math.max(0, Math.min(s.kernelHeight(), top + 1) - kh);
        int row = columns + (top - kh) * s.outWidth() * columns(s) + kh * s.kernelWidth() * s.channels();
        int count;
        for (int iw = 0; iw < s.width(); iw += count) {
            int left = iw + s.paddingLeft();
            int kw = Math.max(0, left - s.outWidth() + 1);
            int taps = Math.max(0, Math.min(s.kernelWidth(), left + 1) - kw);
            count = 1;
            if (kw == 0 && taps == s.kernelWidth()) {
                count = Math.min(s.width() - iw, s.outWidth() - left);
            }
            int at = row + (left - kw) * columns(s) + kw * s.channels();
            pixels(s, count, runs, runs == 0 ? 0 : taps, scratch, at, diffSrc, image, ih * s.width() + iw);
        }
    }

    private static void pixels(
            ConvShape s, int count, int runs, int taps, float[] x, int at, float[] diffSrc, int image, int pixel) {
        int channels = s.channels();
        int step = columns(s);
        int runStep = s.kernelWidth() * channels - s.outWidth() * step;
        int tapStep = channels - step;
        int to = image + pixel * channels;
        int whole = 0;
        if (VectorSupport.ENABLED) {
            // A vector may reach into the next pixels of the image, which are still to come, not beyond: an image may
            // have no room for one.
            int last = Math.floorDiv(s.imageElements() - Lanes.COUNT, channels);
            whole = Math.clamp(last - pixel + 1L, 0, count);
            TapSumVector.sums(whole, channels, runs, taps, x, at, step, runStep, tapStep, diffSrc, to);
        }
        TapSumScalar.sums(
                count - whole,
                channels,
                runs,
                taps,
                x,
                at + whole * step,
                step,
                runStep,
                tapStep,
                diffSrc,
                to + whole * channels);
    }
}
