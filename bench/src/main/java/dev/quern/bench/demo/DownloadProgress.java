// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.bench.terminal.Progress;
import java.io.PrintStream;

/** Shows a download file by file, where the server says how long each is. */
final class DownloadProgress implements Download.Watcher, AutoCloseable {
    private static final long KIB = 1024;

    private final PrintStream out;
    private final boolean live;
    private String name;
    private Progress progress;
    private long shown;

    DownloadProgress(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    @Override
    public void arrived(String file, long bytes, long of) {
        if (of < KIB) {
            return;
        }
        if (!file.equals(name)) {
            close();
            name = file;
            shown = 0;
            progress = new Progress(file, of / KIB, out, live);
        }
        progress.step(bytes / KIB - shown, "of " + of / KIB + " KiB");
        shown = bytes / KIB;
        if (bytes >= of) {
            close();
            progress = null;
            name = null;
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
