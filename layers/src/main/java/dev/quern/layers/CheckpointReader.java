// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** Reads the file that {@link Checkpoint} describes, and refuses every other. */
final class CheckpointReader {
    private final Path file;
    private final FileChannel channel;
    private final long length;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private final CRC32 crc = new CRC32();

    /** Where the buffer's first byte lies in the file. */
    private long start;

    private CheckpointReader(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        length = channel.size();
    }

    /** What was read; the arrays in the order of the parts. */
    record Content(long steps, long optimizerSteps, float rate, List<float[]> arrays) {}

    static Content read(Path file, List<Checkpoint.Part> parts) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new CheckpointReader(file, channel).all(parts);
        }
    }

    private Content all(List<Checkpoint.Part> parts) throws IOException {
        for (byte expected : CheckpointWriter.MAGIC) {
            long at = position();
            if (bytes(1, "magic").get() != expected) {
                throw bad(at, "this is no checkpoint: it does not begin with QUERNCKP");
            }
        }
        number("version", Checkpoint.VERSION, bytes(Integer.BYTES, "version").getInt());
        long steps = count("steps");
        long optimizerSteps = count("optimiser steps");
        long at = position();
        float rate = bytes(Float.BYTES, "rate").getFloat();
        if (!(rate >= 0f && rate <= Float.MAX_VALUE)) {
            throw bad(at, "rate = " + rate + ", allowed: 0 or more, finite");
        }
        number("arrays", parts.size(), bytes(Integer.BYTES, "arrays").getInt());
        var arrays = new ArrayList<float[]>();
        for (Checkpoint.Part part : parts) {
            arrays.add(array(part));
        }
        checkEnd();
        return new Content(steps, optimizerSteps, rate, arrays);
    }

    private float[] array(Checkpoint.Part part) throws IOException {
        byte[] wanted = part.name().getBytes(StandardCharsets.UTF_8);
        number(
                "length of the name " + part.name(),
                wanted.length,
                bytes(Integer.BYTES, "name").getInt());
        long at = position();
        byte[] name = new byte[wanted.length];
        for (int i = 0; i < name.length; i++) {
            name[i] = bytes(1, "name").get();
        }
        if (!Arrays.equals(name, wanted)) {
            throw bad(at, "array \"" + new String(name, StandardCharsets.UTF_8) + "\", this model has " + part.name());
        }
        number(
                "floats of " + part.name(),
                part.elements(),
                bytes(Integer.BYTES, part.name()).getInt());
        if ((long) part.elements() * Float.BYTES > length - position()) {
            throw bad(length, "the file ends within " + part.name());
        }
        float[] values = new float[part.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bytes(Float.BYTES, part.name()).getInt());
        }
        return values;
    }

    private void checkEnd() throws IOException {
        crc.update(buffer.array(), 0, buffer.position());
        int expected = (int) crc.getValue();
        long at = position();
        int written = bytes(Integer.BYTES, "CRC-32").getInt();
        if (written != expected) {
            throw bad(at, "CRC-32 %08x, but the bytes before it have %08x".formatted(written, expected));
        }
        if (position() != length) {
            throw bad(position(), (length - position()) + " bytes left over");
        }
    }

    private long count(String what) throws IOException {
        long at = position();
        long value = bytes(Long.BYTES, what).getLong();
        if (value < 0) {
            throw bad(at, what + " = " + value + ", allowed: 0 or more");
        }
        return value;
    }

    private void number(String what, int wanted, int got) throws IOException {
        if (got != wanted) {
            throw bad(position() - Integer.BYTES, what + " = " + got + ", wanted " + wanted);
        }
    }

    private long position() {
        return start + buffer.position();
    }

    /** The buffer with that many bytes or more in it. */
    private ByteBuffer bytes(int count, String what) throws IOException {
        if (buffer.remaining() < count) {
            crc.update(buffer.array(), 0, buffer.position());
            start += buffer.position();
            buffer.compact();
            while (buffer.position() < count) {
                if (channel.read(buffer) < 0) {
                    throw bad(start + buffer.position(), "the file ends within " + what);
                }
            }
            buffer.flip();
        }
        return buffer;
    }

    private IOException bad(long at, String what) {
        return new IOException(file + ", byte " + at + ": " + what);
    }
}
