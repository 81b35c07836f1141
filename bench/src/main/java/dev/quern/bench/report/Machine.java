// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.List;

/**
 * Where and with what a report was measured. What cannot be read is {@code unknown}.
 *
 * @param line all of it in one line
 * @param cpu model name with family and model
 * @param cores processors that the JVM may use
 * @param caches one a level, such as {@code L1d 48 KiB}
 * @param jdk name and version
 * @param flags flags of this JVM that change what is measured
 * @param lanes floats in a vector
 * @param clock frequency at the time of reading
 * @param date UTC
 * @param commit of the working copy
 */
public record Machine(
        String line,
        String cpu,
        int cores,
        List<String> caches,
        String jdk,
        List<String> flags,
        int lanes,
        String clock,
        String date,
        String commit) {

    /** Reads this machine. */
    public static Machine read() {
        return MachineReader.read();
    }
}
