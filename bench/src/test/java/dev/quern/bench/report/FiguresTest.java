// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @TempDir
    Path folder;

    @Test
    void aRatioIsTheMedianOverRoundsOfOursToTheBestPeerOfThatRound() {
        List<Row> rows = List.of(
                SampleReport.row("gemm", "a", "quern", 100, "GFLOP/s"),
                SampleReport.row("gemm", "a", "mkl", 90, "GFLOP/s"),
                SampleReport.row("gemm", "a", "ejml", 95, "GFLOP/s"));
        List<RoundMedian> rounds = List.of(
                round(1, "quern", 100),
                round(1, "mkl", 50),
                round(1, "ejml", 40),
                round(2, "quern", 60),
                round(2, "mkl", 40),
                round(2, "ejml", 80),
                round(3, "quern", 90),
                round(3, "mkl", 60));
        Report report = Report.of(null, List.of(), rows, List.of(), List.of(), rounds);
        assertEquals(1.5, report.ratios().get(0).ratio());
        assertEquals("ejml", report.ratios().get(0).peer());
        assertEquals(1.5, report.nativeRatios().get(0).ratio());
        assertEquals("mkl", report.nativeRatios().get(0).peer());
    }

    @Test
    void withoutRoundsARatioIsThatOfTheMediansAndAboveOneIsBetterForTimesToo() {
        List<Row> rows = List.of(
                SampleReport.row("gemm", "a", "quern", 100, "GFLOP/s"),
                SampleReport.row("gemm", "a", "mkl", 50, "GFLOP/s"),
                SampleReport.row("startup", "b", "quern", 100, "ms"),
                SampleReport.row("startup", "b", "pytorch", 800, "ms"),
                SampleReport.row("startup", "b", "onnxruntime", 400, "ms"));
        List<Ratio> ratios = Ratios.toBest(Peers.ALL, rows, List.of());
        assertEquals(List.of(2.0, 4.0), ratios.stream().map(Ratio::ratio).toList());
        assertEquals("onnxruntime", ratios.get(1).peer());
        assertEquals(Math.sqrt(8), Ratios.geometricMean(ratios), 1e-12);
        assertEquals(2, Ratios.means(ratios).size());
    }

    @Test
    void sizesTakeNoPartInTheMeanOfSpeeds() {
        List<Row> rows = List.of(
                SampleReport.row("startup", "memory", "quern", 50, "MB"),
                SampleReport.row("startup", "memory", "pytorch", 500, "MB"));
        Report report = Report.of(null, List.of(), rows, List.of(), List.of(), List.of());
        assertEquals(10.0, report.ratios().get(0).ratio());
        assertEquals(List.of(), report.nativeRatios());
    }

    @Test
    void theTextTableShowsTheBestOfACaseFirst() {
        List<Row> rows = List.of(
                SampleReport.row("gemm", "8x8x8", "quern", 100, "GFLOP/s"),
                SampleReport.row("gemm", "8x8x8", "mkl", 200, "GFLOP/s"));
        var report = Report.of(Machine.read(), List.of(), rows, List.of(), List.of(), List.of());
        String text = new TextReport(report, Baseline.none()).text();
        String expected = """

                gemm
                  case   impl   mode      threads  value     unit    p10    p90  share  to best peer

                  8x8x8  mkl    polluted        1  200.0  GFLOP/s  180.0  220.0
                  8x8x8  quern  polluted        1  100.0  GFLOP/s  90.00  110.0           0.50 × mkl
                """;
        assertTrue(text.contains(expected), text);
    }

    @Test
    void theBlockIsMadeFromTheRawResultsAndChecked() throws IOException {
        ReportWriter.write(SampleReport.report(), folder, NOWHERE);
        Files.move(folder.resolve("report.json"), folder.resolve("run.json"));
        Files.move(folder.resolve("machine.json"), folder.resolve("run-machine.json"));
        Path readme = folder.resolve("README.md");
        String markers = "before\n<!-- figures:begin file=run.json cases=conv -->\nold\n<!-- figures:end -->\nafter\n";
        Files.writeString(readme, markers);
        String at = folder.toString();
        assertEquals(1, ReadmeFigures.run(new String[] {"--check", at}, NOWHERE, NOWHERE));
        assertEquals(markers, Files.readString(readme), "a check writes nothing");
        assertEquals(0, ReadmeFigures.run(new String[] {at}, NOWHERE, NOWHERE));
        assertEquals(0, ReadmeFigures.run(new String[] {"--check", at}, NOWHERE, NOWHERE));
        String text = Files.readString(readme);
        assertTrue(
                text.startsWith("before\n<!-- figures:begin") && text.endsWith("<!-- figures:end -->\nafter\n"), text);
        assertTrue(text.contains("| gemm | 1 | 5 | 0."), text);
        assertTrue(text.contains("| 64,56-64k3s1p1n1 | 2 | "), text);
    }

    @Test
    void severalRunsAreTheirMedians() {
        var runs = Runs.of(
                List.of(run(100, 90), run(80, 100), run(120, 70)),
                List.of(
                        machine("one", 200, "mkl", 1.1),
                        machine("two", 150, "mkl", 0.8),
                        machine("three", 160, "openblas", 1.5)));
        assertEquals(List.of("one", "two", "three"), runs.machines());
        assertEquals(List.of(new Limit("fma-peak", 1, 160, "GFLOP/s")), runs.limits());
        Row ours = runs.rows().get(0);
        assertEquals(List.of(72.0, 100.0, 132.0), List.of(ours.p10(), ours.value(), ours.p90()));
        assertEquals(3, runs.rows().size(), "rows of one contest and contestant are one");
        assertEquals(1, runs.nativeRatios().size());
        assertEquals(1.1, runs.nativeRatios().get(0).ratio());
        assertEquals("mkl", runs.nativeRatios().get(0).peer());
        String text = new FigureTables(runs).markdown("gemm");
        assertTrue(text.contains("3 runs"), text);
        assertTrue(
                text.contains(
                        "| a | 1 | 100.0 GFLOP/s (72.00 – 132.0) |  | mkl 90.00 GFLOP/s (63.00 – 110.0) | 1.10 |"),
                text);
    }

    private static List<Row> run(double ours, double theirs) {
        return List.of(
                SampleReport.row("gemm", "a", "quern", ours, "GFLOP/s"),
                SampleReport.row("gemm", "a", "mkl", theirs, "GFLOP/s"),
                SampleReport.row("gemm", "a", "openblas", 60, "GFLOP/s"));
    }

    private static ReportJson.MachineFile machine(String line, double peak, String peer, double ratio) {
        var machine = new Machine(line, "", 1, List.of(), "", List.of(), 16, "", "", "");
        var toPeer = new Ratio("gemm", "a", "quern", 1, "polluted", "GFLOP/s", peer, ratio);
        var limit = new Limit("fma-peak", 1, peak, "GFLOP/s");
        return new ReportJson.MachineFile(machine, List.of(limit), List.of(), List.of(toPeer), List.of(toPeer));
    }

    @Test
    void aBlockWithoutAnEndIsRefused() {
        String text = "<!-- figures:begin file=run.json -->\n";
        assertThrows(IOException.class, () -> ReadmeFigures.regenerated(text, folder));
    }

    @Test
    void theReadmeAgreesWithTheRawResults() throws IOException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        assumeTrue(
                ReadmeFigures.hasBlocks(Files.readString(root.resolve("README.md"))),
                "README.md has no block of figures");
        var err = new ByteArrayOutputStream();
        var arguments = new String[] {"--check", root.toString()};
        int code = ReadmeFigures.run(arguments, NOWHERE, new PrintStream(err, true, StandardCharsets.UTF_8));
        assertEquals(0, code, err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void agreementCountsMediansWithinTheOthersInterval() {
        List<Row> first = List.of(
                SampleReport.row("gemm", "near", "quern", 100, "GFLOP/s"),
                SampleReport.row("gemm", "far", "quern", 100, "GFLOP/s"),
                SampleReport.row("gemm", "gone", "quern", 100, "GFLOP/s"));
        List<Row> second = List.of(
                SampleReport.row("gemm", "near", "quern", 105, "GFLOP/s"),
                SampleReport.row("gemm", "far", "quern", 150, "GFLOP/s"));
        Agreement agreement = Agreement.of(first, second);
        assertEquals(0.5, agreement.eitherWay());
        assertTrue(agreement.text().startsWith("2 rows are in both reports"), agreement.text());
        assertTrue(agreement.text().contains("apart: gemm far quern"), agreement.text());
    }

    private static RoundMedian round(int round, String impl, double value) {
        return new RoundMedian(round, "gemm", "a", impl, 1, "polluted", "GFLOP/s", value);
    }
}
