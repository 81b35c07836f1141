// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * Fetches the panel that comes next, a share of it before each tile, so that it is in the second-level cache when its turn
 * comes. Java has no prefetch; a load of every cache line is one, as long as nothing waits for its value.
 */
final class PanelAhead {
    /** Tiles at least: with fewer, all of a panel would be waited for at once. */
    private static final int FEWEST_SHARES = 4;

    private static final long LINE = 64;

    private MemorySegment panel;
    private int lines;
    private int share;
    private int fetched;

    /** Keeps the loads alive. */
    private int seen;

    /** Names the panel, which is fetched in so many shares; null for none. */
    void next(MemorySegment memory, int shares) {
        panel = shares < FEWEST_SHARES ? null : memory;
        if (panel != null) {
            lines = (int) (panel.byteSize() / LINE);
            share = Math.ceilDiv(lines, shares);
            fetched = 0;
        }
    }

    /** Fetches a share. */
    void fetch() {
        if (panel != null) {
            int end = Math.min(lines, fetched + share);
            seen = load(panel, fetched, end);
            fetched = end;
        }
    }

    private static int load(MemorySegment panel, int from, int end) {
        int bits = 0;
        for (int line = from; line < end; line++) {
            bits ^= panel.get(JAVA_INT, line * LINE);
        }
        return bits;
    }

    /** Forgets the panel. */
    void forget() {
        panel = null;
    }
}
