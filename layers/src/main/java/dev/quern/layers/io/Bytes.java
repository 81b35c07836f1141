// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a file, or of one entry of an archive. Numbers are little-endian and need no alignment.
 *
 * @param name of the file, for messages
 */
record Bytes(String name, MemorySegment segment) {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Characters of a name from a file that a message repeats. */
    private static final int QUOTED = 80;

    /** Maps a whole file; the mapping lives as long as the arena. */
    static Bytes map(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new Bytes(path.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }

    long length() {
        return segment.byteSize();
    }

    int u8(long at) {
        return Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, at));
    }

    int u16(long at) {
        return Short.toUnsignedInt(segment.get(SHORT, at));
    }

    long u32(long at) {
        return Integer.toUnsignedLong(segment.get(INT, at));
    }

    long i64(long at) {
        return segment.get(LONG, at);
    }

    byte[] copy(long at, int length) {
        return segment.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** These bytes as text, which has to be well-formed UTF-8. */
    String utf8(byte[] bytes, int from, int to, long at) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        try {
            // A new decoder reports what is malformed.
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            throw bad(at + in.position() - from, "text that is not UTF-8");
        }
    }

    /** The complaint about what is at a byte, to be thrown. */
    IOException bad(long at, String what) {
        return new IOException(name + ": " + what + ", at byte " + at);
    }

    /** A name from a file, fit for a message. */
    static String quote(String text) {
        String part = text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
        var quoted = new StringBuilder("\"");
        part.chars().forEach(c -> quoted.append(Character.isISOControl(c) ? '?' : (char) c));
        return quoted.append('"').toString();
    }
}
