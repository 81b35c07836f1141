// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.Winograd2x2Scalar;
import dev.quern.kernels.conv.loops.Winograd2x2Vector;
import dev.quern.kernels.conv.loops.Winograd4x4Scalar;
import dev.quern.kernels.conv.loops.Winograd4x4Vector;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Arrays;

/**
 * Computes a block of tiles: the transform of each to its row in (m + 2)² planes, a matrix product in each plane, the transform
 * back. Its memory, from {@code slot} on:
 *
 * <pre>
 * sources   (m + 2)² planes of T × C floats, {@link #GAP} apart
 * products  (m + 2)² planes of T × K floats, {@link #GAP} apart
 * patch     a tile that is not wholly inside the source, zeros round it, or not wholly inside the destination
 * between   a vector of each place of a tile, half transformed
 * </pre>
 *
 * One object a thread, so that a call allocates nothing.
 */
final class WinogradBlock {
    /** Floats between planes: else a tile's places would all fall to a few sets of the first-level cache. */
    static final int GAP = 16;

    private static final int MOST_LANES = 64;

    /** Where chains start without a bias. */
    private static final float[] ZEROS = new float[MOST_LANES];

    private static final ThreadLocal<WinogradBlock> OF_THREAD = ThreadLocal.withInitial(WinogradBlock::new);

    private int m;
    private int across;
    private int perImage;
    private ConvShape s;
    private float[] src;
    private int srcOffset;
    private float[] dst;
    private int dstOffset;
    private Epilogue epilogue;
    private Panels[] panels;
    private float[] plain;
    private float[] scratch;
    private int sources;
    private int products;
    private int patch;
    private int between;

    private WinogradBlock() {}

    static WinogradBlock ofThread() {
        return OF_THREAD.get();
    }

    /** Floats of memory for so many tiles. */
    static long floats(int m, ConvShape s, int tiles) {
        long places = WinogradTiles.places(m);
        long planes = places * ((long) tiles * s.channels() + GAP) + places * ((long) tiles * s.outChannels() + GAP);
        return planes + places * Math.max(s.channels(), s.outChannels()) + places * MOST_LANES;
    }

    WinogradBlock of(int tileSize, ConvShape shape, float[] from, int offset, Epilogue last, float[] to, int toOffset) {
        m = tileSize;
        s = shape;
        across = WinogradTiles.across(m, s);
        perImage = WinogradTiles.perImage(m, s);
        src = from;
        srcOffset = offset;
        epilogue = last;
        dst = to;
        dstOffset = toOffset;
        return this;
    }

    /** Computes tiles {@code [from, to)}, {@code each} at most; weights that did not come are where the memory begins. */
    void run(int from, int to, PackedWeights weights, float[] memory, int slot, int each) {
        panels = weights == null ? null : weights.panels();
        plain = weights == null ? memory : weights.array();
        scratch = memory;
        int places = WinogradTiles.places(m);
        sources = slot;
        products = sources + places * (each * s.channels() + GAP);
        patch = products + places * (each * s.outChannels() + GAP);
        between = patch + places * Math.max(s.channels(), s.outChannels());
        for (int tile = from; tile < to; tile++) {
            source(tile, sources + (tile - from) * s.channels(), each * s.channels() + GAP);
        }
        multiply(places, to - from, each);
        for (int tile = from; tile < to; tile++) {
            destination(tile, products + (tile - from) * s.outChannels(), each * s.outChannels() + GAP);
        }
    }

    void release() {
        s = null;
        src = null;
        dst = null;
        epilogue = null;
        panels = null;
        plain = null;
        scratch = null;
    }

    /** The first row of the destination in a tile. */
    private int row(int tile) {
        return tile % perImage / across * m;
    }

    /** The first column of the destination in a tile. */
    private int column(int tile) {
        return tile % across * m;
    }

    private void multiply(int places, int rows, int each) {
        var gemm = BlockedGemm.ofThread();
        int c = s.channels();
        int k = s.outChannels();
        for (int place = 0; place < places; place++) {
            gemm.left(scratch, sources + place * (each * c + GAP), c, 1);
            if (panels == null) {
                gemm.right(1f, plain, place * (c * k + GAP), k, 1);
            } else {
                gemm.rightPacked(panels[place], 0);
            }
            gemm.start(0f, null, 0, false)
                    .into(scratch, products + place * (each * k + GAP), k, Activation.IDENTITY)
                    .run(rows, k, c);
        }
    }

