// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for packed blocks of B. A block is what a micro-kernel reads: a panel over one block of the depth, laid out as
 * {@link Packing} says. Blocks side by side follow each other, then those of the next block of the depth.
 *
 * <p>It is native memory because that can be aligned: a Java array starts anywhere in a cache line, and nearly every
 * 64-byte load from it crosses one. Each block is a segment of its own, made beforehand: with offsets into a larger one
 * the JIT keeps a range check for each load, and a slice made on the way is an object a call.
 */
public final class Panels {
    private static final long CACHE_LINE = 64;

    private final MemorySegment memory;
    private final MemorySegment[] blocks;
    private final int across;
    private final long blockFloats;

    private Panels(int across, int count, int blockFloats) {
        this.across = across;
        this.blockFloats = blockFloats;
        memory = Arena.ofAuto().allocate(count * blockFloats * Packing.FLOAT, CACHE_LINE);
        blocks = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = memory.asSlice(i * blockFloats * Packing.FLOAT, blockFloats * Packing.FLOAT);
        }
    }

    /** Memory for any blocks. */
    static Panels room(int count) {
        return new Panels(count, count, Blocking.KC * MicroKernels.COLUMNS);
    }

    /** Floats that {@link #of} takes for a B of these sizes. */
    public static long floats(int depth, int columns) {
        return (long) across(columns) * Blocking.depthBlocks(depth) * Blocking.depth(depth) * MicroKernels.COLUMNS;
    }

    /** All of {@code α·B}: element (p, j) at {@code bOffset + p·bRowStride + j·bColumnStride}. */
    public static Panels of(
            int depth, int columns, float alpha, float[] b, int bOffset, int bRowStride, int bColumnStride) {
        int step = Blocking.depth(depth);
        int across = across(columns);
        var panels = new Panels(across, across * Blocking.depthBlocks(depth), step * MicroKernels.COLUMNS);
        int first = 0;
        for (int pc = 0; pc < depth; pc += step, first += across) {
            int from = bOffset + pc * bRowStride;
            panels.pack(first, Math.min(step, depth - pc), columns, alpha, b, from, bRowStride, bColumnStride);
        }
        return panels;
    }

    /** Blocks side by side for so many columns. */
    static int across(int columns) {
        return Math.ceilDiv(columns, MicroKernels.COLUMNS);
    }

    /** Packs a {@code depth × columns} part of B into the blocks from the {@code first} on. */
    void pack(
            int first, int depth, int columns, float alpha, float[] b, int bOffset, int bRowStride, int bColumnStride) {
        Packing.packB(
                depth, columns, alpha, b, bOffset, bRowStride, bColumnStride, memory, first * blockFloats, blockFloats);
    }

    /** Blocks side by side. */
    int across() {
        return across;
    }

    MemorySegment block(int index) {
        return blocks[index];
    }
}
