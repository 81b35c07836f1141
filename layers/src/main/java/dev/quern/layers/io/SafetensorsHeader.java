// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file holds, with every rule of the format checked.
 *
 * @param entries by name, in the order of the data
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    static final int LENGTH_BYTES = 8;
    static final int MAX_LENGTH = 100_000_000;

    /**
     * One tensor.
     *
     * @param begin of its data, counted from the start of the file
     */
    record Entry(Dtype dtype, int[] shape, int elements, long begin) {}

    /** The description of a tensor as it stands: the offsets count from the end of the header. */
    private record Described(String name, Dtype dtype, Dimensions dimensions, long begin, long end, long at) {}

    static SafetensorsHeader parse(Bytes file) throws IOException {
        if (file.length() < LENGTH_BYTES) {
            throw file.bad(file.length(), "cut short: the length of the header takes " + LENGTH_BYTES + " bytes");
        }
        long length = file.i64(0);
        long most = Math.min(MAX_LENGTH, file.length() - LENGTH_BYTES);
        if (length < 0 || length > most) {
            throw file.bad(
                    0, "a header of " + Long.toUnsignedString(length) + " bytes, allowed in this file: up to " + most);
        }
        var cursor = new TextCursor(file, LENGTH_BYTES, (int) length);
        if (cursor.peek() != '{') {
            throw cursor.bad("the header begins with " + cursor.next() + ", wanted '{'");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Described> tensors = new ArrayList<>();
        cursor.object(name -> {
            if (name.equals(METADATA)) {
                cursor.object(key -> {
                    cursor.skipSpace();
                    metadata.put(key, cursor.string());
                });
            } else {
                tensors.add(describe(file, cursor, name));
            }
        });
        cursor.expectEnd();
        return new SafetensorsHeader(inOrder(file, LENGTH_BYTES + length, tensors), metadata);
    }

    private static Described describe(Bytes file, TextCursor cursor, String name) throws IOException {
        cursor.skipSpace();
        long at = cursor.position();
        var dtype = new Dtype[1];
        var shape = new long[1][];
        var offsets = new long[1][];
        cursor.object(field -> {
            switch (field) {
                case "dtype" -> dtype[0] = dtype(cursor);
                case "shape" -> shape[0] = cursor.numbers('[', ']', false);
                case "data_offsets" -> offsets[0] = cursor.numbers('[', ']', false);
                default ->
                    throw cursor.bad(
                            "field " + Bytes.quote(field) + ", allowed: \"dtype\", \"shape\", \"data_offsets\"");
            }
        });
        if (dtype[0] == null || shape[0] == null || offsets[0] == null || offsets[0].length != 2) {
            throw file.bad(
                    at,
                    "tensor " + Bytes.quote(name) + " without \"dtype\", \"shape\" and two numbers \"data_offsets\"");
        }
        return new Described(name, dtype[0], Dimensions.of(shape[0], file, at), offsets[0][0], offsets[0][1], at);
    }

    private static Dtype dtype(TextCursor cursor) throws IOException {
        cursor.skipSpace();
        String name = cursor.string();
        Dtype dtype = Dtype.named(name);
        if (dtype == null) {
            throw cursor.bad("unknown dtype " + Bytes.quote(name));
        }
        return dtype;
    }

    /** The data of all tensors has to fill the rest of the file, without holes or overlap. */
    private static Map<String, Entry> inOrder(Bytes file, long start, List<Described> tensors) throws IOException {
        tensors.sort(Comparator.comparingLong(Described::begin).thenComparingLong(Described::end));
        Map<String, Entry> entries = new LinkedHashMap<>();
        long next = 0;
        for (Described t : tensors) {
            String tensor = "tensor " + Bytes.quote(t.name) + " with data_offsets [" + t.begin + ", " + t.end + "]";
            if (t.begin != next) {
                throw file.bad(
                        t.at, tensor + (t.begin < next ? " overlaps" : " leaves a hole after") + " byte " + next);
            }
            long bytes = (long) t.dimensions.elements() * t.dtype.bytes();
            if (t.end < t.begin || t.end - t.begin != bytes) {
                throw file.bad(t.at, tensor + ", where its shape and " + t.dtype + " need " + bytes + " bytes");
            }
            if (t.end > file.length() - start) {
                throw file.bad(t.at, "cut short: " + tensor + " but " + (file.length() - start) + " bytes of data");
            }
            next = t.end;
            entries.put(t.name, new Entry(t.dtype, t.dimensions.shape(), t.dimensions.elements(), start + t.begin));
        }
        if (next != file.length() - start) {
            throw file.bad(start + next, file.length() - start - next + " bytes left over after the last tensor");
        }
        return entries;
    }
}
