// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message in the Protocol Buffers wire format, built field by field: each field is a varint of
 * {@code number << 3 | wire type}, then its value. Wire type 0 is a varint (seven bits a byte, low bits first, the top bit
 * set on all but the last), 2 a length as varint and that many bytes, 5 four bytes with the low one first
 * (protobuf.dev/programming-guides/encoding).
 */
final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A field of type int32, int64 or enum. */
    ProtoMessage integer(int field, long value) {
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    /** A repeated field of type int64, one entry a value: readers take that form and the packed one. */
    ProtoMessage integers(int field, long... values) {
        for (long value : values) {
            integer(field, value);
        }
        return this;
    }

    /** A field of type float. */
    ProtoMessage real(int field, float value) {
        varint((long) field << 3 | FIXED32);
        out.writeBytes(littleEndian(value));
        return this;
    }

    /** A field of type string. */
    ProtoMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A field that holds another message. */
    ProtoMessage message(int field, ProtoMessage value) {
        return bytes(field, value.toByteArray());
    }

    /** A field of type bytes that holds floats, low byte first. */
    ProtoMessage raw(int field, float... values) {
        return bytes(field, littleEndian(values));
    }

    private ProtoMessage bytes(int field, byte[] value) {
        varint((long) field << 3 | BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static byte[] littleEndian(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** What has been written so far. */
    byte[] toByteArray() {
        return out.toByteArray();
    }
}
