// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.layers.Tensor;
import dev.quern.layers.io.Npy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** npy files built from the definition of the format, both ways, and broken in every way. */
class NpyTest {
    private static final float[] NUMBERS = {
        1.5f, -0f, Float.intBitsToFloat(0x7F80_0001), Float.intBitsToFloat(0xFFC1_2345), Float.MIN_VALUE, -3e38f
    };
    private static final String GOOD = dictionary("<f4", "False", "(2, 3)");

    @TempDir
    Path dir;

    @Test
    void writesTheBytesOfTheDefinition() throws IOException {
        written("(2, 3), }", Tensor.of(NUMBERS, 2, 3), NUMBERS);
        written("(2,), }", Tensor.of(NUMBERS, 2), NUMBERS[0], NUMBERS[1]);
        written("(), }", Tensor.of(NUMBERS), NUMBERS[0]);
        written("(0, 7), }", Tensor.zeros(0, 7));
    }

    private void written(String end, Tensor tensor, float... numbers) throws IOException {
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': " + end;
        byte[] wanted = new Raw()
                .bytes(0x93)
                .text("NUMPY")
                .bytes(1, 0, 118, 0)
                .text(text + " ".repeat(117 - text.length()) + "\n")
                .floats(numbers)
                .toBytes();
        Path path = dir.resolve("w.npy");
        Npy.write(path, tensor);
        assertArrayEquals(wanted, Files.readAllBytes(path));
        Disk.assertSame(tensor, Npy.read(path));
    }

    @Test
    void aLongHeaderTakesMoreBlocksOf64() throws IOException {
        int[] shape = new int[64];
        Arrays.fill(shape, 1);
        shape[3] = 5;
        Tensor tensor = Tensor.of(NUMBERS, shape);
        Path path = dir.resolve("long.npy");
        Npy.write(path, tensor);
        assertEquals(5 * 4, Files.size(path) % 64);
        Disk.assertSame(tensor, Npy.read(path));
    }

    @Test
    void readsEveryVersionSpellingAndByteOrder() throws IOException {
        byte[] little = new Raw().floats(NUMBERS).toBytes();
        Tensor wanted = Tensor.of(NUMBERS, 2, 3);
        read(wanted, Raw.npy(GOOD, little));
        read(wanted, Raw.npy("{\"shape\":(2,3,),'fortran_order':False , \"descr\":'<f4'}   ", little));
        byte[] big = new Raw().floatsHighByteFirst(NUMBERS).toBytes();
        read(wanted, Raw.npy(dictionary(">f4", "False", "(2, 3)"), big));
        for (int version = 2; version <= 3; version++) {
            byte[] bytes = new Raw()
                    .bytes(0x93)
                    .text("NUMPY")
                    .bytes(version, 0)
                    .u32(GOOD.length() + 1)
                    .text(GOOD + "\n")
                    .bytes(little)
                    .toBytes();
            read(wanted, bytes);
        }
    }

    @Test
    void fortranOrderBecomesRowMajor() throws IOException {
        // The array [[1, 2, 3], [4, 5, 6]] column by column.
        byte[] columns = new Raw().floats(1, 4, 2, 5, 3, 6).toBytes();
        Tensor wanted = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        read(wanted, Raw.npy(dictionary("<f4", "True", "(2, 3)"), columns));
        // Element (i, j, k) of shape (2, 2, 2) has the value ijk, and lies at i + 2j + 4k.
        byte[] cube = new Raw().floats(0, 100, 10, 110, 1, 101, 11, 111).toBytes();
        Tensor wantedCube = Tensor.of(new float[] {0, 1, 10, 11, 100, 101, 110, 111}, 2, 2, 2);
        read(wantedCube, Raw.npy(dictionary("<f4", "True", "(2, 2, 2)"), cube));
        read(Tensor.zeros(2, 0, 3), Raw.npy(dictionary("<f4", "True", "(2, 0, 3)")));
        read(
                Tensor.of(new float[] {1}),
                Raw.npy(dictionary("<f4", "True", "()"), new Raw().floats(1).toBytes()));
    }

    private void read(Tensor wanted, byte[] bytes) throws IOException {
        Disk.assertSame(wanted, Npy.read(Disk.file(dir, "r.npy", bytes)));
    }

    @Test
    void aFileCutAnywhereIsRefused() {
        byte[] whole = Raw.npy(GOOD, new byte[24]);
        for (int length = 0; length < whole.length; length++) {
            Disk.refusal(Disk.file(dir, "cut", Arrays.copyOf(whole, length)), Npy::read);
        }
        int header = whole.length - 24;
        refused(Raw.npy(GOOD, new byte[23]), header + 23, "cut short", "24 bytes", "found 23");
        refused(new byte[0], 0, "cut short");
    }

