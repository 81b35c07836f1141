// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Builds a zip archive from the definition of the format; every number can be made wrong. */
final class ZipBytes {
    private final Raw file = new Raw();
    private final List<byte[]> directory = new ArrayList<>();

    int version = 20;
    int flags;
    int method;
    long crcError;
    long sizeError;
    long packedError;
    long localError;
    byte[] localExtra = {};
    byte[] after = {};
    String localName;

    /** Adds an entry with the settings as they are. */
    ZipBytes add(String name, byte... content) {
        byte[] packed = method == 8 ? deflated(content) : content;
        var crc = new CRC32();
        crc.update(content);
        long local = file.toBytes().length;
        Raw sizes = new Raw()
                .u32(crc.getValue() + crcError)
                .u32(packed.length + packedError)
                .u32(content.length + sizeError);
        byte[] inside = (localName == null ? name : localName).getBytes(StandardCharsets.UTF_8);
        file.bytes('P', 'K', 3, 4)
                .u16(version)
                .u16(flags)
                .u16(method)
                .u16(0)
                .u16(65)
                .bytes(sizes.toBytes());
        file.u16(inside.length).u16(localExtra.length).bytes(inside).bytes(localExtra);
        file.bytes(packed).bytes(after);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        directory.add(new Raw()
                .bytes('P', 'K', 1, 2)
                .u16(version)
                .u16(version)
                .u16(flags)
                .u16(method)
                .u16(0)
                .u16(65)
                .bytes(sizes.toBytes())
                .u16(text.length)
                .u16(0)
                .u16(0)
                .u16(0)
                .u16(0)
                .u32(0)
                .u32(local + localError)
                .bytes(text)
                .toBytes());
        return this;
    }

    byte[] toBytes() {
        int begin = file.toBytes().length;
        directory.forEach(file::bytes);
        int length = file.toBytes().length - begin;
        int count = directory.size();
        return new Raw()
                .bytes(file.toBytes())
                .bytes('P', 'K', 5, 6)
                .u32(0)
                .u16(count)
                .u16(count)
                .u32(length)
                .u32(begin)
                .u16(0)
                .toBytes();
    }

    static byte[] deflated(byte... content) {
        try (var deflater = new Deflater(9, true)) {
            deflater.setInput(content);
            deflater.finish();
            var out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }
}
