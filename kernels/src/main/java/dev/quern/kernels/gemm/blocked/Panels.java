// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.storage.Storage;
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
    private final Storage storage;
    private final int across;
    private final long blockFloats;

    private Panels(Storage storage, int across, int count, int blockFloats) {
        this.storage = storage;
        this.across = across;
        this.blockFloats = blockFloats;
        long bytes = (long) blockFloats * storage.bytes();
        memory = Arena.ofAuto().allocate(count * bytes, CACHE_LINE);
        blocks = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = memory.asSlice(i * bytes, bytes);
        }
    }

    /** Memory for any blocks. */
    static Panels room(int count) {
        return new Panels(Storage.FLOAT32, count, count, Blocking.KC * MicroKernels.COLUMNS);
    }

    /** Floats that {@link #of} takes for a B of these sizes. */
    public static long floats(int depth, int columns) {
        return (long) across(columns) * Blocking.depthBlocks(depth) * Blocking.depth(depth) * MicroKernels.COLUMNS;
    }

    /** All of {@code α·B}: element (p, j) at {@code bOffset + p·bRowStride + j·bColumnStride}. */
    public static Panels of(
            int depth, int columns, float alpha, float[] b, int bOffset, int bRowStride, int bColumnStride) {
        return of(Blocking.depth(depth), depth, columns, alpha, b, bOffset, bRowStride, bColumnStride);
    }

    /** The same in blocks that are {@code step} deep, for {@link PanelProduct}. */
    public static Panels of(
            int step, int depth, int columns, float alpha, float[] b, int bOffset, int bRowStride, int bColumnStride) {
        int across = across(columns);
        var panels =
                new Panels(Storage.FLOAT32, across, across * Math.ceilDiv(depth, step), step * MicroKernels.COLUMNS);
        int first = 0;
        for (int pc = 0; pc < depth; pc += step, first += across) {
            int from = bOffset + pc * bRowStride;
            panels.pack(first, Math.min(step, depth - pc), columns, alpha, b, from, bRowStride, bColumnStride);
        }
        return panels;
    }

    /**
     * All of a B, each element rounded to a format. Numbers that are not finite in {@link Storage#FLOAT16} make all of
     * them stay floats, as its kernels only widen finite ones.
     */
    public static Panels of(Storage storage, int depth, int columns, MatrixSource b) {
        if (storage == Storage.FLOAT16 && !allFinite(storage, depth, columns, b)) {
            return of(Storage.FLOAT32, depth, columns, (p, j) -> storage.round(b.at(p, j)));
        }
        int step = Blocking.depth(depth);
        int across = across(columns);
        var panels = new Panels(storage, across, across * Blocking.depthBlocks(depth), step * MicroKernels.COLUMNS);
        for (int block = 0; block < panels.blocks.length; block++) {
            int p = block / across * step;
            int j = block % across * MicroKernels.COLUMNS;
            int left = Math.min(MicroKernels.COLUMNS, columns - j);
            int nr = MicroKernels.forColumns(left).columns();
            int kc = Math.min(step, depth - p);
            if (storage == Storage.FLOAT32) {
                Packing.packB(b, p, kc, j, left, nr, panels.blocks[block]);
            } else {
                Halves.pack(storage, b, p, kc, j, left, nr, panels.blocks[block]);
            }
        }
        return panels;
    }

    private static boolean allFinite(Storage storage, int depth, int columns, MatrixSource b) {
        for (int p = 0; p < depth; p++) {
            for (int j = 0; j < columns; j++) {
                if (!Float.isFinite(storage.round(b.at(p, j)))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Blocks side by side for so many columns. */
    static int across(int columns) {
        return Math.ceilDiv(columns, MicroKernels.COLUMNS);
    }

    /** Packs a {@code depth × columns} part of B into the blocks from the {@code first} on. */
    void pack(
            int first, int depth, int columns, float alpha, float[] b, int bOffset, int bRowStride, int bColumnStride) {
        long to = first * blockFloats;
        Packing.packB(depth, columns, alpha, b, bOffset, bRowStride, bColumnStride, memory, to, blockFloats);
    }

    /** How the numbers are stored. */
    public Storage storage() {
        return storage;
    }

    /** Bytes of all blocks. */
    public long bytes() {
        return memory.byteSize();
    }

    /** Blocks side by side. */
    int across() {
        return across;
    }

    MemorySegment block(int index) {
        return blocks[index];
    }
}
