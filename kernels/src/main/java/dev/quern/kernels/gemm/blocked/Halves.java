// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.quern.kernels.storage.Storage;
import dev.quern.kernels.vector.VectorSupport;
import java.lang.foreign.MemorySegment;

/**
 * Blocks of panels at half their size. Two neighbouring vectors of a step share the ints of one: element j of the first
 * is the lower half of int j, that of the second the upper half. So both are widened with a shift or a mask, without
 * moving anything between lanes.
 */
final class Halves {
    /** Ints that hold two vectors. */
    static final int LANES = MicroKernels.ALL.getLast().columns() / 2;

    private Halves() {}

    /** Packs a {@code depth × columns} block, {@code nr} wide and zero beyond its columns. */
    static void pack(
            Storage storage, MatrixSource b, int p0, int depth, int j0, int columns, int nr, MemorySegment to) {
        for (int p = 0; p < depth; p++) {
            for (int i = 0; i < nr / 2; i++) {
                int j = i / LANES * 2 * LANES + i % LANES;
                int low = j < columns ? storage.toHalf(b.at(p0 + p, j0 + j)) : 0;
                int high = j + LANES < columns ? storage.toHalf(b.at(p0 + p, j0 + j + LANES)) : 0;
                to.setAtIndex(JAVA_INT, (long) p * (nr / 2) + i, high << 16 | low & 0xffff);
            }
        }
    }

    /** Copies the first column of a block to the start of an array. */
    static void copyColumn(Storage storage, int count, MemorySegment block, int nr, float[] to, int toOffset) {
        for (int p = 0; p < count; p++) {
            to[toOffset + p] = storage.toFloat((short) block.getAtIndex(JAVA_INT, (long) p * (nr / 2)));
        }
    }

    /** Writes a block as floats, as {@link Packing} would have packed the rounded numbers. */
    static void widen(Storage storage, int depth, int nr, MemorySegment from, MemorySegment to) {
        int ints = depth * nr / 2;
        if (!VectorSupport.ENABLED) {
            widenScalar(storage, ints, from, to);
        } else if (storage == Storage.FLOAT16) {
            HalvesVector.widenFloat16(ints, from, to);
        } else {
            HalvesVector.widenBFloat16(ints, from, to);
        }
    }

    private static void widenScalar(Storage storage, int ints, MemorySegment from, MemorySegment to) {
        for (int i = 0; i < ints; i++) {
            int pair = from.getAtIndex(JAVA_INT, i);
            long j = i / LANES * 2 * LANES + i % LANES;
            to.setAtIndex(JAVA_FLOAT, j, storage.toFloat((short) pair));
            to.setAtIndex(JAVA_FLOAT, j + LANES, storage.toFloat((short) (pair >>> 16)));
        }
    }
}
