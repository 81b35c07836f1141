// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/** Measures the matrix product and the FMA peak in one run, on one thread, and prints one as a share of the other. */
public final class GemmTable {
    private GemmTable() {}

    /**
     * Runs.
     *
     * @param arguments the number of forks, and the directory for JMH's raw results and the table
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(LimitsBenchmark.class.getName())
                        .include(GemmBenchmark.class.getName())
                        .forks(Integer.parseInt(arguments[0]))
                        .warmupIterations(4)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(10)
                        .measurementTime(TimeValue.milliseconds(400))
                        .jvmArgs("--add-modules", "jdk.incubator.vector")
                        .resultFormat(ResultFormatType.JSON)
                        .result(directory.resolve("gemm-jmh.json").toString())
                        .build())
                .run();
        print(results, System.out);
        Path table = directory.resolve("gemm.txt");
        try (var file = new PrintStream(table.toFile(), StandardCharsets.UTF_8)) {
            print(results, file);
        }
    }

    private static void print(Collection<RunResult> results, PrintStream out) throws IOException {
        out.printf("%s%n", machine());
        double peak = 0;
        double quietPeak = 0;
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().endsWith("fmaPeak")) {
                Statistics nanos = result.getPrimaryResult().getStatistics();
                peak = LimitsBenchmark.FMA_PEAK_FLOPS / nanos.getPercentile(50);
                quietPeak = LimitsBenchmark.FMA_PEAK_FLOPS / nanos.getPercentile(10);
            }
        }
        out.printf(
                Locale.ROOT,
                "one thread; FMA peak, registers only: median %.1f, p90 %.1f GFLOP/s; over all forks%n",
                peak,
                quietPeak);
        out.printf(
                "%-16s %-16s %8s %8s %8s %7s %9s %7s%n",
                "shape", "impl", "GFLOP/s", "p10", "p90", "share", "p90 share", "B/op");
        for (RunResult result : results) {
            String shape = result.getParams().getParam("shape");
            if (shape != null) {
                Statistics nanos = result.getPrimaryResult().getStatistics();
                double flops = GemmBenchmark.flops(shape);
                out.printf(
                        Locale.ROOT,
                        "%-16s %-16s %8.1f %8.1f %8.1f %7.3f %9.3f %7.3f%n",
                        shape,
                        result.getParams().getParam("impl"),
                        flops / nanos.getPercentile(50),
                        flops / nanos.getPercentile(90),
                        flops / nanos.getPercentile(10),
                        flops / nanos.getPercentile(50) / peak,
                        flops / nanos.getPercentile(10) / quietPeak,
                        event(result, "bytes") / event(result, "calls"));
            }
        }
    }

    private static double event(RunResult result, String name) {
        return result.getSecondaryResults().get(name).getScore();
    }

    private static String machine() throws IOException {
        return String.format(
                Locale.ROOT,
                "%s, %d cores; Java %s (%s); %s; %s",
                cpu(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.runtime.version"),
                System.getProperty("java.vm.info"),
                FloatVector.SPECIES_PREFERRED,
                LocalDate.now(ZoneOffset.UTC));
    }

    private static String cpu() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(info)) {
            String[] wanted = {"model name", "cpu family", "model\t"};
            var all = lines.limit(10).toList();
            var text = new StringBuilder();
            for (String key : wanted) {
                all.stream()
                        .filter(line -> line.startsWith(key))
                        .findFirst()
                        .ifPresent(line -> text.append(text.isEmpty() ? "" : " ")
                                .append(text.isEmpty() ? "" : key.strip() + " ")
                                .append(line.substring(line.indexOf(':') + 2)));
            }
            return text.toString();
        }
    }
}
