// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.terminal.Progress;

/** Tells how far a run is and how much time is left. */
final class Clock {
    private final Progress progress;
    private final long total;
    private final long start = System.nanoTime();
    private long done;

    Clock(Progress progress, long total) {
        this.progress = progress;
        this.total = total;
    }

    /** So many more steps are done. */
    void step(long steps, String what) {
        done += steps;
        double seconds = (System.nanoTime() - start) * 1e-9;
        long left = Math.round(seconds / done * (total - done));
        // A live bar has an estimate of its own, and little room.
        progress.step(steps, progress.live() ? what : left / 60 + " min " + left % 60 + " s left; " + what);
    }
}
