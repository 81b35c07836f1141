// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a report's four files: {@code report.json}, {@code machine.json}, {@code report.txt}, {@code report.html}. */
public final class ReportWriter {
    private ReportWriter() {}

    /** Without a baseline. */
    public static void write(Report report, Path folder, PrintStream terminal) throws IOException {
        write(report, Baseline.none(), folder, terminal);
    }

    /** Also prints the text on the terminal; with a baseline, text and page have a column more. */
    public static void write(Report report, Baseline baseline, Path folder, PrintStream terminal) throws IOException {
        writeFiles(report, baseline, folder);
        terminal.print(new TextReport(report, baseline).text());
        terminal.flush();
    }

    /** Only the files, for what is known so far while a run goes on. */
    public static void writeFiles(Report report, Baseline baseline, Path folder) throws IOException {
        Files.createDirectories(folder);
        ReportJson.writeRows(report.rows(), folder.resolve("report.json"));
        ReportJson.writeMachine(report, folder.resolve("machine.json"));
        Files.writeString(folder.resolve("report.txt"), new TextReport(report, baseline).text());
        Files.writeString(folder.resolve("report.html"), new HtmlReport(report, baseline).html());
    }
}
