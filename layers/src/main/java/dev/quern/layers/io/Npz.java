// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's npz: a zip archive with an {@link Npy} file, {@code name.npy}, for each array. Read are stored and deflated
 * entries ({@code numpy.savez} and {@code numpy.savez_compressed}) of archives below 4 GiB. Lengths and CRCs are
 * checked, and nothing may lie between the entries or after them. In messages about an entry's content the byte is
 * counted from the start of that content, unpacked.
 *
 * <p>Memory taken is limited by the file's length; a deflated entry may need 1032 times its bytes, which is the most
 * that DEFLATE packs together.
 *
 * <p>Written are stored entries: what a compressor makes depends on its version, and the bytes are to be the same
 * everywhere.
 */
public final class Npz {
    private static final String SUFFIX = ".npy";
    private static final long MAX_BYTES = 0xFFFF_FFFEL;
    private static final int MAX_ENTRIES = 0xFFFE;

    /** Java wants the directory to fit a name and its other fields into 65,535 bytes. */
    private static final int MAX_NAME = 0xFFFF - 46;

    /** Local header, directory entry and twice the name: what a zip takes for an entry, less the content. */
    private static final int ENTRY_BYTES = 76;

    /** Any time will do, but for the first of 1980: Java then adds another one, in the time zone of the machine. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private Npz() {}

    /**
     * Reads all arrays.
     *
     * @return by name (without {@code .npy}), in the order of the file; unmodifiable
     * @throws IOException when the file cannot be read, or breaks a rule of zip or {@link Npy}
     */
    public static Map<String, Tensor> read(Path path) throws IOException {
        Objects.requireNonNull(path, "path");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            Bytes file = Bytes.map(path, arena);
            for (ZipDirectory.Entry entry : ZipDirectory.read(file)) {
                String name = entry.name();
                if (!name.endsWith(SUFFIX)) {
                    throw file.bad(entry.at(), "entry " + Bytes.quote(name) + " is not named *" + SUFFIX);
                }
                Tensor tensor = Npy.parse(ZipContent.of(file, entry));
                tensors.put(name.substring(0, name.length() - SUFFIX.length()), tensor);
            }
        }
        return Collections.unmodifiableMap(tensors);
    }

    /**
     * Writes arrays in the order of their names' bytes in UTF-8; the same content gives the same bytes.
     *
     * @throws IllegalArgumentException when a name has half of a surrogate pair or more than 65,485 bytes, a tensor has
     *     more than 64 dimensions, or the file would have more than 65,534 entries or 4 GiB
     * @throws IOException when the file cannot be written; what was there before remains
     */
    public static void write(Path path, Map<String, Tensor> tensors) throws IOException {
        Objects.requireNonNull(path, "path");
        Map<String, Tensor> sorted = NamedTensors.of(tensors);
        requireZip(sorted);
        WholeFile.write(path, out -> {
            try (var zip = new ZipOutputStream(out)) {
                for (Map.Entry<String, Tensor> entry : sorted.entrySet()) {
                    zip.putNextEntry(stored(entry.getKey() + SUFFIX, entry.getValue()));
                    Npy.write(zip, entry.getValue());
                    zip.closeEntry();
                }
            }
        });
    }

    private static void requireZip(Map<String, Tensor> tensors) {
        long bytes = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            int name = (entry.getKey() + SUFFIX).getBytes(StandardCharsets.UTF_8).length;
            if (name > MAX_NAME) {
                throw new IllegalArgumentException("name = " + Bytes.quote(entry.getKey()) + " has more than "
                        + (MAX_NAME - SUFFIX.length()) + " bytes");
            }
            bytes += ENTRY_BYTES + 2L * name + size(entry.getValue());
        }
        if (bytes > MAX_BYTES || tensors.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "tensors: " + tensors.size() + " entries with " + bytes + " bytes, allowed in an npz: up to "
                            + MAX_ENTRIES + " with " + MAX_BYTES + "; safetensors holds more");
        }
    }

    private static long size(Tensor tensor) {
        return NpyHeader.of(tensor).length + (long) tensor.elements() * Float.BYTES;
    }

    /** A stored entry has its length and CRC before its content, which is therefore written twice. */
    private static ZipEntry stored(String name, Tensor tensor) throws IOException {
        var crc = new CRC32();
        Npy.write(new CheckedOutputStream(OutputStream.nullOutputStream(), crc), tensor);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(TIME);
        entry.setSize(size(tensor));
        entry.setCrc(crc.getValue());
        return entry;
    }
}
