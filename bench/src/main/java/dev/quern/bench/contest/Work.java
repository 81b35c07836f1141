// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

/** A computation that is ready to be timed. */
public interface Work extends AutoCloseable {
    /** The timed part: no copies from or to anybody's layout in it. */
    void run() throws Exception;

    /**
     * What the last {@link #run} computed, in the suite's canonical layout (see {@link Suite}). For training: all
     * parameters after the first step.
     */
    float[] result() throws Exception;

    /** Gives back native memory and threads. */
    @Override
    void close();
}
