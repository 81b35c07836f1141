// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The content of a zip entry, its length and CRC-32 checked. */
final class ZipContent {
    /** DEFLATE makes 258 bytes of two bits at best: no entry that says more can be true. */
    private static final long MOST_EXPANSION = 1032;

    /** What a CRC takes at a time, as a buffer cannot have more than 2³¹-1 bytes. */
    private static final long CHUNK = 1 << 30;

    private ZipContent() {}

    static Bytes of(Bytes file, ZipDirectory.Entry entry) throws IOException {
        long begin = ZipDirectory.content(file, entry);
        MemorySegment packed = file.segment().asSlice(begin, entry.packed());
        var content = new Bytes(
                file.name() + ", entry " + Bytes.quote(entry.name()),
                entry.method() == ZipDirectory.STORED ? packed : inflated(file, entry, begin, packed));
        if (crc32(content.segment()) != entry.crc()) {
            throw file.bad(begin, "entry " + Bytes.quote(entry.name()) + " is damaged: another CRC-32");
        }
        return content;
    }

    private static MemorySegment inflated(Bytes file, ZipDirectory.Entry entry, long begin, MemorySegment packed)
            throws IOException {
        String name = "entry " + Bytes.quote(entry.name());
        if (entry.size() > MOST_EXPANSION * entry.packed()
                || entry.size() > Integer.MAX_VALUE - 8
                || entry.packed() > Integer.MAX_VALUE) {
            throw file.bad(
                    entry.at(),
                    name + " of " + entry.packed() + " bytes says that it unpacks to " + entry.size()
                            + ", which it cannot, or an array cannot hold");
        }
        byte[] content = new byte[(int) entry.size()];
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed.asByteBuffer());
            int n = fill(inflater, content);
            if (n != content.length || !inflater.finished() || inflater.getBytesRead() != entry.packed()) {
                throw file.bad(
                        begin + inflater.getBytesRead(),
                        name + " does not unpack to just the " + entry.size() + " bytes it promises");
            }
        } catch (DataFormatException e) {
            throw file.bad(begin, name + " is damaged: " + e.getMessage());
        }
        return MemorySegment.ofArray(content);
    }

    /** Unpacks until the end of input or output, and one byte further to see that there is none. */
    private static int fill(Inflater inflater, byte[] content) throws DataFormatException {
        int n = 0;
        while (n < content.length) {
            int more = inflater.inflate(content, n, content.length - n);
            if (more == 0) {
                return n;
            }
            n += more;
        }
        return n + inflater.inflate(new byte[1]);
    }

    private static int crc32(MemorySegment content) {
        var crc = new CRC32();
        for (long at = 0; at < content.byteSize(); at += CHUNK) {
            crc.update(content.asSlice(at, Math.min(CHUNK, content.byteSize() - at))
                    .asByteBuffer());
        }
        return (int) crc.getValue();
    }
}
