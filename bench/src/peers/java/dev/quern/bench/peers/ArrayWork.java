// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.Work;

/** A call that leaves its result in an array on the heap. */
record ArrayWork(Runnable call, float[] result) implements Work {
    @Override
    public void run() {
        call.run();
    }

    @Override
    public void close() {
        // Nothing but arrays.
    }
}
