// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.parallel.WorkerPool;

/**
 * The tiles of a batch's destinations, m × m pixels each, image by image, row by row, and the blocks they are computed in. How they
 * are cut into blocks changes no bit.
 */
final class WinogradTiles {
    /** Floats of a block's planes that stay in a second-level cache: 640 KB. */
    private static final int SMALL = 160_000;

    /** Tiles of a block that is a task of several threads, where not more are small. */
    private static final int MANY_SHARED = 24;

    /** Floats of a block's planes at most, 9 MB. */
    private static final int LARGEST = 9 << 18;

    /** Blocks are multiples of this, the height of most tiles of a product. */
    private static final int STEP = 6;

    /** Floats of tiles side by side that are transformed together, half of a first-level cache and more. */
    private static final int TOGETHER = 8192;

    private WinogradTiles() {}

    static int places(int m) {
        return (m + 2) * (m + 2);
    }

    /** Tiles side by side. */
    static int across(int m, ConvShape s) {
        return Math.ceilDiv(s.outWidth(), m);
    }

    /** Tiles side by side that are transformed together at most. */
    static int sideBySide(int m, ConvShape s) {
        int tile = (m + 2) * m * Math.max(s.channels(), s.outChannels());
        return Math.clamp(TOGETHER / tile, 1, across(m, s));
    }

    static int perImage(int m, ConvShape s) {
        return Math.ceilDiv(s.outHeight(), m) * across(m, s);
    }

    static int all(int m, ConvShape s) {
        return s.batch() * perImage(m, s);
    }

    /** Tiles of a block but perhaps the last: all blocks about as large. */
    static int ofBlock(int m, ConvShape s, WorkerPool pool) {
        int all = all(m, s);
        long tile = places(m) * ((long) s.channels() + s.outChannels());
        long small = SMALL / tile;
        // Reading the weights once a block then takes less time than the block's planes.
        long many = 3L * s.channels() * s.outChannels() / (4 * ((long) s.channels() + s.outChannels()));
        many = Math.max(small, pool.threads() == 1 ? many : Math.min(many, MANY_SHARED));
        int most = (int) Math.max(1, Math.min(many, LARGEST / tile));
        int even = Math.ceilDiv(all, Math.max(1, Math.ceilDiv(all, most)));
        return Math.min(all, most < STEP ? even : Math.ceilDiv(even, STEP) * STEP);
    }

    static int blocks(int m, ConvShape s, WorkerPool pool) {
        return Math.ceilDiv(all(m, s), Math.max(1, ofBlock(m, s, pool)));
    }
}
