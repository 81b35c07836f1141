// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What the JIT is to know of a segment that vectors are loaded from. */
public final class NativeMemory {
    private static final Class<?> SEGMENT = Arena.ofAuto().allocate(1).getClass();

    private NativeMemory() {}

    /**
     * The segment itself, one of native memory that this library has allocated. Whoever calls this before a loop has the JIT compile
     * the loop for this class of segments. Else it goes by which classes the loads of the whole process have met: where other code
     * loads vectors from heap segments, each load of the loop has to tell them apart, and takes twice as long.
     */
    public static MemorySegment known(MemorySegment segment) {
        if (segment.getClass() != SEGMENT) {
            throw new IllegalArgumentException("not a segment of this library: " + segment);
        }
        return segment;
    }
}
