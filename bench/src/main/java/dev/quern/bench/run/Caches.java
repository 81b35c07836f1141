// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes of the caches of one core.
 *
 * @param l1 of the first level, for data
 * @param l2 of the second
 * @param l3 of the third, as far as one core can count on it
 */
record Caches(long l1, long l2, long l3) {
    private static final long KIB = 1024;
    private static final Caches USUAL = new Caches(32 * KIB, 1024 * KIB, 16 * 1024 * KIB);

    /** A virtual machine is told the cache of its whole host, which it shares. */
    private static final long MOST_L3 = 64 * 1024 * KIB;

    /** Large enough to come from memory, small enough to be taken on a small machine. */
    private static final int MEMORY_ARRAY = 256 * 1024 * 1024;

    /** A level and the size of arrays, two or three at once, that it holds. */
    record Level(String name, int arrayBytes) {}

    /** Reads those of the first core; usual sizes where that cannot be done. */
    static Caches read() {
        long[] sizes = {USUAL.l1, USUAL.l2, USUAL.l3};
        for (int index = 0; index < 8; index++) {
            Path folder = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + index);
            try {
                String type = Files.readString(folder.resolve("type")).strip();
                int level = Integer.parseInt(
                        Files.readString(folder.resolve("level")).strip());
                String size = Files.readString(folder.resolve("size")).strip();
                if (!type.equals("Instruction") && level <= sizes.length && size.endsWith("K")) {
                    sizes[level - 1] = Long.parseLong(size.substring(0, size.length() - 1)) * KIB;
                }
            } catch (IOException | NumberFormatException e) {
                break;
            }
        }
        return new Caches(sizes[0], sizes[1], Math.min(sizes[2], MOST_L3));
    }

    /** What is measured. */
    Level[] levels() {
        return new Level[] {
            new Level("L1", (int) (l1 / 4)),
            new Level("L2", (int) (l2 / 4)),
            new Level("L3", (int) (l3 / 4)),
            new Level("memory", MEMORY_ARRAY)
        };
    }

    /** The level that holds so many bytes. */
    String holding(double bytes) {
        return bytes <= l1 ? "L1" : bytes <= l2 ? "L2" : bytes <= l3 ? "L3" : "memory";
    }
}
