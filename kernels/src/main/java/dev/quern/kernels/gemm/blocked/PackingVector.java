// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Packs full panels of a B whose rows lie in order. {@link Packing} has the twin. */
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
        FloatVector factor = FloatVector.broadcast(Lanes.FLOATS, alpha);
        for (int p = 0; p < depth; p++) {
            for (int panel = 0; panel < count; panel++) {
                int from = bOffset + p * bRowStride + panel * NR;
                long at = toOffset + panel * distance + p * NR;
                for (int v = 0; v < NR; v += Lanes.COUNT) {
                    FloatVector.fromArray(Lanes.FLOATS, b, from + v)
                            .mul(factor)
                            .intoMemorySegment(to, (at + v) * Packing.FLOAT, Packing.ORDER);
                }
            }
        }
    }
}
