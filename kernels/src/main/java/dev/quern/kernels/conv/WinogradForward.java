// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.gemm.Epilogue;
import dev.quern.kernels.gemm.blocked.Panels;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.parallel.Workspace;

/**
 * Convolution forward by Winograd's minimal filtering, F(m×m, 3×3) with m = 2 or 4 on NHWC: Winograd, "Arithmetic Complexity of
 * Computations", 1980; Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016. A tile of m × m outputs
 * takes (m + 2)² multiplications a pair of channels in place of 9·m². The workspace holds the transformed weights, unless they come
 * packed, and what {@link WinogradBlock} needs for each thread.
 */
final class WinogradForward {
    private static final int LEAST_CHANNELS = 16;

    /** Products of both channels from which it is ahead of convolving from lines, which few channels are quick at; F(4×4). */
    private static final int LEAST_PRODUCT = 16 * 32;

    /** The same for F(2×2), which saves less. */
    private static final int LEAST_PRODUCT_2X2 = 48 * 48;

    private static final int LEAST_TILES = 24;

    /** Output channels whose products are quicker on operands in place. */
    private static final int NARROW = 32;

    private static final int CACHED_WEIGHTS = 1 << 18;

    private WinogradForward() {}

    static boolean suits(ConvShape s) {
        return s.layout() == Layout.NHWC
                && s.groups() == 1
                && s.kernelHeight() == 3
                && s.kernelWidth() == 3
                && s.strideHeight() == 1
                && s.strideWidth() == 1
                && s.dilationHeight() == 1
                && s.dilationWidth() == 1
                && (long) s.batch() * s.outHeight() * s.outWidth() <= Integer.MAX_VALUE;
    }

    /**
     * Whether it saves more time than it takes: the transforms want channels, and transformed weights beyond a cache want
     * tiles to be read for.
     */
    static boolean paysOff(int m, ConvShape s) {
        return s.channels() >= LEAST_CHANNELS
                && s.outChannels() >= LEAST_CHANNELS
                && (long) s.channels() * s.outChannels() >= (m == 2 ? LEAST_PRODUCT_2X2 : LEAST_PRODUCT)
                && (WinogradTiles.all(m, s) >= LEAST_TILES || weightFloats(m, s) <= CACHED_WEIGHTS);
    }

    static String reason(int m) {
        int places = WinogradTiles.places(m);
        return "F(" + m + "×" + m + ", 3×3), " + places + " multiplications for " + 9 * m * m + ", rounded otherwise";
    }

    static long workspaceFloats(int m, ConvShape s, WorkerPool pool) {
        return weightFloats(m, s) + preparedFloats(m, s, pool);
    }

    /** As {@link #workspaceFloats}, without the weights. */
    static long preparedFloats(int m, ConvShape s, WorkerPool pool) {
        return WinogradBlock.floats(m, s, WinogradTiles.ofBlock(m, s, pool)) * pool.threads();
    }

    static long weightFloats(int m, ConvShape s) {
        return WinogradTiles.places(m) * ((long) s.channels() * s.outChannels() + WinogradBlock.GAP);
    }

    static void run(
            int m,
            ConvShape s,
            float[] src,
            int srcOffset,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        float[] scratch = workspace.acquire(workspaceFloats(m, s, workspace.pool()));
        try {
            transform(m, s, weights, weightsOffset, scratch, workspace.pool());
            tiles(m, s, src, srcOffset, null, e, dst, dstOffset, scratch, (int) weightFloats(m, s), workspace.pool());
        } finally {
            workspace.release();
        }
    }

    /** The weights, transformed: a product for each place in a tile. Few output channels are read as they lie, by narrow tiles. */
    static PackedWeights pack(int m, ConvShape s, float[] weights, int weightsOffset) {
        int c = s.channels();
        int k = s.outChannels();
        int places = WinogradTiles.places(m);
        Check.product("transformed weights", weightFloats(m, s));
        Check.product("packed transformed weights", places, Panels.floats(c, k));
        float[] plain = new float[(int) weightFloats(m, s)];
        transform(m, s, weights, weightsOffset, plain, WorkerPool.CALLER);
        if (k <= NARROW) {
            return PackedWeights.of(plain);
        }
        var panels = new Panels[places];
        for (int place = 0; place < places; place++) {
            panels[place] = Panels.of(c, k, 1f, plain, place * (c * k + WinogradBlock.GAP), k, 1);
        }
        return PackedWeights.of(panels, places * Panels.floats(c, k));
    }

    static void runPrepared(
            int m,
            ConvShape s,
            float[] src,
            int srcOffset,
            PackedWeights weights,
            Epilogue e,
            float[] dst,
            int dstOffset,
            Workspace workspace) {
        float[] scratch = workspace.acquire(preparedFloats(m, s, workspace.pool()));
        try {
            tiles(m, s, src, srcOffset, weights, e, dst, dstOffset, scratch, 0, workspace.pool());
        } finally {
            workspace.release();
        }
    }

    /** The transformed weights, a C × K matrix for each place of a tile, to the beginning of an array. */
    static void transform(int m, ConvShape s, float[] weights, int weightsOffset, float[] to, WorkerPool pool) {
        int plane = s.channels() * s.outChannels() + WinogradBlock.GAP;
        if (pool.threads() == 1) {
            for (int c = 0; c < s.channels(); c++) {
                WinogradFilter.transform(m, s, c, weights, weightsOffset, to, 0, plane);
            }
        } else {
            pool.run(
                    s.channels(), (c, slot) -> WinogradFilter.transform(m, s, c, weights, weightsOffset, to, 0, plane));
        }
    }

    private static void tiles(
            int m,
            ConvShape s,
            float[] src,
            int srcOffset,
            PackedWeights weights,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch,
            int first,
            WorkerPool pool) {
        int each = WinogradTiles.ofBlock(m, s, pool);
        if (pool.threads() == 1) {
            int blocks = WinogradTiles.blocks(m, s, pool);
            for (int block = 0; block < blocks; block++) {
                block(m, s, block, each, src, srcOffset, weights, e, dst, dstOffset, scratch, first);
            }
        } else {
            int floats = (int) WinogradBlock.floats(m, s, each);
            pool.run(WinogradTiles.blocks(m, s, pool), (block, slot) -> {
                int memory = first + slot * floats;
                block(m, s, block, each, src, srcOffset, weights, e, dst, dstOffset, scratch, memory);
            });
        }
    }

    private static void block(
            int m,
            ConvShape s,
            int block,
            int each,
            float[] src,
            int srcOffset,
            PackedWeights weights,
            Epilogue e,
            float[] dst,
            int dstOffset,
            float[] scratch,
            int memory) {
        int from = block * each;
        int to = Math.min(WinogradTiles.all(m, s), from + each);
        var tiles = WinogradBlock.ofThread();
        tiles.of(m, s, src, srcOffset, e, dst, dstOffset).run(from, to, weights, scratch, memory, each);
        tiles.release();
    }
}