    @Test
    void bytesLeftOverAreRefused() {
        byte[] longer = Raw.npy(GOOD, new byte[25]);
        refused(longer, longer.length - 1, "1 bytes left over");
    }

    @Test
    void magicVersionAndLengthAreChecked() {
        for (int i = 0; i < 6; i++) {
            byte[] bytes = Raw.npy(GOOD, new byte[24]);
            bytes[i] ^= 1;
            refused(bytes, i, "not an npy file");
        }
        for (int[] version : new int[][] {{0, 0}, {4, 0}, {1, 1}, {255, 255}}) {
            byte[] bytes = Raw.npy(GOOD, new byte[24]);
            bytes[6] = (byte) version[0];
            bytes[7] = (byte) version[1];
            refused(bytes, 6, "version " + version[0] + "." + version[1]);
        }
        byte[] bytes = Raw.npy(GOOD, new byte[24]);
        bytes[8] = (byte) 0xFF;
        bytes[9] = (byte) 0xFF;
        refused(bytes, 8, "header of 65535 bytes");
        byte[] two = new Raw()
                .bytes(0x93)
                .text("NUMPY")
                .bytes(2, 0)
                .u32(-1)
                .bytes(new byte[50])
                .toBytes();
        refused(two, 8, "header of 4294967295 bytes", "50 left");
    }

    @Test
    void theHeaderIsStrict() {
        header(GOOD.replace("'descr'", "'desc'"), "key \"desc\"");
        header(GOOD.replace("'descr'", "'shape'"), "wanted");
        header(GOOD.replace("'fortran_order': False", "'descr': '<f4'"), "\"descr\" a second time");
        header("{'descr': '<f4', 'shape': (2, 3)}", "wanted: descr, fortran_order, shape");
        header("{}", "wanted: descr, fortran_order, shape");
        for (String type : new String[] {"<f8", "<f2", "|u1", "=f4", "f4", "<i4", "|O", "<f4\\", "<f4~"}) {
            header(dictionary(type, "False", "(2, 3)"), "");
        }
        header(dictionary("<f8", "False", "(2, 3)"), "descr \"<f8\", allowed: <f4 and >f4");
        header(dictionary("<f4", "false", "(2, 3)"), "True or False wanted, 'f' found");
        header(dictionary("<f4", "0", "(2, 3)"), "True or False wanted");
        for (String shape :
                new String[] {"(6)", "6", "[2, 3]", "(-6,)", "(2 3)", "(,)", "(2L, 3L)", "(6.,)", "(06,)"}) {
            header(dictionary("<f4", "False", shape), "");
        }
        header(dictionary("<f4", "False", "(6)"), "',' missing after the only number");
        header(GOOD + " x", "end of the header wanted, 'x'");
        header(GOOD + "}", "end of the header wanted");
        header("{" + GOOD, "wanted");
        header("{".repeat(60_000), "wanted");
        byte[] noNewline = Raw.npy(GOOD + " ", new byte[24]);
        noNewline[10 + GOOD.length() + 1] = ' ';
        refused(noNewline, 10 + GOOD.length() + 2, "without a newline");
    }

    @Test
    void sizesThatOverflowAreRefused() {
        header(dictionary("<f4", "False", "(65536, 65536)"), "more than 2147483647 elements");
        header(dictionary("<f4", "False", "(9223372036854775807, 4)"), "more than 2147483647 elements");
        header(dictionary("<f4", "False", "(9223372036854775808,)"), "above 2^63-1");
        header(dictionary("<f4", "False", "(2147483647,)"), "cut short: the shape needs 8589934588 bytes");
        header(dictionary("<f4", "False", "(" + "1, ".repeat(65) + ")"), "more than 64 numbers");
    }

    @Test
    void wrongArgumentsAreNamed() {
        Path path = dir.resolve("no.npy");
        Disk.refusedCall(NullPointerException.class, () -> Npy.read(null), "path");
        Disk.refusedCall(NullPointerException.class, () -> Npy.write(null, Tensor.zeros(1)), "path");
        Disk.refusedCall(NullPointerException.class, () -> Npy.write(path, null), "tensor");
        Tensor deep = Tensor.zeros(new int[65]);
        Disk.refusedCall(IllegalArgumentException.class, () -> Npy.write(path, deep), "tensor has 65 dimensions", "64");
        assertFalse(Files.exists(path));
    }

    private static String dictionary(String type, String fortran, String shape) {
        return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
    }

    private void header(String dictionary, String part) {
        byte[] bytes = Raw.npy(dictionary, new byte[24]);
        String message = Disk.refusal(Disk.file(dir, "bad.npy", bytes), Npy::read);
        assertTrue(message.contains(part), message);
    }

    private void refused(byte[] bytes, long at, String... parts) {
        Disk.refused(dir, bytes, Npy::read, at, parts);
    }
}
