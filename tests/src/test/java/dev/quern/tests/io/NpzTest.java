// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.layers.Tensor;
import dev.quern.layers.io.Npz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** npz files built from the definition of zip, both ways, and broken in every way. */
class NpzTest {
    private static final byte[] ARRAY = array(1.5f, Float.intBitsToFloat(0x7F80_0001));
    private static final Tensor TENSOR = Tensor.of(new float[] {1.5f, Float.intBitsToFloat(0x7F80_0001)}, 2);

    @TempDir
    Path dir;

    /** The npy file of a vector, with the padding that is written. */
    private static byte[] array(float... values) {
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + values.length + ",), }";
        return Raw.npy(
                text + " ".repeat(117 - text.length()), new Raw().floats(values).toBytes());
    }

    @Test
    void writesTheBytesOfTheDefinition() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b/weights", TENSOR);
        tensors.put("a", Tensor.of(new float[] {7}, 1));
        Path path = dir.resolve("w.npz");
        Npz.write(path, tensors);
        var wanted = new ZipBytes();
        wanted.version = 10;
        wanted.flags = 0x800;
        wanted.add("a.npy", array(7)).add("b/weights.npy", ARRAY);
        assertArrayEquals(wanted.toBytes(), Files.readAllBytes(path));
        Disk.assertSame(tensors, Npz.read(path));
    }

    @Test
    void readsStoredAndDeflatedEntriesInTheOrderOfTheFile() throws IOException {
        var zip = new ZipBytes();
        zip.add("z.npy", ARRAY);
        zip.method = 8;
        zip.localExtra = new byte[20];
        zip.add("a.npy", ARRAY);
        zip.flags = 0x800;
        zip.add("é.npy", array(3));
        Map<String, Tensor> read = Npz.read(Disk.file(dir, "r.npz", zip.toBytes()));
        assertEquals(List.of("z", "a", "é"), List.copyOf(read.keySet()));
        Disk.assertSame(TENSOR, read.get("z"));
        Disk.assertSame(TENSOR, read.get("a"));
        assertEquals(3, read.get("é").data()[0]);
        assertEquals(Map.of(), Npz.read(Disk.file(dir, "none.npz", new ZipBytes().toBytes())));
    }

    @Test
    void readsWhatAStreamingZipWriterMakes() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            // Deflated with a data descriptor after each entry.
            for (String name : new String[] {"x.npy", "y.npy"}) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(ARRAY);
            }
        }
        Map<String, Tensor> read = Npz.read(Disk.file(dir, "s.npz", bytes.toByteArray()));
        Disk.assertSame(TENSOR, read.get("x"));
        Disk.assertSame(TENSOR, read.get("y"));
    }

    /** {@code numpy.savez} and {@code numpy.savez_compressed} of NumPy 2.4.6 with w = [[1, -2.5]] and b = [0.25]. */
    @Test
    void readsWhatNumPyWrote() throws IOException {
        String stored = "UEsDBC0AAAAAAAAAIQAz4XmS//////////8FABQAdy5ucHkBABAAiAAAAAAAAACIAAAAAAAAAJNOVU1QWQEAdgB7J2Rl"
                + "c2NyJzogJzxmNCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgxLCAyKSwgfSAgICAgICAgICAgICAg"
                + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAACAPwAAIMBQSwMELQAAAAAAAAAhAMcG"
                + "UAT//////////wUAFABiLm5weQEAEACEAAAAAAAAAIQAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2Zv"
                + "cnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
                + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA+UEsBAi0DLQAAAAAAAAAhADPheZKIAAAAiAAAAAUAAAAAAAAA"
                + "AAAAAIABAAAAAHcubnB5UEsBAi0DLQAAAAAAAAAhAMcGUASEAAAAhAAAAAUAAAAAAAAAAAAAAIABvwAAAGIubnB5UEsF"
                + "BgAAAAACAAIAZgAAAHoBAAAAAA==";
        String deflated = "UEsDBC0AAAAIAAAAIQAz4XmS//////////8FABQAdy5ucHkBABAAiAAAAAAAAABOAAAAAAAAAJvsF+obEMnIUMZQrZ6S"
                + "WpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GoY6CkaaOgq1CmQDLgaGBnsGBoUDAFBLAwQt"
                + "AAAACAAAACEAxwZQBP//////////BQAUAGIubnB5AQAQAIQAAAAAAAAASAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRu"
                + "paBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFAAuBoYGOwBQSwECLQMtAAAACAAAACEA"
                + "M+F5kk4AAACIAAAABQAAAAAAAAAAAAAAgAEAAAAAdy5ucHlQSwECLQMtAAAACAAAACEAxwZQBEgAAACEAAAABQAAAAAA"
                + "AAAAAAAAgAGFAAAAYi5ucHlQSwUGAAAAAAIAAgBmAAAABAEAAAAA";
        for (String archive : new String[] {stored, deflated}) {
            Map<String, Tensor> read =
                    Npz.read(Disk.file(dir, "np.npz", Base64.getDecoder().decode(archive)));
            Disk.assertSame(Tensor.of(new float[] {1, -2.5f}, 1, 2), read.get("w"));
            Disk.assertSame(Tensor.of(new float[] {0.25f}, 1), read.get("b"));
        }
    }

    @Test
    void aLargeArrayOfZerosIsNoBomb() throws IOException {
        var zip = new ZipBytes();
        zip.method = 8;
        zip.add("zeros.npy", array(new float[1 << 20]));
        byte[] bytes = zip.toBytes();
        assertTrue(bytes.length < 6000, "packed to " + bytes.length);
        assertEquals(
                1 << 20, Npz.read(Disk.file(dir, "z.npz", bytes)).get("zeros").elements());
    }

    @Test
    void aFileCutAnywhereIsRefused() {
        var zip = new ZipBytes().add("a.npy", ARRAY);
        zip.method = 8;
        byte[] whole = zip.add("b.npy", ARRAY).toBytes();
        for (int length = 0; length < whole.length; length++) {
            Disk.refusal(Disk.file(dir, "cut", Arrays.copyOf(whole, length)), Npz::read);
        }
    }

    @Test
    void bytesLeftOverBeforeBetweenAndAfterAreRefused() {
        byte[] good = new ZipBytes().add("a.npy", ARRAY).toBytes();
        refused(Arrays.copyOf(good, good.length + 1), "something after its end record");
        refused(new Raw().bytes(0).bytes(good).toBytes(), "does not end at byte");
        for (int flags : new int[] {0, 8}) {
            var zip = new ZipBytes();
            zip.flags = flags;
            zip.after = new byte[flags == 0 ? 1 : 25];
            refused(zip.add("a.npy", ARRAY).add("b.npy", ARRAY).toBytes(), "a hole of " + zip.after.length);
        }
        byte[] comment = new Raw().bytes(good).bytes('x').toBytes();
        comment[good.length - 2] = 1;
        refused(comment, "something after its end record");
    }

    @Test
    void everyNumberOfAnEntryIsChecked() {
        entry(zip -> zip.crcError = 1, "damaged: another CRC-32", "at byte 35");
        entry(zip -> zip.packedError = 1, "stored entry of 137 bytes that stands for 136");
        entry(zip -> zip.sizeError = -1, "stored entry of 136 bytes that stands for 135");
        entry(zip -> zip.packedError = zip.sizeError = 1, "ends after byte");
        entry(zip -> zip.packedError = zip.sizeError = -1, "a hole of 1 bytes");
        entry(zip -> zip.packedError = 0xFFFF_FFFFL - 136, "zip64");
        entry(zip -> zip.localError = 1, "a hole of 1 bytes");
        entry(zip -> zip.localError = 1000, "a hole of 1000 bytes");
        entry(zip -> zip.localError = 0xFFFF_FFFFL, "zip64");
        entry(zip -> zip.method = 1, "method 1");
        entry(zip -> zip.flags = 1, "flags 1", "not encrypted");
        entry(zip -> zip.localName = "b.npy", "name or method is not that of the directory, \"a.npy\"");
        entry(zip -> zip.localName = "x".repeat(60_000), "name or method");
    }

    @Test
    void aDeflatedEntryUnpacksToWhatItPromises() {
        deflated(zip -> zip.sizeError = 1, "does not unpack to just the 137 bytes");
        deflated(zip -> zip.sizeError = -1, "does not unpack to just the 135 bytes");
        deflated(zip -> zip.sizeError = 0x7FFF_0000L, "unpacks to 2147418248, which it cannot");
        deflated(zip -> zip.sizeError = 0xFFFF_FFF0L - 136, "which it cannot");
        deflated(zip -> zip.crcError = 1, "another CRC-32");
        var zip = new ZipBytes();
        zip.method = 8;
        byte[] bytes = zip.add("a.npy", ARRAY).toBytes();
        bytes[35] |= 6;
        refused(bytes, "entry \"a.npy\" is damaged");
    }

    @Test
    void entriesDoNotOverlapOrRepeat() {
        var zip = new ZipBytes().add("a.npy", ARRAY);
        refused(zip.add("a.npy", ARRAY).toBytes(), "\"a.npy\" a second time");
        var overlap = new ZipBytes().add("a.npy", ARRAY);
        overlap.localError = -171;
        refused(overlap.add("b.npy", ARRAY).toBytes(), "two entries overlap");
    }

    @Test
    void namesAreStrict() {
        refused(new ZipBytes().add("a.txt", ARRAY).toBytes(), "\"a.txt\" is not named *.npy");
        refused(new ZipBytes().add("é.npy", ARRAY).toBytes(), "not marked as UTF-8");
        var zip = new ZipBytes();
        zip.flags = 0x800;
        byte[] bytes = zip.add("a.npy", ARRAY).toBytes();
        int directory = 30 + 5 + 136;
        bytes[directory + 46] = (byte) 0xFF;
        refused(bytes, "not UTF-8", "at byte " + (directory + 46));
    }

    @Test
    void theEndRecordIsChecked() {
        byte[] good = new ZipBytes().add("a.npy", ARRAY).toBytes();
        int end = good.length - 22;
        changed(good, end + 4, 1, "several disks");
        changed(good, end + 8, 2, "several disks");
        changed(good, end + 12, 0, "does not end at byte");
        changed(good, end + 16, 0, "does not end at byte");
        byte[] two = good.clone();
        two[end + 8] = two[end + 10] = 2;
        refused(two, "entry 1 of 2", "at byte " + end);
        byte[] none = good.clone();
        none[end + 8] = none[end + 10] = 0;
        refused(none, "left over in the directory");
        byte[] many = good.clone();
        Arrays.fill(many, end + 8, end + 12, (byte) 0xFF);
        refused(many, "zip64");
    }

    @Test
    void aBadArrayIsRefusedWithItsEntry() {
        byte[] bytes = new ZipBytes().add("a.npy", Arrays.copyOf(ARRAY, 135)).toBytes();
        refused(bytes, "entry \"a.npy\": cut short", "at byte 135");
    }

    @Test
    void wrongArgumentsAreNamed() {
        Path path = dir.resolve("no.npz");
        Disk.refusedCall(NullPointerException.class, () -> Npz.read(null), "path");
        Disk.refusedCall(NullPointerException.class, () -> Npz.write(path, null), "tensors");
        String longest = "x".repeat(65_485);
        Disk.refusedCall(
                IllegalArgumentException.class, () -> Npz.write(path, Map.of(longest + "x", TENSOR)), "65485 bytes");
        Tensor huge = Tensor.of(new float[0], 0);
        Map<String, Tensor> many = new LinkedHashMap<>();
        for (int i = 0; i <= 65_534; i++) {
            many.put("t" + i, huge);
        }
        Disk.refusedCall(IllegalArgumentException.class, () -> Npz.write(path, many), "65535 entries", "65534");
        assertFalse(Files.exists(path));
    }

    @Test
    void theLongestNameIsReadBack() throws IOException {
        Path path = dir.resolve("name.npz");
        String name = "x".repeat(65_485);
        Npz.write(path, Map.of(name, TENSOR));
        Disk.assertSame(TENSOR, Npz.read(path).get(name));
    }

    @Test
    void theSameTensorsGiveTheSameBytes() throws IOException {
        Map<String, Tensor> backwards = new LinkedHashMap<>();
        Map<String, Tensor> forwards = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            backwards.put("t" + (19 - i), TENSOR);
            forwards.put("t" + i, TENSOR);
        }
        Npz.write(dir.resolve("1"), backwards);
        Npz.write(dir.resolve("2"), forwards);
        assertArrayEquals(Files.readAllBytes(dir.resolve("1")), Files.readAllBytes(dir.resolve("2")));
    }

    private interface Change {
        void make(ZipBytes zip);
    }

    private void entry(Change change, String... parts) {
        var zip = new ZipBytes();
        change.make(zip);
        refused(zip.add("a.npy", ARRAY).toBytes(), parts);
    }

    private void deflated(Change change, String... parts) {
        entry(
                zip -> {
                    zip.method = 8;
                    change.make(zip);
                },
                parts);
    }

    private void changed(byte[] good, int at, int value, String part) {
        byte[] bytes = good.clone();
        bytes[at] = (byte) value;
        refused(bytes, part);
    }

    private void refused(byte[] bytes, String... parts) {
        String message = Disk.refusal(Disk.file(dir, "bad.npz", bytes), Npz::read);
        for (String part : parts) {
            assertTrue(message.contains(part), message + "\nlacks: " + part);
        }
    }
}
