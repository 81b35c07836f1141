// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.quern.layers.io.Npy;
import dev.quern.layers.io.Npz;
import dev.quern.layers.io.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A number in a file takes no memory before it has been compared with the file's length. */
class IoMemoryTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long SMALL = 2_000_000;

    @TempDir
    Path dir;

    @Test
    void aSmallFileThatPromisesMuchTakesLittle() {
        refusedInLittle(new Raw().u64(100_000_000).text("{}").toBytes(), Disk::safetensors);
        String most = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647],\"data_offsets\":[0,8589934588]}}";
        refusedInLittle(Raw.safetensors(most), Disk::safetensors);
        refusedInLittle(new Raw().bytes(0x93).text("NUMPY").bytes(2, 0).u32(-1).toBytes(), Npy::read);
        String npy = "{'descr': '<f4', 'fortran_order': %s, 'shape': (2147483647,)}";
        refusedInLittle(Raw.npy(npy.formatted("False")), Npy::read);
        refusedInLittle(Raw.npy(npy.formatted("True")), Npy::read);
        refusedInLittle(
                new ZipBytes().add("a.npy", Raw.npy(npy.formatted("False"))).toBytes(), Npz::read);
        var zip = new ZipBytes();
        zip.method = 8;
        zip.sizeError = Integer.MAX_VALUE - 10_000;
        refusedInLittle(zip.add("a.npy", Raw.npy(npy.formatted("False"))).toBytes(), Npz::read);
    }

    private void refusedInLittle(byte[] bytes, Disk.Reader reader) {
        Path file = Disk.file(dir, "promises", bytes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Disk.refusal(file, reader);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < SMALL, allocated + " bytes allocated");
    }

    @Test
    void tensorsOfALargeFileTakeTheirOwnSizeAndOnlyWhenAskedFor() throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[4000000],\"data_offsets\":[0,16000000]}}";
        Path path = Disk.file(dir, "large", Raw.safetensors(header, new byte[16_000_000]));
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try (Safetensors file = Safetensors.open(path)) {
            long opened = THREADS.getCurrentThreadAllocatedBytes();
            assertTrue(opened - before < SMALL, opened - before + " bytes allocated to open");
            file.tensor("a");
            long read = THREADS.getCurrentThreadAllocatedBytes() - opened;
            assertTrue(read < 16_000_000 + SMALL, read + " bytes allocated to read");
        }
    }
}
