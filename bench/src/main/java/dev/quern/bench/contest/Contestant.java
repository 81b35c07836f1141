// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.storage.Storage;

/**
 * Somebody who takes part under a name of its own. Found by {@link java.util.ServiceLoader}, so the constructor is public,
 * has no parameters and loads nothing.
 */
public interface Contestant {
    /** The name in the report, as in {@code quern} or {@code openblas}. */
    String impl();

    /** Whether it has anything to run for a case; asked before anything is loaded. */
    boolean offers(Suite suite, String kase);

    /** Whether its results are the reference's bit for bit; others are held to an error bound. */
    default boolean exact() {
        return false;
    }

    /** How its weights are stored: the reference's are rounded likewise. */
    default Storage weights() {
        return Storage.FLOAT32;
    }

    /** Whether the process that runs it has the vector module. */
    default boolean vectorModule() {
        return true;
    }

    /** Whether it is there for scale, beside the main figures: a quick run measures it on one case of a suite at most. */
    default boolean forScale() {
        return false;
    }

    /**
     * Whether a jar belongs to what an application ships to use this contestant; asked for each jar of the class path.
     *
     * @param jar the file's name
     */
    default boolean ships(String jar) {
        return false;
    }

    /**
     * Makes one case ready: inputs in the contestant's own layout and memory, weights prepacked where a caller could do
     * so.
     *
     * <p>For {@link Suite#STARTUP} the case is {@code lenet5-1}: the network of {@link Suite#LATENCY}, with any weights
     * and without touching another contestant's classes, as the whole process is timed.
     *
     * @throws Exception with a reason in one sentence when the library behind it cannot load
     */
    Work prepare(Suite suite, String kase, int threads) throws Exception;
}
