// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every rule of the format, broken: one exception with the file, the fault and the byte. */
class SafetensorsBadFileTest {
    private static final String GOOD = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[1,1],\"data_offsets\":[8,10]}}";

    /** Where the first number of {@link #shape} stands. */
    private static final int SHAPE = 8 + shape("").indexOf("[]") + 1;

    /** Where the second name of {@link #tensors} stands. */
    private static final int SECOND =
            8 + tensors("a", "F32", "[1]", 0, 4, "b", "F32", "[1]", 4, 8).indexOf("\"b\"");

    @TempDir
    Path dir;

    @Test
    void aFileCutAnywhereIsRefused() {
        byte[] whole = Raw.safetensors(GOOD, new byte[10]);
        for (int length = 0; length < whole.length; length++) {
            String message = refused(Arrays.copyOf(whole, length));
            boolean inHeader = length < 8 + GOOD.length();
            assertTrue(message.contains(length < 8 ? "cut short" : inHeader ? "a header of" : "cut short"), message);
        }
    }

    @Test
    void bytesLeftOverAreRefused() {
        refused(Raw.safetensors(GOOD, new byte[11]), 8 + GOOD.length() + 10, "1 bytes left over");
        refused(Raw.safetensors("{}", new byte[3]), 10, "3 bytes left over");
    }

    @Test
    void theLengthOfTheHeaderIsComparedWithTheFile() {
        for (long length : new long[] {3, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1, 100_000_001}) {
            byte[] bytes = new Raw().u64(length).text("{}").toBytes();
            refused(bytes, 0, "header of " + Long.toUnsignedString(length) + " bytes", "up to 2");
        }
        byte[] overlong = new byte[100_000_010];
        System.arraycopy(new Raw().u64(100_000_001).toBytes(), 0, overlong, 0, 8);
        refused(overlong, 0, "header of 100000001 bytes", "up to 100000000");
    }

    @Test
    void theHeaderBeginsWithABrace() {
        header("", 8, "'{'");
        header(" {}", 8, "wanted '{'");
        header("[]", 8, "'['", "wanted '{'");
        header("\uFEFF{}", 8, "byte 239");
        header("\u0000\u0000", 8, "byte 0");
    }

    @Test
    void theHeaderIsStrictJson() {
        header("{", 9, "'\"' wanted", "end of the header");
        header("{} x", 11, "the end of the header wanted, 'x'");
        header("{}\u0000", 10, "byte 0");
        header("{\"a\"}", 12, "':' wanted");
        header("{a:1}", 9, "'\"' wanted, 'a' found");
        header("{,}", 9, "','");
        header(GOOD.replace("}}", "},}"), 8 + GOOD.length(), "'\"' wanted, '}' found");
        header("{\"a", 11, "'\"' wanted");
        header("{\"a\tb\":", 11, "byte 9 found");
        header("{\"a\\", 12, "escape");
        header("{\"\\x\":", 11, "escape", "'x'");
        header("{\"\\u12G4\":", 14, "hexadecimal", "'G'");
        header("{\"\\u12", 14, "hexadecimal");
        header("{\"\\ud800\":", 16, "surrogate");
        header("{\"\\ude00\":", 16, "surrogate");
        header("{\"\\ud800\\ud800\":", 22, "surrogate");
    }

