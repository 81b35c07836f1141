// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.gemm.blocked;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.NativeMemory;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Widens half-size blocks. {@link Halves} has the twin.
 *
 * <p>binary16 has no conversion in the Vector API. Exponent and significand, moved to their places in binary32 with the
 * exponent's bias corrected, are right for normal numbers; a subnormal {@code m·2⁻²⁴} comes out as {@code x = 2⁻¹⁵ +
 * m·2⁻²⁵}, and {@code 2·x − 2⁻¹⁴} is exact. That expression is the smaller of the two just for subnormals and zero, so
 * the minimum of both is right for every finite number; of positive floats it is that of their bits. Infinities and NaN
 * are not handled: {@link Panels} does not store them in this format.
 */
final class HalvesVector {
    /** Where exponent and significand of a binary16 go. */
    static final int MAGNITUDE = 0x0fffe000;

    /** The difference of the exponents' biases, 127 − 15. */
    static final int REBIAS = 112 << 23;

    static final int SIGN = 0x80000000;
    static final int UPPER = 0xffff0000;

    private static final long VECTOR = Lanes.COUNT * Packing.FLOAT;

    private HalvesVector() {}

    static void widenBFloat16(int ints, MemorySegment from, MemorySegment to) {
        if (from.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(from);
        }
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        for (int i = 0; i < ints; i += Lanes.COUNT) {
            IntVector pair = IntVector.fromMemorySegment(Lanes.INTS, from, i * Packing.FLOAT, Packing.ORDER);
            pair.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(to, 2 * i * Packing.FLOAT, Packing.ORDER);
            pair.and(UPPER).intoMemorySegment(to, 2 * i * Packing.FLOAT + VECTOR, Packing.ORDER);
        }
    }

    static void widenFloat16(int ints, MemorySegment from, MemorySegment to) {
        if (from.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(from);
        }
        if (to.getClass() != NativeMemory.SEGMENT) {
            throw NativeMemory.foreign(to);
        }
        FloatVector two = FloatVector.broadcast(Lanes.FLOATS, 2f);
        FloatVector offset = FloatVector.broadcast(Lanes.FLOATS, -0x1p-14f);
        for (int i = 0; i < ints; i += Lanes.COUNT) {
            IntVector pair = IntVector.fromMemorySegment(Lanes.INTS, from, i * Packing.FLOAT, Packing.ORDER);
            IntVector low =
                    pair.lanewise(VectorOperators.LSHL, 13).and(MAGNITUDE).add(REBIAS);
            low = low.min(low.reinterpretAsFloats().fma(two, offset).reinterpretAsInts());
            low.or(pair.lanewise(VectorOperators.LSHL, 16).and(SIGN))
                    .intoMemorySegment(to, 2 * i * Packing.FLOAT, Packing.ORDER);
            IntVector high =
                    pair.lanewise(VectorOperators.LSHR, 3).and(MAGNITUDE).add(REBIAS);
            high = high.min(high.reinterpretAsFloats().fma(two, offset).reinterpretAsInts());
            high.or(pair.and(SIGN)).intoMemorySegment(to, 2 * i * Packing.FLOAT + VECTOR, Packing.ORDER);
        }
    }
}
