// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with stride 1, small images of many channels: a product for each tap, of those pixels alone that the tap
 * finds in the image. Of 3×3 taps on 7×7 pixels a fifth meets only padding.
 *
 * <pre>
 * LOOP 4   taps, ascending
 * LOOP 3   blocks of channels: copies some images' channels into slivers
 * LOOP 2   panels of output channels
 * LOOP 1   output rows whose pixels the tap finds: tiles of dst, which keeps the sums
 * </pre>
 *
 * Where a tap meets padding, its products are zeros of either sign, or NaN for a weight that is not finite. They are the same for all
 * positions: one row of zeros is multiplied, from -0 on, and what comes out, added at the tap's place in the chain, gives the bits that the
 * products would.
 *
 * <p>A task is some images by some panels. Copies are in the thread's own memory.
 */
final class TapForward {
    /** Where the slivers have a row of zeros, behind the pixels. */
    private static final int PADDING = PanelProduct.SLIVER_ROWS - 1;

    private TapForward() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && s.outWidth() == s.width()
                && s.channels() > 0
                && s.channels() % depth(s) == 0
                && s.outChannels() % PanelProduct.WIDTH == 0
                && (long) s.height() * s.width() <= PADDING
                && PanelProduct.anyRows(1)
                && found(s) * 10 <= 9L * s.positions() * s.kernelHeight() * s.kernelWidth()
                && !PixelForward.suits(s);
    }

    /**
     * Pixels that all taps find together. From a tenth less than there are positions on it pays: with 14×14 pixels, of which 3×3 taps
     * miss 9 %, low tiles at the ends of rows take as long.
     */
    private static long found(ConvShape s) {
        long rows = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            int shift = kh * s.dilationHeight() - s.paddingTop();
            rows += Math.max(0, Math.min(s.outHeight(), s.height() - shift) - Math.max(0, -shift));
        }
        long columns = 0;
        for (int kw = 0; kw < s.kernelWidth(); kw++) {
            int shift = kw * s.dilationWidth() - s.paddingLeft();
            columns += Math.max(0, Math.min(s.outWidth(), s.width() - shift) - Math.max(0, -shift));
        }
        return rows * columns;
    }

    /** Channels of a block: that of the whole product, so that its packed weights serve. */
    private static int depth(ConvShape s) {
        return PanelProduct.depth(s.patchElements());
    }

    private static int pixels(ConvShape s) {
        return s.height() * s.width();
    }

    static void run(
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] residual,
            int residualOffset,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        WorkerPool pool = workspace.pool();
        workspace.acquire(0);
        try {
            int images = Math.min(s.batch(), PADDING / pixels(s));
            int blocks = Math.ceilDiv(s.batch(), images);
            int panels = s.outChannels() / PanelProduct.WIDTH;
            int share = Math.min(PanelProduct.ROOM, Math.ceilDiv(panels * blocks, pool.threads()));
            int across = Math.ceilDiv(panels, share);
            if (pool.threads() == 1) {
                for (int task = 0; task < blocks * across; task++) {
                    task(s, task, images, share, src, srcOffset, weights, weightsOffset, packed, e, dst, dstOffset);
                }
            } else {
                pool.run(
                        blocks * across,
                        (task, slot) -> task(
                                s,
                                task,
                                images,
                                share,
                                src,
                                srcOffset,
                                weights,
                                weightsOffset,
                                packed,
                                e,
                                dst,
                                dstOffset));
            }
            int n = s.destinationElements();
            if (residual != null) {
                ResidualSum.apply(n, residual, residualOffset, e.activation(), dst, dstOffset, pool);
            } else if (e.activation() != Activation.IDENTITY) {
                e.activation().forward(n, dst, dstOffset, dst, dstOffset, pool);
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            int most,
            int share,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            float[] dst,
            int dstOffset) {
        int across = Math.ceilDiv(s.outChannels() / PanelProduct.WIDTH, share);
        int image = task / across * most;
        int images = Math.min(most, s.batch() - image);
        int k = task % across * share * PanelProduct.WIDTH;
        int columns = Math.min(share * PanelProduct.WIDTH, s.outChannels() - k);
        int from = srcOffset + image * s.imageElements();
        int to = dstOffset + image * s.positions() * s.outChannels() + k;
        start(images * s.positions(), columns, e, k, dst, to, s.outChannels());
        var product = PanelProduct.ofThread();
        float[] slivers = product.slivers();
        float[] zeros = product.row();
        int depth = depth(s);
        int blocks = s.channels() / depth;
        product.goOn();
        for (int tap = 0; tap < s.kernelHeight() * s.kernelWidth(); tap++) { // LOOP 4
            int kh = tap / s.kernelWidth() * s.dilationHeight() - s.paddingTop();
            int kw = tap % s.kernelWidth() * s.dilationWidth() - s.paddingLeft();
            boolean padded = meetsPadding(s, kh, kw);
            Arrays.fill(zeros, 0, columns, -0f);
            for (int d = 0; d < blocks; d++) { // LOOP 3
                product.packLeft(images * pixels(s), depth, src, from + d * depth, s.channels(), slivers, 0);
                Arrays.fill(slivers, PADDING * PanelProduct.ROW_FLOATS, PADDING * PanelProduct.ROW_FLOATS + depth, 0f);
                int block = tap * blocks + d;
                if (packed == null) {
                    int w = weightsOffset + block * depth * s.outChannels() + k;
                    product.packRight(depth, columns, weights, w, s.outChannels());
                }
                for (int j = 0; j < columns; j += PanelProduct.WIDTH) { // LOOP 2
                    if (packed == null) {
                        product.right(j / PanelProduct.WIDTH);
                    } else {
                        product.rightPacked(packed.panels(0), block, (k + j) / PanelProduct.WIDTH);
                    }
                    if (padded) {
                        product.rows(1, depth, PADDING * PanelProduct.ROW_FLOATS, zeros, j, 0);
                    }
                    pixels(s, product, kh, kw, images, depth, dst, to + j);
                }
            }
            if (padded) {
                padding(s, kh, kw, images, columns, zeros, dst, to);
            }
        }
        product.release();
    }

    /** Whether a tap, {@code kh} rows and {@code kw} columns further on, finds no pixel for some position. */
    private static boolean meetsPadding(ConvShape s, int kh, int kw) {
        return kh < 0 || kh + s.outHeight() > s.height() || kw != 0;
    }

    private static void start(int rows, int columns, Epilogue e, int k, float[] dst, int to, int stride) {
        for (int r = 0; r < rows; r++) {
            int row = to + r * stride;
            if (e.bias() == null) {
                Arrays.fill(dst, row, row + columns, 0f);
            } else {
                System.arraycopy(e.bias(), e.biasOffset() + k, dst, row, columns);
            }
        }
    }

    /** The pixels that a tap finds {@code kh} rows and {@code kw} columns further on. */
    private static void pixels(
            ConvShape s, PanelProduct product, int kh, int kw, int images, int depth, float[] dst, int to) {
        int top = Math.clamp(-kh, 0, s.outHeight());
        int end = Math.clamp((long) s.height() - kh, top, s.outHeight());
        int left = Math.clamp(-kw, 0, s.outWidth());
        int count = Math.clamp((long) s.width() - kw, left, s.outWidth()) - left;
        boolean whole = count == s.width();
        int rows = whole ? end - top : 1;
        for (int image = 0; image < images; image++) { // LOOP 1
            for (int oh = top; oh < end; oh += rows) {
                int pixel = image * pixels(s) + (oh + kh) * s.width() + left + kw;
                int at = to + (image * s.positions() + oh * s.outWidth() + left) * s.outChannels();
                product.rows(rows * count, depth, pixel * PanelProduct.ROW_FLOATS, dst, at, s.outChannels());
            }
        }
    }

    /** Adds the sums of zeros where a tap finds none. */
    private static void padding(
            ConvShape s, int kh, int kw, int images, int columns, float[] zeros, float[] dst, int to) {
        for (int image = 0; image < images; image++) {
            for (int oh = 0; oh < s.outHeight(); oh++) {
                boolean outside = oh + kh < 0 || oh + kh >= s.height();
                int first = outside ? s.outWidth() : Math.clamp(-kw, 0, s.outWidth());
                int last = outside ? s.outWidth() : Math.clamp((long) s.width() - kw, first, s.outWidth());
                int row = to + (image * s.positions() + oh * s.outWidth()) * s.outChannels();
                add(0, first, columns, zeros, dst, row, s.outChannels());
                add(last, s.outWidth(), columns, zeros, dst, row, s.outChannels());
            }
        }
    }

    private static void add(int ow, int end, int columns, float[] zeros, float[] dst, int row, int stride) {
        for (; ow < end; ow++) {
            int at = row + ow * stride;
            for (int k = 0; k < columns; k++) {
                dst[at + k] += zeros[k];
            }
        }
    }
}
