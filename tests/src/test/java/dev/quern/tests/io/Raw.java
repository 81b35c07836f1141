// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds a file byte by byte, low byte first. */
final class Raw {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Raw bytes(int... values) {
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    Raw bytes(byte[] values) {
        out.writeBytes(values);
        return this;
    }

    Raw text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Raw u16(int value) {
        return bytes(value, value >>> 8);
    }

    Raw u32(long value) {
        return u16((int) value).u16((int) (value >>> 16));
    }

    Raw u64(long value) {
        return u32(value).u32(value >>> 32);
    }

    Raw floats(float... values) {
        for (float value : values) {
            u32(Float.floatToRawIntBits(value));
        }
        return this;
    }

    Raw floatsHighByteFirst(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.BIG_ENDIAN);
        for (float value : values) {
            buffer.putInt(Float.floatToRawIntBits(value));
        }
        return bytes(buffer.array());
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** A safetensors file, right or wrong. */
    static byte[] safetensors(String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return new Raw().u64(text.length).bytes(text).bytes(data).toBytes();
    }

    /** An npy file of version 1.0 without padding, right or wrong. */
    static byte[] npy(String dictionary, byte... data) {
        return new Raw()
                .bytes(0x93)
                .text("NUMPY")
                .bytes(1, 0)
                .u16(dictionary.length() + 1)
                .text(dictionary + "\n")
                .bytes(data)
                .toBytes();
    }
}
