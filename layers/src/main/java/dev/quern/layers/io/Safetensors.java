// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A safetensors file, mapped into memory: a tensor is read when it is asked for. The format is that of the safetensors
 * project (README, "Format"):
 *
 * <pre>
 * 8 bytes  n, unsigned, low byte first: the length of the header, at most 100,000,000
 * n bytes  JSON in UTF-8, beginning with '{', white space at its end allowed:
 *          {"__metadata__": {text: text, …}, name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}
 * the rest data, row-major and low byte first; offsets count from its start
 * </pre>
 *
 * <p>{@link #open} checks all of it: names are unique and well-formed, every tensor's bytes are those that its shape and
 * type need, and together they fill the rest of the file without holes or overlap. Beyond the format it refuses fields
 * other than these three, more than 64 dimensions, more than 2³¹-1 elements in a tensor, and types of less than a byte.
 *
 * <p>Many threads may read at once. The file must not be cut while it is open: the operating system reports that as an
 * error in the thread that reads.
 */
public final class Safetensors implements AutoCloseable {
    private final Bytes file;
    private final Arena arena;
    private final SafetensorsHeader header;

    private Safetensors(Bytes file, Arena arena) throws IOException {
        this.file = file;
        this.arena = arena;
        header = SafetensorsHeader.parse(file);
    }

    /**
     * Maps a file and checks its header.
     *
     * @throws IOException when it cannot be read or breaks a rule of the format; the message has the file and the byte
     */
    public static Safetensors open(Path path) throws IOException {
        Objects.requireNonNull(path, "path");
        Arena arena = Arena.ofShared();
        try {
            return new Safetensors(Bytes.map(path, arena), arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /** The names of the tensors, in the order of their data. */
    public List<String> names() {
        return List.copyOf(header.entries().keySet());
    }

    /** The text that came with the tensors; empty when there was none. Unmodifiable. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * A tensor's shape.
     *
     * @throws IllegalArgumentException when there is no such tensor
     */
    public int[] shape(String name) {
        return entry(name).shape().clone();
    }

    /**
     * A tensor's element type as the file names it, such as {@code F32}.
     *
     * @throws IllegalArgumentException when there is no such tensor
     */
    public String dtype(String name) {
        return entry(name).dtype().name();
    }

    /**
     * Reads a tensor of type F32.
     *
     * @throws IllegalArgumentException when there is no such tensor
     * @throws IllegalStateException when the file is closed
     * @throws IOException when the tensor has another type
     */
    public Tensor tensor(String name) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        if (entry.dtype() == Dtype.F16 || entry.dtype() == Dtype.BF16) {
            throw wrongType(name, entry, "F32; widened(name) makes floats of F16 and BF16");
        }
        return widened(name);
    }

    /**
     * Reads a tensor of type F32, F16 or BF16 as floats. Each number of the smaller types is one of float too, so nothing
     * is rounded; the payload of a NaN keeps its place at the upper end of the fraction.
     *
     * @throws IllegalArgumentException when there is no such tensor
     * @throws IllegalStateException when the file is closed
     * @throws IOException when the tensor has another type
     */
    public Tensor widened(String name) throws IOException {
        SafetensorsHeader.Entry entry = entry(name);
        if (entry.dtype() != Dtype.F32 && entry.dtype() != Dtype.F16 && entry.dtype() != Dtype.BF16) {
            throw wrongType(name, entry, "F32, F16 or BF16");
        }
        float[] data = new float[entry.elements()];
        copy(entry, data);
        return Tensor.of(data, entry.shape());
    }

    /** Refuses a file with tensors of other types. */
    void requireF32() throws IOException {
        for (Map.Entry<String, SafetensorsHeader.Entry> tensor :
                header.entries().entrySet()) {
            if (tensor.getValue().dtype() != Dtype.F32) {
                throw wrongType(tensor.getKey(), tensor.getValue(), "F32");
            }
        }
    }

    /** Copies a tensor of type F32 into an array that has room for it. */
    void copy(String name, float[] dst) {
        copy(entry(name), dst);
    }

    private void copy(SafetensorsHeader.Entry entry, float[] dst) {
        if (!arena.scope().isAlive()) {
            throw new IllegalStateException(file.name() + " is closed");
        }
        switch (entry.dtype()) {
            case F16 -> FloatBytes.readF16(file.segment(), entry.begin(), dst, entry.elements());
            case BF16 -> FloatBytes.readBf16(file.segment(), entry.begin(), dst, entry.elements());
            default -> FloatBytes.read(file.segment(), entry.begin(), ByteOrder.LITTLE_ENDIAN, dst, entry.elements());
        }
    }

    private IOException wrongType(String name, SafetensorsHeader.Entry entry, String allowed) {
        return file.bad(
                entry.begin(), "tensor " + Bytes.quote(name) + " has dtype " + entry.dtype() + ", allowed: " + allowed);
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(Objects.requireNonNull(name, "name"));
        if (entry == null) {
            throw new IllegalArgumentException("name = " + Bytes.quote(name) + ", allowed: one of the "
                    + header.entries().size() + " names of " + file.name());
        }
        return entry;
    }

    /**
     * Writes tensors, as F32, in the order of their names' bytes in UTF-8; so is the text. The same content gives the
     * same bytes.
     *
     * @param metadata text to go with them; may be empty
     * @throws IllegalArgumentException when a name is {@code __metadata__} or has half of a surrogate pair, a tensor has
     *     more than 64 dimensions, or the header would take more than 100,000,000 bytes
     * @throws IOException when the file cannot be written; what was there before remains
     */
    public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Objects.requireNonNull(path, "path");
        Map<String, Tensor> sorted = NamedTensors.of(tensors);
        byte[] header = SafetensorsText.of(sorted, Objects.requireNonNull(metadata, "metadata"));
        WholeFile.write(path, out -> {
            out.write(header);
            for (Tensor tensor : sorted.values()) {
                FloatBytes.write(tensor, out);
            }
        });
    }

    /** Releases the mapping. Tensors that were read remain. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
