// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.quern.layers.Tensor;
import dev.quern.layers.io.Npy;
import dev.quern.layers.io.Npz;
import dev.quern.layers.io.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any tensors come back bit for bit; any damage to a file is an IOException or harmless, and never takes much memory. */
class IoProperties {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Objects for a file however small: channels, messages, the inflater's own, classes at their first use. */
    private static final long ALLOWANCE = 1_000_000;

    private static Path dir;

    @BeforeContainer
    static void makeDirectory() throws IOException {
        dir = Files.createTempDirectory("quern-io");
    }

    @AfterContainer
    static void deleteDirectory() throws IOException {
        try (var files = Files.list(dir)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(dir);
    }

    @Property(tries = 100, seed = "1", edgeCases = EdgeCasesMode.NONE)
    void tensorsComeBackBitForBit(@ForAll long seed) throws IOException {
        Map<String, Tensor> tensors = tensors(new SplittableRandom(seed));
        Path path = dir.resolve("round");
        Map<String, String> metadata = Map.of("k\u0000\"\\", "ü\uD83D\uDE00\n");
        Safetensors.write(path, tensors, metadata);
        Disk.assertSame(tensors, Disk.safetensors(path));
        byte[] first = Files.readAllBytes(path);
        Safetensors.write(path, new TreeMap<>(tensors), metadata);
        assertArrayEquals(first, Files.readAllBytes(path));
        try (Safetensors file = Safetensors.open(path)) {
            assertTrue(file.metadata().equals(metadata));
        }
        Npz.write(path, tensors);
        Disk.assertSame(tensors, Npz.read(path));
        for (Tensor tensor : tensors.values()) {
            Npy.write(path, tensor);
            Disk.assertSame(tensor, Npy.read(path));
        }
    }

    @Property(tries = 600, seed = "2", edgeCases = EdgeCasesMode.NONE)
    void aDamagedSafetensorsFileIsRefusedOrValid(@ForAll long seed) throws IOException {
        var random = new SplittableRandom(seed);
        Path path = dir.resolve("damaged.safetensors");
        Safetensors.write(path, tensors(random), random.nextBoolean() ? Map.of("a", "b") : Map.of());
        survives(path, random, Disk::safetensors, 100);
    }

    @Property(tries = 600, seed = "3", edgeCases = EdgeCasesMode.NONE)
    void aDamagedNpyFileIsRefusedOrValid(@ForAll long seed) throws IOException {
        var random = new SplittableRandom(seed);
        Path path = dir.resolve("damaged.npy");
        Npy.write(path, tensor(random));
        survives(path, random, Npy::read, 8);
    }

    @Property(tries = 300, seed = "4", edgeCases = EdgeCasesMode.NONE)
    void aDamagedNpzFileIsRefusedOrValid(@ForAll long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var zip = new ZipBytes();
        for (Map.Entry<String, Tensor> entry : tensors(random).entrySet()) {
            zip.method = random.nextBoolean() ? 8 : 0;
            zip.flags = 0x800;
            Path npy = dir.resolve("part.npy");
            Npy.write(npy, entry.getValue());
            zip.add(entry.getKey() + ".npy", Files.readAllBytes(npy));
        }
        survives(Disk.file(dir, "damaged.npz", zip.toBytes()), random, Npz::read, 2 * 1032);
    }

    /** Damages the file in a few places and reads it. */
    private static void survives(Path path, SplittableRandom random, Disk.Reader reader, long bytesPerByte)
            throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
            bytes = damaged(bytes, random);
        }
        Files.write(path, bytes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            reader.read(path);
        } catch (IOException e) {
            Disk.wellFormed(path, e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        long allowed = ALLOWANCE + bytesPerByte * bytes.length;
        assertTrue(allocated <= allowed, allocated + " bytes allocated for a file of " + bytes.length);
    }

    private static byte[] damaged(byte[] bytes, SplittableRandom random) {
        // Most headers come first, and there the damage is more interesting than among the numbers.
        int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 200) : bytes.length);
        int length = random.nextInt(Math.min(bytes.length - at, 9));
        byte[] result = bytes.clone();
        switch (random.nextInt(7)) {
            case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> result[at] = (byte) random.nextInt();
            case 2 -> result[at] = (byte) "0123456789{}[](),:'\"\\ <f".charAt(random.nextInt(24));
            case 3 -> Arrays.fill(result, at, at + length, (byte) 0xFF);
            case 4 -> result = Arrays.copyOf(bytes, at);
            case 5 -> // Some bytes twice.
                result = new Raw()
                        .bytes(Arrays.copyOf(bytes, at + length))
                        .bytes(Arrays.copyOfRange(bytes, at, bytes.length))
                        .toBytes();
            default -> // Some bytes gone.
                result = new Raw()
                        .bytes(Arrays.copyOf(bytes, at))
                        .bytes(Arrays.copyOfRange(bytes, at + length, bytes.length))
                        .toBytes();
        }
        return result;
    }

    private static Map<String, Tensor> tensors(SplittableRandom random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            var name = new StringBuilder();
            random.ints(random.nextInt(6), 0, 0x300).forEach(name::appendCodePoint);
            tensors.put(random.nextInt(4) == 0 ? name.toString() : "layer_" + i + "/weights", tensor(random));
        }
        return tensors;
    }

    private static Tensor tensor(SplittableRandom random) {
        int[] shape = random.ints(random.nextInt(5), 0, 5).toArray();
        int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] data = new float[elements + random.nextInt(3)];
        for (int i = 0; i < data.length; i++) {
            data[i] = Float.intBitsToFloat(random.nextInt() | (random.nextInt(4) == 0 ? 0x7F80_0000 : 0));
        }
        return Tensor.of(data, shape);
    }
}
