// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the JIT is to know of a segment that vectors are loaded from: that it is native memory, which this library has allocated. A kernel
 * begins with
 *
 * <pre>
 * if (panel.getClass() != NativeMemory.SEGMENT) {
 *     throw NativeMemory.foreign(panel);
 * }
 * </pre>
 *
 * and is compiled for this class of segments from there on. Else the JIT goes by which classes the loads of the whole process have met:
 * where other code loads vectors from heap segments, each load of a loop has to tell them apart, and takes up to eight times as long.
 * In a method of its own the comparison would not serve: the JIT may leave that a call.
 */
public final class NativeMemory {
    /** The class of such segments. */
    public static final Class<?> SEGMENT = Arena.ofAuto().allocate(1).getClass();

    private NativeMemory() {}

    /** What is thrown for another one. */
    public static IllegalArgumentException foreign(MemorySegment segment) {
        return new IllegalArgumentException("not a segment of this library: " + segment);
    }
}
