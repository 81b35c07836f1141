// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quern.layers.Tensor;
import dev.quern.layers.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files built from the definition of the format, both ways. */
class SafetensorsTest {
    /** Two NaNs with payloads, the first signalling, among ordinary numbers. */
    private static final float[] NUMBERS = {
        1.5f, -0f, Float.intBitsToFloat(0x7F80_0001), Float.intBitsToFloat(0xFFC1_2345), Float.MIN_VALUE, -3e38f
    };

    private static final String HEADER = "{\"__metadata__\":{\"a\\\"\\\\\\n\\u0001\":\"é\",\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"empty\":{\"dtype\":\"F32\",\"shape\":[3,0],\"data_offsets\":[24,24]},"
            + "\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[24,28]}}";

    @TempDir
    Path dir;

    @Test
    void writesTheBytesOfTheDefinition() throws IOException {
        Path path = dir.resolve("w.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("scalar", Tensor.of(new float[] {7, 99}));
        tensors.put("empty", Tensor.zeros(3, 0));
        tensors.put("b", Tensor.of(NUMBERS, 2, 3));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put("a\"\\\n\u0001", "é");
        Safetensors.write(path, tensors, metadata);
        String padded = HEADER + " ".repeat(7 - (new Raw().text(HEADER).toBytes().length + 7) % 8);
        byte[] data = new Raw().floats(NUMBERS).floats(7).toBytes();
        assertArrayEquals(Raw.safetensors(padded, data), Files.readAllBytes(path));
        assertFalse(Files.exists(dir.resolve("w.safetensors.part")));
    }

    @Test
    void readsThemBack() throws IOException {
        Path path = Disk.file(
                dir,
                "r",
                Raw.safetensors(HEADER, new Raw().floats(NUMBERS).floats(7).toBytes()));
        try (Safetensors file = Safetensors.open(path)) {
            assertEquals(List.of("b", "empty", "scalar"), file.names());
            assertEquals(Map.of("format", "pt", "a\"\\\n\u0001", "é"), file.metadata());
            assertArrayEquals(new int[] {3, 0}, file.shape("empty"));
            assertEquals("F32", file.dtype("scalar"));
            Disk.assertSame(Tensor.of(NUMBERS, 2, 3), file.tensor("b"));
            Disk.assertSame(Tensor.of(new float[] {7}), file.tensor("scalar"));
            assertEquals(0, file.tensor("empty").elements());
        }
    }

    @Test
    void spacesEscapesAndAnyOrderOfMembersAreJson() throws IOException {
        String header =
                "{ \"z\\u00e9\\uD83D\\ude00\\/\" :\t{\"shape\" : [ 1 ] ,\r\n \"data_offsets\":[4,8],\"dtype\":\"F32\"},"
                        + "\"a\":{\"data_offsets\":[0,4],\"dtype\":\"F32\",\"shape\":[1]} } \n ";
        byte[] bytes = Raw.safetensors(header, new Raw().floats(1, 2).toBytes());
        Map<String, Tensor> tensors = Disk.safetensors(Disk.file(dir, "json", bytes));
        assertEquals(List.of("a", "zé\uD83D\uDE00/"), List.copyOf(tensors.keySet()));
        assertEquals(2, tensors.get("zé\uD83D\uDE00/").data()[0]);
    }

    @Test
    void aFileWithoutTensorsIsOne() throws IOException {
        assertEquals(Map.of(), Disk.safetensors(Disk.file(dir, "none", Raw.safetensors("{}"))));
        Path path = dir.resolve("written");
        Safetensors.write(path, Map.of(), Map.of());
        assertArrayEquals(Raw.safetensors("{}      "), Files.readAllBytes(path));
    }

    @Test
    void everyHalfIsWidenedExactly() throws IOException {
        var halves = new Raw();
        for (int half = 0; half < 1 << 16; half++) {
            halves.u16(half);
        }
        float[] floats = widened("F16", halves.toBytes());
        for (int half = 0; half < 1 << 16; half++) {
            int exponent = half >> 10 & 31;
            int fraction = half & 1023;
            int bits = Float.floatToRawIntBits(floats[half]);
            if (exponent == 31) {
                assertEquals((half & 0x8000) << 16 | 0x7F80_0000 | fraction << 13, bits);
            } else {
                double value = exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(1024 + fraction, exponent - 25);
                float wanted = (float) ((half & 0x8000) != 0 ? -value : value);
                assertEquals(Float.floatToRawIntBits(wanted), bits, "half " + half);
            }
        }
    }

    @Test
    void everyBfloat16IsWidenedExactly() throws IOException {
        var uppers = new Raw();
        for (int upper = 0; upper < 1 << 16; upper++) {
            uppers.u16(upper);
        }
        float[] floats = widened("BF16", uppers.toBytes());
        for (int upper = 0; upper < 1 << 16; upper++) {
            assertEquals(upper << 16, Float.floatToRawIntBits(floats[upper]));
        }
    }

    private float[] widened(String dtype, byte[] data) throws IOException {
        String header = "{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":[65536],\"data_offsets\":[0,131072]}}";
        Path path = Disk.file(dir, dtype, Raw.safetensors(header, data));
        try (Safetensors file = Safetensors.open(path)) {
            assertEquals(dtype, file.dtype("x"));
            assertThrows(IOException.class, () -> file.tensor("x"));
            return file.widened("x").data();
        }
    }

    @Test
    void otherTypesAreListedButNotRead() throws IOException {
        String header = "{\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}";
        Path path = Disk.file(dir, "types", Raw.safetensors(header, new byte[8]));
        try (Safetensors file = Safetensors.open(path)) {
            assertEquals("I64", file.dtype("n"));
            String begin = "at byte " + (8 + header.length());
            Disk.refusedCall(IOException.class, () -> file.tensor("n"), "types", "\"n\"", "I64", "F32", begin);
            Disk.refusedCall(IOException.class, () -> file.widened("n"), "I64", "F16 or BF16", begin);
        }
    }

    @Test
    void wrongArgumentsAreNamed() throws IOException {
        Path path = Disk.file(dir, "x", Raw.safetensors("{}"));
        Safetensors file = Safetensors.open(path);
        Disk.refusedCall(IllegalArgumentException.class, () -> file.shape("a\nb"), "name = \"a?b\"", path.toString());
        Disk.refusedCall(NullPointerException.class, () -> file.dtype(null), "name");
        file.close();
        file.close();
        Disk.refusedCall(NullPointerException.class, () -> Safetensors.open(null), "path");
        assertThrows(NoSuchFileException.class, () -> Safetensors.open(dir.resolve("absent")));
        assertThrows(IOException.class, () -> Safetensors.open(dir));
        Tensor one = Tensor.zeros(1);
        illegal(Map.of("__metadata__", one), Map.of(), "__metadata__");
        illegal(Map.of("\uD800", one), Map.of(), "surrogate");
        illegal(Map.of(), Map.of("k", "\uDC00"), "metadata[\"k\"]", "surrogate");
        illegal(Map.of("deep", Tensor.zeros(new int[65])), Map.of(), "deep", "65 dimensions", "64");
        Map<String, Tensor> nothing = new LinkedHashMap<>();
        nothing.put("w", null);
        Disk.refusedCall(NullPointerException.class, () -> Safetensors.write(path, nothing, Map.of()), "w");
        Disk.refusedCall(NullPointerException.class, () -> Safetensors.write(path, null, Map.of()), "tensors");
        Disk.refusedCall(NullPointerException.class, () -> Safetensors.write(path, Map.of(), null), "metadata");
        assertArrayEquals(Raw.safetensors("{}"), Files.readAllBytes(path));
    }

    @Test
    void aClosedFileIsRefused() throws IOException {
        String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        Safetensors file = Safetensors.open(Disk.file(dir, "c", Raw.safetensors(header, new byte[4])));
        Tensor read = file.tensor("x");
        file.close();
        assertEquals(0f, read.data()[0]);
        Disk.refusedCall(IllegalStateException.class, () -> file.tensor("x"), "c is closed");
    }

    @Test
    void aFileThatIsOpenMayBeReplaced() throws IOException {
        Path path = dir.resolve("again");
        Safetensors.write(path, Map.of("x", Tensor.of(new float[] {1, 2}, 2)), Map.of());
        try (Safetensors old = Safetensors.open(path)) {
            Safetensors.write(path, Map.of("x", Tensor.of(new float[] {3}, 1)), Map.of());
            Disk.assertSame(Tensor.of(new float[] {1, 2}, 2), old.tensor("x"));
        }
        Disk.assertSame(Tensor.of(new float[] {3}, 1), Disk.safetensors(path).get("x"));
    }

    @Test
    void aWriteThatFailsLeavesNothingBehind() throws IOException {
        Path directory = Files.createDirectories(dir.resolve("full/inner")).getParent();
        Map<String, Tensor> tensors = Map.of("x", Tensor.zeros(3));
        assertThrows(IOException.class, () -> Safetensors.write(directory, tensors, Map.of()));
        assertFalse(Files.exists(dir.resolve("full.part")));
        Disk.refusedCall(
                NoSuchFileException.class,
                () -> Safetensors.write(dir.resolve("absent/x"), tensors, Map.of()),
                "absent");
    }

    private void illegal(Map<String, Tensor> tensors, Map<String, String> metadata, String... parts) {
        Path path = dir.resolve("illegal");
        Disk.refusedCall(IllegalArgumentException.class, () -> Safetensors.write(path, tensors, metadata), parts);
        assertFalse(Files.exists(path));
    }
}
