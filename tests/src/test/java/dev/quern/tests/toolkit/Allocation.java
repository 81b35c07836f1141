// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.toolkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Measures what a call allocates once it is warm. Vectors that the compiler fails to keep in registers show here, as
 * boxed objects.
 */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Calls in one measurement. */
    private static final int CALLS = 200;

    /** Measurements in a row that must all be good. */
    private static final int ROUNDS = 5;

    /** When warming up is given up. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private Allocation() {}

    /** Fails unless the calling thread comes to allocate nothing at all in this call. */
    public static void assertNone(String what, Runnable call) {
        assertAtMost(what, 0, call, THREADS::getCurrentThreadAllocatedBytes);
    }

    /** Fails unless all threads together come to allocate less than this per call. */
    public static void assertLessThan(String what, long bytes, Runnable call) {
        assertAtMost(what, bytes - 1, call, THREADS::getTotalThreadAllocatedBytes);
    }

    private static void assertAtMost(String what, long bytes, Runnable call, LongSupplier allocated) {
        long start = System.nanoTime();
        long total = 0;
        for (int good = 0; good < ROUNDS; ) {
            long before = allocated.getAsLong();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            total = allocated.getAsLong() - before;
            good = total <= bytes * CALLS ? good + 1 : 0;
            if (good == 0 && System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("%s allocates %d bytes per call after %d s, allowed: %d"
                        .formatted(what, total / CALLS, PATIENCE_NANOS / 1_000_000_000, bytes));
            }
        }
    }
}
