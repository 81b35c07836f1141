// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.layers.Tensor;
import dev.quern.layers.io.Npy;
import dev.quern.layers.io.Npz;
import dev.quern.layers.io.Safetensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that NumPy and the safetensors package of Python wrote, not this project; how is in {@code make_fixtures.py} beside
 * them. They are read to the bit, and what is written here has the very bytes of theirs.
 */
class OtherWritersTest {
    @TempDir
    Path dir;

    private Path fixture(String name) throws IOException {
        try (InputStream in = OtherWritersTest.class.getResourceAsStream(name)) {
            return Disk.file(dir, name, in.readAllBytes());
        }
    }

    private static Tensor numbers(int... shape) {
        float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (37 * i % 101 - 50) / 8f;
        }
        return Tensor.of(data, shape);
    }

    private static Map<String, Tensor> arrays() {
        return Map.of("conv/weights", numbers(3, 3, 2, 4), "conv/bias", numbers(4), "empty", numbers(0, 5));
    }

    @Test
    void arraysOfNumPyAreReadInEitherOrderOfAxesAndBytes() throws IOException {
        Disk.assertSame(numbers(3, 4, 5), Npy.read(fixture("numpy-c.npy")));
        Disk.assertSame(numbers(3, 4, 5), Npy.read(fixture("numpy-fortran.npy")));
        Disk.assertSame(numbers(7), Npy.read(fixture("numpy-big.npy")));
        Disk.assertSame(numbers(), Npy.read(fixture("numpy-scalar.npy")));
        Disk.refusal(fixture("numpy-double.npy"), Npy::read);
    }

    @Test
    void archivesOfNumPyAreReadStoredAndCompressed() throws IOException {
        Disk.assertSame(arrays(), Npz.read(fixture("numpy.npz")));
        Disk.assertSame(arrays(), Npz.read(fixture("numpy-compressed.npz")));
    }

    @Test
    void filesOfSafetensorsAreRead() throws IOException {
        Path path = fixture("f32.safetensors");
        Disk.assertSame(arrays(), Disk.safetensors(path));
        try (Safetensors file = Safetensors.open(path)) {
            assertEquals(Map.of("made with", "safetensors 0.8.0"), file.metadata());
        }
        try (Safetensors file = Safetensors.open(fixture("mixed.safetensors"))) {
            assertEquals(Set.of("half", "whole", "byte"), Set.copyOf(file.names()));
            assertEquals("U8", file.dtype("byte"));
            assertArrayEquals(new int[] {3}, file.shape("byte"));
            Disk.assertSame(numbers(5, 3), file.widened("half"));
            Disk.assertSame(numbers(2, 2), file.tensor("whole"));
        }
    }

    @Test
    void whatIsWrittenHasTheBytesOfTheirs() throws IOException {
        Path ours = dir.resolve("ours");
        Npy.write(ours, numbers(3, 4, 5));
        assertArrayEquals(Files.readAllBytes(fixture("numpy-c.npy")), Files.readAllBytes(ours));
        Npy.write(ours, numbers());
        assertArrayEquals(Files.readAllBytes(fixture("numpy-scalar.npy")), Files.readAllBytes(ours));
        Safetensors.write(ours, arrays(), Map.of("made with", "safetensors 0.8.0"));
        assertArrayEquals(Files.readAllBytes(fixture("f32.safetensors")), Files.readAllBytes(ours));
    }
}
