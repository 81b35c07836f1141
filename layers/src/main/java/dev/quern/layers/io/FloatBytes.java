// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Floats to bytes and back, as bits: the payload of a NaN goes through. */
final class FloatBytes {
    private static final ValueLayout.OfFloat LITTLE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int CHUNK = 1 << 14;

    /** From the exponent of a half to that of a float: 127 - 15, in place. */
    private static final int REBIAS = 112 << 23;

    private FloatBytes() {}

    /** Fills an array with as many floats as it has. */
    static void read(MemorySegment from, long at, ByteOrder order, float[] dst, int count) {
        MemorySegment.copy(from, LITTLE.withOrder(order), at, dst, 0, count);
    }

    /** As {@link #read}, from IEEE 754 halves; every half is a float. */
    static void readF16(MemorySegment from, long at, float[] dst, int count) {
        for (int i = 0; i < count; i++) {
            dst[i] = fromF16(from.get(HALF, at + 2L * i));
        }
    }

    /** As {@link #read}, from bfloat16: the upper halves of floats. */
    static void readBf16(MemorySegment from, long at, float[] dst, int count) {
        for (int i = 0; i < count; i++) {
            dst[i] = Float.intBitsToFloat(from.get(HALF, at + 2L * i) << 16);
        }
    }

    /** Not {@link Float#float16ToFloat}: that may make a signalling NaN quiet, and not on every machine. */
    private static float fromF16(short half) {
        int sign = half << 16 & 0x8000_0000;
        int exponent = half >>> 10 & 0x1F;
        int fraction = half & 0x3FF;
        if (exponent == 0) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
        }
        int bits = sign | (exponent << 10 | fraction) << 13;
        return Float.intBitsToFloat(exponent == 0x1F ? bits | 0x7F80_0000 : bits + REBIAS);
    }

    /** Writes a tensor's elements, each low byte first. */
    static void write(Tensor tensor, OutputStream out) throws IOException {
        byte[] chunk = new byte[Math.min(CHUNK, tensor.elements()) * Float.BYTES];
        MemorySegment bytes = MemorySegment.ofArray(chunk);
        for (int i = 0; i < tensor.elements(); i += CHUNK) {
            int count = Math.min(CHUNK, tensor.elements() - i);
            MemorySegment.copy(tensor.data(), i, bytes, LITTLE, 0, count);
            out.write(chunk, 0, count * Float.BYTES);
        }
    }
}