    @Test
    void namesAreUtf8() {
        for (byte[] name : new byte[][] {
            {(byte) 0xFF},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xE2, (byte) 0x82}
        }) {
            byte[] header = new Raw().text("{\"ok").bytes(name).text("\":").toBytes();
            refused(new Raw().u64(header.length).bytes(header).toBytes(), 12, "not UTF-8");
        }
    }

    @Test
    void noNameStandsTwice() {
        header(tensors("a", "F32", "[1]", 0, 4, "a", "F32", "[1]", 4, 8), SECOND, "\"a\" a second time");
        header(tensors("a", "F32", "[1]", 0, 4, "\\u0061", "F32", "[1]", 4, 8), SECOND, "\"a\" a second time");
        header("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 33, "\"k\" a second time");
        header("{\"__metadata__\":{},\"__metadata__\":{}}", 27, "\"__metadata__\" a second time");
        header("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 28, "\"dtype\" a second time");
    }

    @Test
    void metadataIsText() {
        header("{\"__metadata__\":{\"k\":1}}", 29, "'\"' wanted, '1' found");
        header("{\"__metadata__\":{\"k\":null}}", 29, "'\"' wanted, 'n' found");
        header("{\"__metadata__\":[]}", 24, "'{' wanted, '[' found");
    }

    @Test
    void aTensorHasItsThreeFields() {
        header("{\"a\":{}}", 13, "\"a\" without", "dtype", "shape", "data_offsets");
        header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 13, "\"a\" without");
        header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 13, "two numbers");
        header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}", 13, "two numbers");
        header("{\"a\":{\"dtype\":\"f32\"}}", 27, "unknown dtype \"f32\"");
        header("{\"a\":{\"dtype\":7}}", 22, "'\"' wanted, '7' found");
        header("{\"a\":{\"stride\":[1]}}", 23, "\"stride\"", "allowed");
        header("{\"a\":3}", 13, "'{' wanted, '3' found");
    }

    @Test
    void numbersAreWholeAndPlain() {
        for (String number : new String[] {"-1", "+1", "\"1\"", "null", "[1]", ",", "]x", "1,", "01", "00"}) {
            header(shape(number), -1);
        }
        for (String number : new String[] {"1.0", "1e0", "1;", "1 1"}) {
            header(shape(number), SHAPE + (number.charAt(1) == ' ' ? 2 : 1), "',' or ']' wanted");
        }
        header(shape("9223372036854775808"), -1, "above 2^63-1");
        header(shape("1".repeat(400)), -1, "above 2^63-1");
    }

    @Test
    void sizesThatOverflowAreRefused() {
        header(shape("2147483648"), 13, "more than 2147483647 elements");
        header(shape("9223372036854775807"), 13, "more than 2147483647 elements");
        header(shape("65536,65536"), 13, "[65536, 65536]", "more than 2147483647 elements");
        header(shape("4294967296,4294967296"), 13, "more than 2147483647 elements");
        header(shape("2147483647,2147483647,0"), 13, "more than 2147483647 elements");
        header(shape("2147483647"), 13, "8589934588 bytes");
        header(shape("1,".repeat(64) + "1"), SHAPE + 128, "more than 64 numbers");
        header(shape("1,".repeat(1 << 20) + "1"), SHAPE + 128, "more than 64 numbers");
    }

    @Test
    void offsetsFollowEachOther() {
        pair(0, 4, 5, 9, "leaves a hole after byte 4");
        pair(0, 4, 3, 7, "overlaps byte 4");
        pair(0, 4, 0, 4, "overlaps byte 4");
        pair(1, 5, 5, 9, "leaves a hole after byte 0");
        pair(0, 4, 4, 9, "[4, 9], where its shape and F32 need 4 bytes");
        pair(0, 4, 4, 4, "[4, 4], where its shape and F32 need 4 bytes");
        pair(0, 4, 4, 0, "need 4 bytes");
        pair(0, 4, 4, Long.MAX_VALUE, "need 4 bytes");
        pair(0, 4, Long.MAX_VALUE, 4, "leaves a hole");
        refused(
                Raw.safetensors(tensors("a", "F32", "[1]", 4, 8, "b", "F32", "[1]", 0, 4), new byte[7]),
                13,
                "cut short");
    }

    @Test
    void nestingTakesNoStack() {
        header("{\"a\":".repeat(200_000), 18, "\"a\", allowed");
        header("{\"__metadata__\":{\"a\":" + "[".repeat(1_000_000), 29, "'[' found");
        header(shape("[".repeat(1_000_000)), SHAPE, "'[' found");
    }

    private void pair(long begin, long end, long nextBegin, long nextEnd, String part) {
        String header = tensors("a", "F32", "[1]", begin, end, "b", "F32", "[1]", nextBegin, nextEnd);
        String message = refused(Raw.safetensors(header, new byte[8]));
        assertTrue(message.contains(part), message);
    }

    private static String shape(String shape) {
        return "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[0,4]}}";
    }

    /** Two tensors from name, type, shape, begin and end of each. */
    private static String tensors(Object... fields) {
        String one = "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}";
        return ("{" + one + "," + one + "}").formatted(fields);
    }

    private void header(String header, long at, String... parts) {
        byte[] bytes = Raw.safetensors(header, new byte[4]);
        if (at < 0) {
            String message = refused(bytes);
            for (String part : parts) {
                assertTrue(message.contains(part), message);
            }
        } else {
            refused(bytes, at, parts);
        }
    }

    private String refused(byte[] bytes) {
        return Disk.refusal(Disk.file(dir, "bad", bytes), Disk::safetensors);
    }

    private void refused(byte[] bytes, long at, String... parts) {
        Disk.refused(dir, bytes, Disk::safetensors, at, parts);
    }
}
