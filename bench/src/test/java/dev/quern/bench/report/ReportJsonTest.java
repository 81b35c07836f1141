// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJsonTest {
    private static final String ROW = "{\"suite\":\"gemm\",\"case\":\"8x8x8\",\"impl\":\"quern\",\"threads\":1,"
            + "\"mode\":\"polluted\",\"value\":2.0,\"unit\":\"GFLOP/s\",\"p10\":1.0,\"p90\":3.0,\"share_of_limit\":0.5,"
            + "\"verified\":true}";

    @TempDir
    Path folder;

    @Test
    void theKeysAreExactlyThoseThatToolsRelyOn() throws IOException {
        var row = new Row("gemm", "8x8x8", "quern", 1, "polluted", 2, "GFLOP/s", 1, 3, 0.5, true);
        Path file = folder.resolve("report.json");
        ReportJson.writeRows(List.of(row), file);
        assertEquals("[\n" + ROW + "\n]\n", Files.readString(file));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Report report = SampleReport.report();
        ReportWriter.write(report, folder, new PrintStream(OutputStream.nullOutputStream()));
        assertEquals(report.rows(), ReportJson.readRows(folder.resolve("report.json")));
        ReportJson.MachineFile run = ReportJson.readMachine(folder.resolve("machine.json"));
        assertEquals(report.machine(), run.machine());
        assertEquals(report.limits(), run.limits());
        assertEquals(report.absent(), run.absent());
        assertEquals(report.nativeRatios(), run.nativeRatios());
        assertTrue(Files.readString(folder.resolve("report.txt")).contains("3136x64x576"));
    }

    @Test
    void aBadFileIsOneSentence() throws IOException {
        refused("", "is empty");
        refused("[" + ROW, "is not JSON");
        refused("[" + ROW + "] x", "is not JSON");
        refused("{}", "an array of rows is expected");
        refused("[1]", "row 1: an object is expected");
        refused("[" + ROW + "," + ROW + "]", "row 2: gemm 8x8x8 quern threads=1 polluted GFLOP/s appears twice");
        refused("[" + ROW.replace("\"suite\":\"gemm\",", "") + "]", "row 1: \"suite\" must be there and be a text");
        refused("[" + ROW.replace("\"value\":2.0", "\"value\":\"2\"") + "]", "\"value\" must be there and be a number");
        refused(
                "[" + ROW.replace("\"threads\":1", "\"threads\":0") + "]",
                "\"threads\" must be there and be 1 or more");
        refused("[" + ROW.replace("\"verified\":true", "\"verified\":1") + "]", "\"verified\"");
        refused("[" + ROW.replace("\"mode\"", "\"more\":1,\"mode\"") + "]", "\"more\"");
        refused("[" + ROW.replace("\"p10\":1.0", "\"p10\":2.5") + "]", "p10 2.5, value 2.0, p90 3.0");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("none.json");
        var e = assertThrows(IOException.class, () -> Baseline.read(missing));
        assertEquals("there is no file " + missing, e.getMessage());
    }

    @Test
    void onlyOurLossesBeyondTheShareCount() throws IOException {
        Path file = folder.resolve("before.json");
        List<Row> before = new ArrayList<>();
        List<Row> now = new ArrayList<>();
        for (var c : List.of("kept", "lost", "slower")) {
            before.add(SampleReport.row("gemm", c, "quern", 100, "GFLOP/s"));
        }
        before.add(SampleReport.row("startup", "start", "quern", 100, "ms"));
        before.add(SampleReport.row("gemm", "lost", "mkl", 100, "GFLOP/s"));
        ReportJson.writeRows(before, file);
        now.add(SampleReport.row("gemm", "kept", "quern", 91, "GFLOP/s"));
        now.add(SampleReport.row("gemm", "lost", "quern", 80, "GFLOP/s"));
        now.add(SampleReport.row("gemm", "lost", "mkl", 50, "GFLOP/s"));
        now.add(SampleReport.row("gemm", "new", "quern", 1, "GFLOP/s"));
        now.add(SampleReport.row("startup", "start", "quern", 125, "ms"));
        Baseline baseline = Baseline.read(file);
        List<String> losses = baseline.losses(now, Baseline.DEFAULT_SHARE).stream()
                .map(Baseline.Loss::toString)
                .toList();
        assertEquals(
                List.of(
                        "gemm lost quern threads=1 polluted GFLOP/s: 0.80 of the baseline",
                        "startup start quern threads=1 polluted ms: 0.80 of the baseline"),
                losses);
        assertEquals(List.of(), baseline.losses(now, 0.25));
    }

    private void refused(String content, String part) throws IOException {
        Path file = folder.resolve("bad.json");
        Files.writeString(file, content);
        var e = assertThrows(IOException.class, () -> Baseline.read(file));
        assertTrue(e.getMessage().contains("bad.json") && e.getMessage().contains(part), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
}
