// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.terminal;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a task is: a live bar on a terminal, elsewhere a plain line for each tenth. */
public final class Progress implements AutoCloseable {
    private static final int REFRESH_MILLIS = 100;

    /**
     * What every terminal shows in one line. Asking the terminal for its width would give it the handling of Ctrl-C, which
     * then ends the process without its shutdown hooks.
     */
    private static final int WIDTH = 79;

    private final String task;
    private final long total;
    private final PrintStream out;
    private final ProgressBar bar;
    private long done;
    private long tenths;

    /**
     * Starts a task.
     *
     * @param total the steps it has, at least 1
     * @param out where plain lines go; a live bar goes to standard error, as is the library's way
     * @param live whether a terminal is watching
     */
    public Progress(String task, long total, PrintStream out, boolean live) {
        this.task = task;
        this.total = total;
        this.out = out;
        this.bar = live
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(REFRESH_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                        .build()
                : null;
    }

    /** Whether standard output is a terminal. */
    public static boolean terminal() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Whether a live bar is shown. */
    public boolean live() {
        return bar != null;
    }

    /** So many more steps are done; the note is shown beside them. */
    public void step(long steps, String note) {
        done += steps;
        if (bar != null) {
            bar.stepBy(steps).setExtraMessage(" " + note);
        } else if (done * 10 / total > tenths) {
            tenths = done * 10 / total;
            out.println(task + " " + done * 100 / total + "% " + note);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
