// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.layers.Tensor;
import dev.quern.layers.io.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;

/** Reads bytes as a file. */
final class Disk {
    private Disk() {}

    /** Reads a whole file of any of the formats. */
    @FunctionalInterface
    interface Reader {
        Object read(Path path) throws IOException;
    }

    /** All tensors of a safetensors file that can be read as floats. */
    static Map<String, Tensor> safetensors(Path path) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(path)) {
            for (String name : file.names()) {
                if (file.dtype(name).matches("F32|F16|BF16")) {
                    tensors.put(name, file.widened(name));
                }
            }
        }
        return tensors;
    }

    static Path file(Path dir, String name, byte[] content) {
        try {
            return Files.write(dir.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails unless these bytes are refused with the file's name, this byte, and all parts of a message. */
    static void refused(Path dir, byte[] content, Reader reader, long at, String... parts) {
        String message = refusal(file(dir, "bad.file", content), reader);
        assertTrue(message.endsWith("at byte " + at), message + "\nwanted: at byte " + at);
        for (String part : parts) {
            assertTrue(message.contains(part), message + "\nlacks: " + part);
        }
    }

    /** Fails unless a call throws just this type, with all parts in the message. */
    static void refusedCall(Class<? extends Exception> type, Executable call, String... parts) {
        String message = assertThrowsExactly(type, call).getMessage();
        for (String part : parts) {
            assertTrue(message != null && message.contains(part), message + "\nlacks: " + part);
        }
    }

    /** The message that a file is refused with; it has the file and a byte. */
    static String refusal(Path file, Reader reader) {
        try {
            reader.read(file);
        } catch (IOException e) {
            return wellFormed(file, e);
        }
        throw new AssertionError("accepted: " + file);
    }

    /** The message, which has the file and a byte and is of bounded length. */
    static String wellFormed(Path file, IOException e) {
        assertEquals(IOException.class, e.getClass(), e.toString());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertTrue(e.getMessage().matches("(?s).*, at byte \\d+"), e.getMessage());
        assertTrue(e.getMessage().length() < 2000, e.getMessage());
        return e.getMessage();
    }

    /** Fails unless shape and every bit agree, payloads of NaN included. */
    static void assertSame(Tensor expected, Tensor actual) {
        assertEquals(Arrays.toString(expected.shape()), Arrays.toString(actual.shape()));
        for (int i = 0; i < expected.elements(); i++) {
            int wanted = Float.floatToRawIntBits(expected.data()[i]);
            int got = Float.floatToRawIntBits(actual.data()[i]);
            assertEquals(Integer.toHexString(wanted), Integer.toHexString(got), "element " + i);
        }
    }

    static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, tensor) -> assertSame(tensor, actual.get(name)));
    }
}
