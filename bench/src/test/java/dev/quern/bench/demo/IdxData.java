// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes IDX files for the tests, right ones and any others. */
final class IdxData {
    private IdxData() {}

    /** The uncompressed bytes of a file of images, each pixel of its own value. */
    static byte[] images(int count, int rows, int columns) {
        var data = ByteBuffer.allocate(16 + count * rows * columns);
        data.putInt(0x803).putInt(count).putInt(rows).putInt(columns);
        for (int i = 0; data.hasRemaining(); i++) {
            data.put((byte) (i * 31 + i / 251));
        }
        return data.array();
    }

    /** The uncompressed bytes of a file of labels 0, 1, … 9, 0, … */
    static byte[] labels(int count) {
        var data = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            data.put((byte) (i % 10));
        }
        return data.array();
    }

    /** Four big-endian numbers of 32 bits, or fewer. */
    static byte[] words(int... words) {
        var data = ByteBuffer.allocate(4 * words.length);
        for (int word : words) {
            data.putInt(word);
        }
        return data.array();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Writes the four files of a data set. */
    static void write(Path directory, int train, int test) throws IOException {
        Files.write(directory.resolve(ImageSet.TRAIN_IMAGES), gzip(images(train, 28, 28)));
        Files.write(directory.resolve(ImageSet.TRAIN_LABELS), gzip(labels(train)));
        Files.write(directory.resolve(ImageSet.TEST_IMAGES), gzip(images(test, 28, 28)));
        Files.write(directory.resolve(ImageSet.TEST_LABELS), gzip(labels(test)));
    }
}
