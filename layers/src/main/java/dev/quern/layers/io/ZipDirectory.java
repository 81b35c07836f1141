// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The entries of a zip archive (PKWARE's APPNOTE), with more checked than {@link java.util.zip.ZipFile} does: entries
 * follow each other from the first byte on without holes or overlap, then the directory, then its end record and nothing
 * more. So no entry can be unpacked twice over, and all of them together hold no more bytes than the file.
 */
final class ZipDirectory {
    static final int STORED = 0;
    static final int DEFLATED = 8;

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final long ZIP64 = 0xFFFF_FFFFL;
    private static final int ENCRYPTED = 1;
    private static final int DESCRIPTOR = 8;
    private static final int UTF8 = 0x800;

    /** A data descriptor after an entry: CRC and two sizes of 4 or 8 bytes, perhaps a signature before them. */
    private static final int MAX_DESCRIPTOR = 24;

    private final Bytes file;

    /**
     * What the directory says of an entry.
     *
     * @param local where the entry's own header stands
     * @param at where the directory speaks of it
     */
    record Entry(String name, int flags, int method, int crc, long packed, long size, long local, long at) {}

    private ZipDirectory(Bytes file) {
        this.file = file;
    }

    /** The entries in the order of the file. */
    static List<Entry> read(Bytes file) throws IOException {
        return new ZipDirectory(file).entries();
    }

    /** The first byte of an entry's content. */
    static long content(Bytes file, Entry entry) {
        return entry.local + LOCAL_BYTES + file.u16(entry.local + 26) + file.u16(entry.local + 28);
    }

    private List<Entry> entries() throws IOException {
        long end = file.length() - END_BYTES;
        if (end < 0 || file.u32(end) != END) {
            throw file.bad(Math.max(0, end), "not a zip archive, or cut short, or something after its end record");
        }
        int count = file.u16(end + 10);
        long bytes = file.u32(end + 12);
        long begin = file.u32(end + 16);
        if (count == 0xFFFF || bytes == ZIP64 || begin == ZIP64) {
            throw file.bad(end, "zip64 is not read; safetensors holds more than 4 GiB");
        }
        if (file.u32(end + 4) != 0 || file.u16(end + 8) != count || file.u16(end + 20) != 0) {
            throw file.bad(end, "several disks or a comment");
        }
        if (begin + bytes != end) {
            throw file.bad(
                    end, "a directory of " + bytes + " bytes from byte " + begin + " on does not end at byte " + end);
        }
        List<Entry> entries = new ArrayList<>();
        long at = begin;
        for (int i = 0; i < count; i++) {
            if (end - at < CENTRAL_BYTES || file.u32(at) != CENTRAL) {
                throw file.bad(at, "entry " + i + " of " + count + " of the directory is missing");
            }
            long next = at + CENTRAL_BYTES + file.u16(at + 28) + file.u16(at + 30) + file.u16(at + 32);
            if (next > end) {
                throw file.bad(at, "an entry of the directory that ends after it");
            }
            entries.add(entry(at));
            at = next;
        }
        if (at != end) {
            throw file.bad(at, end - at + " bytes left over in the directory");
        }
        entries.sort(Comparator.comparingLong(Entry::local));
        requireGapless(entries, begin);
        return entries;
    }

    private Entry entry(long at) throws IOException {
        int flags = file.u16(at + 8);
        int method = file.u16(at + 10);
        long packed = file.u32(at + 20);
        long size = file.u32(at + 24);
        long local = file.u32(at + 42);
        byte[] name = file.copy(at + CENTRAL_BYTES, file.u16(at + 28));
        String text = file.utf8(name, 0, name.length, at + CENTRAL_BYTES);
        if ((flags & UTF8) == 0 && text.length() < name.length) {
            throw file.bad(at + CENTRAL_BYTES, "a name beyond ASCII that is not marked as UTF-8");
        }
        if (packed == ZIP64 || size == ZIP64 || local == ZIP64) {
            throw file.bad(at, "zip64 is not read; safetensors holds more than 4 GiB");
        }
        if ((flags & ENCRYPTED) != 0 || method != STORED && method != DEFLATED) {
            throw file.bad(
                    at + 8,
                    "entry " + Bytes.quote(text) + " has method " + method + " and flags " + flags
                            + ", allowed: stored or deflated, not encrypted");
        }
        if (method == STORED && packed != size) {
            throw file.bad(at + 20, "a stored entry of " + packed + " bytes that stands for " + size);
        }
        return new Entry(text, flags, method, (int) file.u32(at + 16), packed, size, local, at);
    }

    private void requireGapless(List<Entry> entries, long directory) throws IOException {
        Set<String> names = new HashSet<>();
        long end = 0;
        int descriptor = 0;
        for (Entry entry : entries) {
            if (!names.add(entry.name)) {
                throw file.bad(entry.at, "the name " + Bytes.quote(entry.name) + " a second time");
            }
            requireGap(entry.local - end, descriptor, end);
            requireLocal(entry, directory);
            end = content(file, entry) + entry.packed;
            descriptor = (entry.flags & DESCRIPTOR) != 0 ? MAX_DESCRIPTOR : 0;
            if (end > directory) {
                throw file.bad(entry.at, "entry " + Bytes.quote(entry.name) + " ends after byte " + directory);
            }
        }
        requireGap(directory - end, descriptor, end);
    }

    private void requireGap(long gap, int allowed, long at) throws IOException {
        if (gap < 0 || gap > allowed) {
            throw file.bad(at, gap < 0 ? "two entries overlap" : "a hole of " + gap + " bytes between entries");
        }
    }

    private void requireLocal(Entry entry, long directory) throws IOException {
        long at = entry.local;
        if (directory - at < LOCAL_BYTES || file.u32(at) != LOCAL) {
            throw file.bad(at, "entry " + Bytes.quote(entry.name) + " does not begin here");
        }
        byte[] name = file.copy(entry.at + CENTRAL_BYTES, file.u16(entry.at + 28));
        long nameEnd = at + LOCAL_BYTES + file.u16(at + 26);
        if (nameEnd > directory
                || file.u16(at + 8) != entry.method
                || !Arrays.equals(name, file.copy(at + LOCAL_BYTES, file.u16(at + 26)))) {
            throw file.bad(at, "name or method is not that of the directory, " + Bytes.quote(entry.name));
        }
    }
}
