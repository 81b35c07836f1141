// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.vector;

/**
 * Calls of a kernel without work, beside its first ones with work. The JIT compiles a method once it has been called some hundred times; a
 * loop that goes round too often before that it compiles by itself first, for the one call that is in it (OSR), which takes as long again, and
 * all the while vectors are objects. Empty calls cost next to nothing and bring the kernel as a whole to its turn sooner.
 */
public final class EmptyCalls {
    /**
     * Empty calls beside each call. HotSpot compiles a method by C2 after 600 calls and 15,000 rounds of its loops: with 150 rounds a call that
     * is after 100 calls, with eight empty ones each.
     */
    private static final int BESIDE = 8;

    /** Calls that have empty ones beside them: by then the JIT has been asked, however long its queue. */
    private static final int FIRST = 1000;

    private final int beside;
    private final Runnable call;

    /** Threads may count past each other: what is counted too often or too seldom does no harm. */
    private int left = FIRST;

    /** For a kernel, and how it is called without work: what it would read or write may be null. */
    public EmptyCalls(Runnable call) {
        this(BESIDE, call);
    }

    /** The same with another number of empty calls beside each, for a kernel of many more rounds. */
    public EmptyCalls(int beside, Runnable call) {
        this.beside = beside;
        this.call = call;
    }

    /** To be called beside each call of the kernel. */
    public void beside() {
        if (left > 0) {
            left--;
            make();
        }
    }

    private void make() {
        for (int i = 0; i < beside; i++) {
            call.run();
        }
    }
}
