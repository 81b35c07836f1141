// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import dev.quern.layers.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** What stands before the data of a safetensors file. Spaces at the end bring the data to a multiple of 8 bytes. */
final class SafetensorsText {
    private static final String SHORT_ESCAPES = "\"\\\b\f\n\r\t";

    private SafetensorsText() {}

    static byte[] of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        var members = new StringJoiner(",", "{", "}");
        if (!metadata.isEmpty()) {
            members.add(quoted(SafetensorsHeader.METADATA) + ":" + text(metadata));
        }
        long begin = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            if (entry.getKey().equals(SafetensorsHeader.METADATA)) {
                throw new IllegalArgumentException("name = " + SafetensorsHeader.METADATA + " is not for a tensor");
            }
            long end = begin + (long) entry.getValue().elements() * Float.BYTES;
            String shape = Arrays.toString(entry.getValue().shape()).replace(" ", "");
            members.add(quoted(entry.getKey()) + ":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":["
                    + begin + "," + end + "]}");
            begin = end;
        }
        return withLength(members.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] withLength(byte[] text) {
        int length = (text.length + 7) / 8 * 8;
        if (length > SafetensorsHeader.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "tensors: a header of " + length + " bytes, allowed: up to " + SafetensorsHeader.MAX_LENGTH);
        }
        byte[] header = new byte[SafetensorsHeader.LENGTH_BYTES + length];
        Arrays.fill(header, (byte) ' ');
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
        return header;
    }

    private static String text(Map<String, String> metadata) {
        Map<String, String> sorted = new TreeMap<>(NamedTensors.ORDER);
        metadata.forEach((key, value) -> sorted.put(
                NamedTensors.requireText("metadata key", key),
                NamedTensors.requireText("metadata[" + Bytes.quote(key) + "]", value)));
        var members = new StringJoiner(",", "{", "}");
        sorted.forEach((key, value) -> members.add(quoted(key) + ":" + quoted(value)));
        return members.toString();
    }

    private static String quoted(String text) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = SHORT_ESCAPES.indexOf(c);
            if (escape >= 0) {
                json.append('\\').append("\"\\bfnrt".charAt(escape));
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