    private void source(int tile, int to, int planeStep) {
        int n = m + 2;
        int top = row(tile) - s.paddingTop();
        int left = column(tile) - s.paddingLeft();
        int pixel = s.channels();
        int image = srcOffset + tile / perImage * s.imageElements();
        if (top >= 0 && left >= 0 && top <= s.height() - n && left <= s.width() - n) {
            int at = image + (top * s.width() + left) * pixel;
            input(src, at, s.width() * pixel, pixel, to, planeStep);
            return;
        }
        Arrays.fill(scratch, patch, patch + n * n * pixel, 0f);
        int first = Math.max(0, -left);
        int run = Math.min(n, s.width() - left) - first;
        for (int i = Math.max(0, -top); i < Math.min(n, s.height() - top) && run > 0; i++) {
            int at = image + ((top + i) * s.width() + left + first) * pixel;
            System.arraycopy(src, at, scratch, patch + (i * n + first) * pixel, run * pixel);
        }
        input(scratch, patch, n * pixel, pixel, to, planeStep);
    }

    private void input(float[] x, int at, int rowStep, int pixelStep, int to, int planeStep) {
        int channels = s.channels();
        int whole = 0;
        if (VectorSupport.ENABLED) {
            whole = channels - channels % Lanes.COUNT;
            if (m == 2) {
                Winograd2x2Vector.input(channels, x, at, rowStep, pixelStep, scratch, between, scratch, to, planeStep);
            } else {
                Winograd4x4Vector.input(channels, x, at, rowStep, pixelStep, scratch, between, scratch, to, planeStep);
            }
        }
        if (m == 2) {
            Winograd2x2Scalar.input(
                    whole, channels, x, at, rowStep, pixelStep, scratch, between, scratch, to, planeStep);
        } else {
            Winograd4x4Scalar.input(
                    whole, channels, x, at, rowStep, pixelStep, scratch, between, scratch, to, planeStep);
        }
    }

    private void destination(int tile, int from, int planeStep) {
        int pixel = s.outChannels();
        int rows = Math.min(m, s.outHeight() - row(tile));
        int run = Math.min(m, s.outWidth() - column(tile)) * pixel;
        int image = dstOffset + tile / perImage * s.positions() * pixel;
        int to = image + (row(tile) * s.outWidth() + column(tile)) * pixel;
        int rowStep = s.outWidth() * pixel;
        if (rows == m && run == m * pixel) {
            output(from, planeStep, dst, to, rowStep, pixel);
        } else {
            output(from, planeStep, scratch, patch, m * pixel, pixel);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(scratch, patch + i * m * pixel, dst, to + i * rowStep, run);
            }
        }
        if (epilogue.activation() != Activation.IDENTITY) {
            for (int i = 0; i < rows; i++) {
                epilogue.activation().forward(run, dst, to + i * rowStep, dst, to + i * rowStep);
            }
        }
    }

    private void output(int from, int planeStep, float[] y, int to, int rowStep, int pixelStep) {
        float[] bias = epilogue.bias() == null ? ZEROS : epilogue.bias();
        int first = epilogue.bias() == null ? 0 : epilogue.biasOffset();
        int step = epilogue.bias() == null ? 0 : 1;
        int channels = s.outChannels();
        int whole = 0;
        float[] x = scratch;
        if (VectorSupport.ENABLED) {
            whole = channels - channels % Lanes.COUNT;
            if (m == 2) {
                Winograd2x2Vector.output(
                        channels, x, from, planeStep, ZEROS, bias, first, step, x, between, y, to, rowStep, pixelStep);
            } else {
                Winograd4x4Vector.output(
                        channels, x, from, planeStep, ZEROS, bias, first, step, x, between, y, to, rowStep, pixelStep);
            }
        }
        if (m == 2) {
            Winograd2x2Scalar.output(
                    whole, channels, x, from, planeStep, ZEROS, bias, first, step, x, between, y, to, rowStep,
                    pixelStep);
        } else {
            Winograd4x4Scalar.output(
                    whole, channels, x, from, planeStep, ZEROS, bias, first, step, x, between, y, to, rowStep,
                    pixelStep);
        }
    }
}
