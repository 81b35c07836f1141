// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;

/** Writes the file that {@link Checkpoint} describes. */
final class CheckpointWriter {
    static final byte[] MAGIC = "QUERNCKP".getBytes(StandardCharsets.US_ASCII);

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32 crc = new CRC32();

    private CheckpointWriter(FileChannel channel) {
        this.channel = channel;
    }

    static void write(Path file, long steps, long optimizerSteps, float rate, List<Checkpoint.Part> parts)
            throws IOException {
        // A neighbour that takes the file's place when it is complete: whoever is interrupted keeps the old one.
        Path directory = file.toAbsolutePath().getParent();
        Path unfinished = Files.createTempFile(directory, file.getFileName().toString(), ".unfinished");
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                new CheckpointWriter(channel).all(steps, optimizerSteps, rate, parts);
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void all(long steps, long optimizerSteps, float rate, List<Checkpoint.Part> parts) throws IOException {
        buffer.put(MAGIC).putInt(Checkpoint.VERSION).putLong(steps).putLong(optimizerSteps);
        buffer.putFloat(rate).putInt(parts.size());
        for (Checkpoint.Part part : parts) {
            byte[] name = part.name().getBytes(StandardCharsets.UTF_8);
            room(Integer.BYTES).putInt(name.length);
            for (byte letter : name) {
                room(1).put(letter);
            }
            room(Integer.BYTES).putInt(part.elements());
            for (int i = 0; i < part.elements(); i++) {
                room(Float.BYTES).putInt(Float.floatToRawIntBits(part.data()[i]));
            }
        }
        flush();
        buffer.putInt((int) crc.getValue());
        flush();
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
