// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.bench.contest.Contestants;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.jmh.LimitsBenchmark;
import dev.quern.bench.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final String CASE = "256x256x256";
    private static final double FLOPS = 2.0 * 256 * 256 * 256;

    @TempDir
    private Path directory;

    private final Results results = new Results();

    @Test
    void aShareIsTheMedianOfTheSamplesSharesOfThePeaksBesideThem() throws IOException {
        limits(200);
        // 150 of 200, 100 of 160, 90 of 100.
        task("[150,100,90]", "[200,160,100]");
        assertEquals(0.75, share(), 1e-9);
    }

    @Test
    void withoutPeaksBesideThemTheLimitIsThatOfTheRun() throws IOException {
        limits(200);
        task("[150,100,90]", null);
        assertEquals(0.5, share(), 1e-9);
    }

    @Test
    void withoutLimitsThereIsNoShare() throws IOException {
        task("[150,100,90]", null);
        assertEquals(0, share());
    }

    private double share() {
        return results.report(Machine.read()).rows().get(0).shareOfLimit();
    }

    private void limits(double gflops) throws IOException {
        List<String> entries = new ArrayList<>();
        entries.add(result("fmaPeak", "", "" + LimitsBenchmark.FMA_PEAK_FLOPS / gflops, ""));
        for (Caches.Level level : Caches.read().levels()) {
            entries.add(result("copy", "\"bytes\":\"" + level.arrayBytes() + "\"", "1", ""));
        }
        results.addLimits(0, 1, file(entries));
    }

    /** Both as speeds in GFLOP/s. */
    private void task(String samples, String peaks) throws IOException {
        var nanos = new StringBuilder();
        for (String gflops : samples.substring(1, samples.length() - 1).split(",")) {
            nanos.append(nanos.isEmpty() ? "" : ",").append(FLOPS / Double.parseDouble(gflops));
        }
        String beside = peaks == null ? "" : "\"fma-peak\":{\"rawData\":[" + peaks + "]}";
        var task = new Task(
                0, Suite.GEMM, Suite.GEMM, Contestants.named("quern"), 1, Task.POLLUTED, List.of(CASE), List.of(CASE));
        results.add(task, file(List.of(result("run", "\"kase\":\"" + CASE + "\"", nanos.toString(), beside))));
    }

    private static String result(String way, String params, String nanos, String secondary) {
        return "{\"benchmark\":\"some." + way + "\",\"params\":{" + params + "},\"primaryMetric\":{\"rawData\":[["
                + nanos + "]]},\"secondaryMetrics\":{" + secondary + "}}";
    }

    private Path file(List<String> entries) throws IOException {
        return Files.writeString(
                Files.createTempFile(directory, "jmh", ".json"), "[" + String.join(",", entries) + "]");
    }
}
