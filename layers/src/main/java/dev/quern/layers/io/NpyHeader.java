// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What stands before the numbers of an npy file: {@code \x93NUMPY}, the version (two bytes), the length of the text (two
 * bytes in version 1, four in 2 and 3) and the text, a Python dictionary that ends with a newline.
 *
 * @param begin the first byte of the numbers
 */
record NpyHeader(ByteOrder order, boolean fortranOrder, Dimensions dimensions, long begin) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int VERSION_END = MAGIC.length + 2;
    private static final int ALIGNMENT = 64;

    static NpyHeader parse(Bytes file) throws IOException {
        requireLength(file, VERSION_END);
        for (int i = 0; i < MAGIC.length; i++) {
            if (file.u8(i) != (MAGIC[i] & 0xFF)) {
                throw file.bad(i, "not an npy file, which begins with 93 4E 55 4D 50 59");
            }
        }
        int major = file.u8(MAGIC.length);
        int minor = file.u8(MAGIC.length + 1);
        if (major < 1 || major > 3 || minor != 0) {
            throw file.bad(MAGIC.length, "version " + major + "." + minor + ", allowed: 1.0, 2.0 and 3.0");
        }
        int start = VERSION_END + (major == 1 ? 2 : 4);
        requireLength(file, start);
        long length = major == 1 ? file.u16(VERSION_END) : file.u32(VERSION_END);
        long most = Math.min(file.length() - start, Integer.MAX_VALUE);
        if (length > most) {
            throw file.bad(VERSION_END, "a header of " + length + " bytes where the file has " + most + " left");
        }
        if (length == 0 || file.u8(start + length - 1) != '\n') {
            throw file.bad(start + length, "the header ends without a newline");
        }
        return dictionary(file, new TextCursor(file, start, (int) length), start + length);
    }

    private static void requireLength(Bytes file, int length) throws IOException {
        if (file.length() < length) {
            throw file.bad(file.length(), "cut short: the header takes " + length + " bytes or more");
        }
    }

    private static NpyHeader dictionary(Bytes file, TextCursor cursor, long begin) throws IOException {
        Set<String> keys = new HashSet<>();
        ByteOrder order = null;
        boolean fortranOrder = false;
        Dimensions dimensions = null;
        cursor.expect('{');
        while (!cursor.accept('}')) {
            String key = quoted(cursor);
            if (!keys.add(key)) {
                throw cursor.bad("the key " + Bytes.quote(key) + " a second time");
            }
            cursor.expect(':');
            switch (key) {
                case "descr" -> order = order(cursor);
                case "fortran_order" -> fortranOrder = bool(cursor);
                case "shape" -> dimensions = shape(file, cursor);
                default -> throw cursor.bad("key " + Bytes.quote(key) + ", allowed: descr, fortran_order, shape");
            }
            if (!cursor.accept(',')) {
                cursor.expect('}');
                break;
            }
        }
        cursor.expectEnd();
        if (keys.size() < 3) {
            throw cursor.bad("the header has " + keys + ", wanted: descr, fortran_order, shape");
        }
        return new NpyHeader(order, fortranOrder, dimensions, begin);
    }

    private static ByteOrder order(TextCursor cursor) throws IOException {
        String descr = quoted(cursor);
        return switch (descr) {
            case "<f4" -> ByteOrder.LITTLE_ENDIAN;
            case ">f4" -> ByteOrder.BIG_ENDIAN;
            default -> throw cursor.bad("descr " + Bytes.quote(descr) + ", allowed: <f4 and >f4");
        };
    }

    private static Dimensions shape(Bytes file, TextCursor cursor) throws IOException {
        cursor.skipSpace();
        long at = cursor.position();
        return Dimensions.of(cursor.numbers('(', ')', true), file, at);
    }

    private static boolean bool(TextCursor cursor) throws IOException {
        boolean yes = cursor.accept("True");
        if (!yes && !cursor.accept("False")) {
            throw cursor.bad("True or False wanted, " + cursor.next() + " found");
        }
        return yes;
    }

    /** A Python string of letters, digits and signs, between quotes of either kind; none of these needs an escape. */
    private static String quoted(TextCursor cursor) throws IOException {
        char quote = cursor.accept('"') ? '"' : '\'';
        if (quote == '\'') {
            cursor.expect('\'');
        }
        var text = new StringBuilder();
        while (cursor.peek() != quote) {
            int c = cursor.peek();
            if (c < ' ' || c > '~' || c == '\\') {
                throw cursor.bad("a character of a string wanted, " + cursor.next() + " found");
            }
            text.append((char) c);
            cursor.skip();
        }
        cursor.skip();
        return text.toString();
    }

    /** The header of a tensor in C order, low byte first, padded so that the numbers begin at a multiple of 64. */
    static byte[] of(Tensor tensor) {
        String shape = Arrays.stream(tensor.shape()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        byte[] text = ("{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + (tensor.rank() == 1 ? ",)" : ")")
                        + ", }")
                .getBytes(StandardCharsets.US_ASCII);
        int start = VERSION_END + 2;
        int length = (start + text.length + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        byte[] header = new byte[length];
        Arrays.fill(header, (byte) ' ');
        header[length - 1] = '\n';
        ByteBuffer.wrap(header)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) (length - start))
                .put(text);
        return header;
    }
}
