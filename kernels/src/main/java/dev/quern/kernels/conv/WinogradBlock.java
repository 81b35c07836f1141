// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.BlockedGemm;
import dev.quern.kernels.gemm.blocked.Panels;
import java.util.Arrays;

/**
 * Computes a block of tiles: the transform of each to its row in (m + 2)² planes, a matrix product in each plane, the transform
 * back. Tiles side by side are transformed together, so that loops are long whatever the channels. Its memory, from {@code slot} on:
 *
 * <pre>
 * sources   (m + 2)² planes of T × C floats, {@link #GAP} apart
 * products  (m + 2)² planes of T × K floats, {@link #GAP} apart
 * between   the source of tiles side by side, transformed down the columns only
 * patch     their rows of the source with zeros for those outside, or of the destination with pixels that are outside
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
    private int between;
    private int patch;
    private int side;

    private WinogradBlock() {}

    static WinogradBlock ofThread() {
        return OF_THREAD.get();
    }

    /** Floats of memory for so many tiles. */
    static long floats(int m, ConvShape s, int tiles) {
        long places = WinogradTiles.places(m);
        long planes = places * ((long) tiles * s.channels() + GAP) + places * ((long) tiles * s.outChannels() + GAP);
        int side = WinogradTiles.sideBySide(m, s);
        return planes + betweenFloats(m, s, side) + patchFloats(m, s, side);
    }

    private static long betweenFloats(int m, ConvShape s, int side) {
        return (m + 2L) * m * (side + 1L) * s.channels();
    }

    private static long patchFloats(int m, ConvShape s, int side) {
        return Math.max((m + 2L) * (m * side + 2L) * s.channels(), (long) m * m * side * s.outChannels());
    }

    WinogradBlock of(int tileSize, ConvShape shape, float[] from, int offset, Epilogue last, float[] to, int toOffset) {
        m = tileSize;
        s = shape;
        across = WinogradTiles.across(m, s);
        perImage = WinogradTiles.perImage(m, s);
        side = WinogradTiles.sideBySide(m, s);
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
        between = products + places * (each * s.outChannels() + GAP);
        patch = between + (int) betweenFloats(m, s, side);
        int tile = from;
        while (tile < to) {
            int count = sideBySide(tile, to);
            source(tile, count, sources + (tile - from) * s.channels(), each * s.channels() + GAP);
            tile += count;
        }
        multiply(places, to - from, each);
        tile = from;
        while (tile < to) {
            int count = sideBySide(tile, to);
            destination(tile, count, products + (tile - from) * s.outChannels(), each * s.outChannels() + GAP);
            tile += count;
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

    /** How many tiles from this one on are transformed together: of one row of one image. */
    private int sideBySide(int tile, int to) {
        return Math.min(side, Math.min(to - tile, across - tile % across));
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

    private void source(int tile, int count, int to, int planeStep) {
        int n = m + 2;
        int top = row(tile) - s.paddingTop();
        int left = column(tile) - s.paddingLeft();
        int pixel = s.channels();
        int width = m * count + 2;
        int first = Math.clamp(-left, 0, width);
        int end = Math.clamp(s.width() - left, first, width);
        float[] x = src;
        int at = srcOffset + tile / perImage * s.imageElements() + (top * s.width() + left) * pixel;
        int xRow = s.width() * pixel;
        if (top < 0 || top > s.height() - n) {
            Arrays.fill(scratch, patch, patch + n * width * pixel, 0f);
            for (int i = Math.max(0, -top); i < Math.min(n, s.height() - top) && end > first; i++) {
                int row = patch + (i * width + first) * pixel;
                System.arraycopy(src, at + i * xRow + first * pixel, scratch, row, (end - first) * pixel);
            }
            x = scratch;
            at = patch;
            xRow = width * pixel;
        }
        int step = (count + 1) * pixel;
        zeros(0, first, step);
        zeros(end, width, step);
        WinogradTransform.sourceDown(m, pixel, first, end, x, at, xRow, scratch, between, step, m * step);
        for (int i = 0; i < n; i++) {
            int u = between + i * m * step;
            int v = to + i * n * planeStep;
            WinogradTransform.sourceAlong(m, count * pixel, pixel, scratch, u, step, scratch, v, planeStep);
        }
    }

    /** Columns {@code [from, to)} of the source that there are not, as they are down the columns. */
    private void zeros(int from, int to, int step) {
        for (int column = from; column < to; column++) {
            int u = between + column % m * step + column / m * s.channels();
            for (int i = 0; i < m + 2; i++) {
                int row = u + i * m * step;
                Arrays.fill(scratch, row, row + s.channels(), 0f);
            }
        }
    }

    private void destination(int tile, int count, int from, int planeStep) {
        int pixel = s.outChannels();
        int width = m * count * pixel;
        int rows = Math.min(m, s.outHeight() - row(tile));
        int run = Math.min(m * count, s.outWidth() - column(tile)) * pixel;
        int yRow = s.outWidth() * pixel;
        int image = dstOffset + tile / perImage * s.positions() * pixel;
        int to = image + (row(tile) * s.outWidth() + column(tile)) * pixel;
        boolean whole = rows == m && run == width;
        float[] bias = epilogue.bias() == null ? ZEROS : epilogue.bias();
        WinogradTransform.destination(
                m,
                pixel,
                count,
                scratch,
                from,
                planeStep,
                bias,
                epilogue.bias() == null ? 0 : epilogue.biasOffset(),
                epilogue.bias() == null ? 0 : 1,
                whole ? dst : scratch,
                whole ? to : patch,
                whole ? yRow : width);
        for (int i = 0; i < rows; i++) {
            int row = to + i * yRow;
            if (!whole) {
                System.arraycopy(scratch, patch + i * width, dst, row, run);
            }
            if (epilogue.activation() != Activation.IDENTITY) {
                epilogue.activation().forward(run, dst, row, dst, row);
            }
        }
    }
}
