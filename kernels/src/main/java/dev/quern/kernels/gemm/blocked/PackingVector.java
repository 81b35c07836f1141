// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Copies operands whose rows lie in order. {@link Packing} has the twins. */
final class PackingVector {
    private static final int NR = MicroKernels.COLUMNS;

    private PackingVector() {}

    /** As {@link Packing#packB}, for {@code count} full panels and a column stride of 1. */
    static void panels(
            int depth,
            int count,
            float alpha,
            float[] b,
            int bOffset,
            int bRowStride,
            MemorySegment to,
            long toOffset,
            long distance) {
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, alpha);
        for (int panel = 0; panel < count; panel++) {
            int first = bOffset + panel * NR;
            long start = toOffset + panel * distance;
            for (int p = 0; p < depth; p++) {
                int from = first + p * bRowStride;
                long at = start + p * NR;
                for (int v = 0; v < NR; v += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, b, from + v)
                            .mul(factor)
                            .intoMemorySegment(to, (at + v) * Packing.FLOAT, Packing.ORDER);
                }
            }
        }
    }

    /**
     * As {@link Packing#packB}, for a last panel of {@code nr} columns, a vector of each row after the other. What lies beside B, in
     * its array, comes along to the columns that do not exist.
     *
     * @return the rows copied: those whose last vector is still within the array
     */
    static int lastPanel(
            int depth, int nr, float alpha, float[] b, int bOffset, int bRowStride, MemorySegment to, long toOffset) {
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        int room = b.length - bOffset - nr;
        int count = room < 0 ? 0 : Math.min(depth, room / Math.max(1, bRowStride) + 1);
        FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, alpha);
        for (int v = 0; v < nr; v += Lanes.COUNT) {
            for (int p = 0; p < count; p++) {
                FloatVector.fromArray(Lanes.FLOATS, b, bOffset + v + p * bRowStride)
                        .mul(factor)
                        .intoMemorySegment(to, (toOffset + v + p * nr) * Packing.FLOAT, Packing.ORDER);
            }
        }
        return count;
    }

    /**
     * Copies rows with whole vectors, which is quicker than the JDK's copy for so few floats; so up to a vector less one
     * follows each copy.
     *
     * @return the rows copied: those whose last vector is still within A
     */
    static int rows(int rows, int depth, float[] a, int aOffset, int aRowStride, float[] to, int toOffset, int stride) {
        int whole = (depth + Lanes.COUNT - 1) / Lanes.COUNT * Lanes.COUNT;
        int room = a.length - aOffset - whole;
        int count = room < 0 ? 0 : Math.min(rows, room / Math.max(1, aRowStride) + 1);
        for (int i = 0; i < count; i++) {
            int from = aOffset + i * aRowStride;
            int at = toOffset + i * stride;
            for (int p = 0; p < whole; p += Lanes.COUNT) {
                FloatVector.fromArray(Lanes.FLOATS, a, from + p).intoArray(to, at + p);
            }
        }
        return count;
    }
}
