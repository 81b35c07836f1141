// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.PanelProduct;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;
import java.util.Arrays;

/**
 * Convolution forward in NHWC with stride 1 along the width, as one product for each tap: some image rows are copied once, with their
 * padding and each pixel at the distance of a sliver's rows. A tap's left operand then lies there already, for all taps.
 *
 * <pre>{@code  dst (pixels × K) ← dst + src shifted by (kh, kw) (pixels × C) · weights[kh, kw] (C × K)     taps ascending}</pre>
 *
 * A task is a panel of output channels and a block of output rows. The copied rows are in the thread's own memory.
 */
final class PixelForward {
    /** Channels from which a tap's chain is long enough for a product of its own. */
    private static final int MANY = 32;

    /** Output channels at most: with more, copying a tap's pixels for all of them costs less than sums that lie in dst. */
    private static final int NARROW = 128;

    /** Pixels of a row at least: where a tile is low, it costs up to a row more. */
    private static final int WIDE = 14;

    /** Output rows of a block at least: blocks copy what their windows share anew. */
    private static final int TALL = 4;

    private PixelForward() {}

    /** Whether this is a way for a shape. */
    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.strideWidth() == 1
                && s.kernelHeight() * s.kernelWidth() > 1
                && s.channels() >= MANY
                && s.outChannels() <= NARROW
                && s.outChannels() % PanelProduct.WIDTH == 0
                && s.outWidth() >= WIDE
                && PanelProduct.anyRows(s.outWidth())
                && blockRows(s) >= Math.min(TALL, s.outHeight());
    }

    /** Weights packed for {@link #run}: a panel's taps, and the blocks of channels of each. */
    static PackedWeights pack(ConvShape s, float[] weights, int weightsOffset) {
        return PackedWeights.ofTaps(s, PanelProduct.depth(s.channels()), weights, weightsOffset);
    }

    private static long rowPixels(ConvShape s) {
        return s.outWidth() + (s.kernelWidth() - 1L) * s.dilationWidth();
    }

    /** Floats of a copied row: for each block of channels all pixels. */
    private static long rowFloats(ConvShape s) {
        return rowPixels(s) * PanelProduct.depthBlocks(s.channels()) * PanelProduct.ROW_FLOATS;
    }

    /** Output rows of a block: 0 or less where there is no room for one. */
    private static int blockRows(ConvShape s) {
        long rows = PanelProduct.SLIVER_ROWS * (long) PanelProduct.ROW_FLOATS / rowFloats(s);
        long extent = (s.kernelHeight() - 1L) * s.dilationHeight() + 1;
        long most = rows < extent ? 0 : (rows - extent) / s.strideHeight() + 1;
        return most == 0 ? 0 : Math.ceilDiv(s.outHeight(), (int) Math.ceilDiv(s.outHeight(), most));
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
            Activation last = residual == null ? e.activation() : Activation.IDENTITY;
            int tasks = s.outChannels() / PanelProduct.WIDTH * s.batch() * Math.ceilDiv(s.outHeight(), blockRows(s));
            if (pool.threads() == 1) {
                for (int task = 0; task < tasks; task++) {
                    task(s, task, src, srcOffset, weights, weightsOffset, packed, e, last, dst, dstOffset);
                }
            } else {
                pool.run(
                        tasks,
                        (task, slot) ->
                                task(s, task, src, srcOffset, weights, weightsOffset, packed, e, last, dst, dstOffset));
            }
            if (residual != null) {
                int n = s.destinationElements();
                ResidualSum.apply(n, residual, residualOffset, e.activation(), dst, dstOffset, pool);
            }
        } finally {
            workspace.release();
        }
    }

    private static void task(
            ConvShape s,
            int task,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            PackedWeights packed,
            Epilogue e,
            Activation last,
            float[] dst,
            int dstOffset) {
        int step = blockRows(s);
        int blocks = Math.ceilDiv(s.outHeight(), step);
        int oh = task % blocks * step;
        int rows = Math.min(step, s.outHeight() - oh);
        int image = task / blocks % s.batch();
        int panel = task / blocks / s.batch();
        int k = panel * PanelProduct.WIDTH;
        var product = PanelProduct.ofThread();
        copyRows(s, product, src, srcOffset + image * s.imageElements(), oh, rows);
        int c = dstOffset + (image * s.positions() + oh * s.outWidth()) * s.outChannels() + k;
        int depthBlocks = PanelProduct.depthBlocks(s.channels());
        int depth = PanelProduct.depth(s.channels());
        for (int block = 0; block < s.kernelHeight() * s.kernelWidth() * depthBlocks; block++) {
            int tap = block / depthBlocks;
            int d = block % depthBlocks;
            int kc = Math.min(depth, s.channels() - d * depth);
            if (packed == null) {
                int from = weightsOffset + (tap * s.channels() + d * depth) * s.outChannels() + k;
                product.packRight(kc, weights, from, s.outChannels());
            } else {
                product.rightPacked(packed.panels(tap), d, panel);
            }
            if (block == 0) {
                product.start(e.bias(), e.biasOffset() + k);
            } else {
                product.goOn();
            }
            tap(s, product, tap, d, kc, rows, dst, c);
        }
        product.release();
        activate(s, last, rows, dst, c);
    }

    /** All pixels of the block, for one tap and block of channels. */
    private static void tap(ConvShape s, PanelProduct product, int tap, int d, int kc, int rows, float[] dst, int c) {
        int kh = tap / s.kernelWidth();
        int kw = tap % s.kernelWidth();
        int pixel = d * (int) rowPixels(s) + kw * s.dilationWidth();
        for (int r = 0; r < rows; r++) {
            int row = (r * s.strideHeight() + kh * s.dilationHeight()) * (int) rowFloats(s);
            int at = c + r * s.outWidth() * s.outChannels();
            product.rows(s.outWidth(), kc, row + pixel * PanelProduct.ROW_FLOATS, dst, at, s.outChannels());
        }
    }

    /** Copies what some output rows see. */
    private static void copyRows(ConvShape s, PanelProduct product, float[] src, int image, int oh, int rows) {
        float[] slivers = product.slivers();
        int depth = PanelProduct.depth(s.channels());
        int pixels = (int) rowPixels(s);
        int top = oh * s.strideHeight() - s.paddingTop();
        int in = (rows - 1) * s.strideHeight() + (s.kernelHeight() - 1) * s.dilationHeight() + 1;
        int first = Math.min(s.paddingLeft(), pixels);
        int end = Math.min(s.paddingLeft() + s.width(), pixels);
        for (int r = 0; r < in; r++) {
            int ih = top + r;
            boolean inside = ih >= 0 && ih < s.height();
            for (int d = 0; d * depth < s.channels(); d++) {
                int kc = Math.min(depth, s.channels() - d * depth);
                int to = r * (int) rowFloats(s) + d * pixels * PanelProduct.ROW_FLOATS;
                int from = inside ? first : pixels;
                clear(slivers, to, 0, from, kc);
                if (inside) {
                    int at = image + ih * s.width() * s.channels() + d * depth;
                    int start = to + first * PanelProduct.ROW_FLOATS;
                    product.packLeft(end - first, kc, src, at, s.channels(), slivers, start);
                    clear(slivers, to, end, pixels, kc);
                }
            }
        }
    }

    private static void clear(float[] slivers, int to, int first, int end, int depth) {
        for (int pixel = first; pixel < end; pixel++) {
            int at = to + pixel * PanelProduct.ROW_FLOATS;
            Arrays.fill(slivers, at, at + depth, 0f);
        }
    }

    private static void activate(ConvShape s, Activation last, int rows, float[] dst, int c) {
        if (last == Activation.IDENTITY) {
            return;
        }
        int pixels = rows * s.outWidth();
        if (s.outChannels() == PanelProduct.WIDTH) {
            last.forward(pixels * PanelProduct.WIDTH, dst, c, dst, c);
            return;
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            int at = c + pixel * s.outChannels();
            last.forward(PanelProduct.WIDTH, dst, at, dst, at);
        }
    }
}
