// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures the matrix product and the FMA peak in one run and prints one as a share of the other. */
public final class GemmTable {
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private GemmTable() {}

    /**
     * Runs.
     *
     * @param arguments the number of forks, and a file for JMH's raw results in JSON
     */
    public static void main(String[] arguments) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(LimitsBenchmark.class.getName())
                .include(GemmBenchmark.class.getName())
                .forks(Integer.parseInt(arguments[0]))
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(10)
                .measurementTime(TimeValue.milliseconds(400))
                .jvmArgs("--add-modules", "jdk.incubator.vector")
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(arguments[1]);
        print(new Runner(options.build()).run());
    }

    private static void print(Collection<RunResult> results) {
        double peak = 0;
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().endsWith("fmaPeak")) {
                peak = LimitsBenchmark.FMA_PEAK_FLOPS / median(result);
            }
        }
        System.out.printf(Locale.ROOT, "%nFMA peak, registers only: %.1f GFLOP/s; medians of all iterations%n", peak);
        System.out.printf("%-16s %-16s %9s %7s %9s%n", "shape", "impl", "GFLOP/s", "share", "B/op");
        for (RunResult result : results) {
            String shape = result.getParams().getParam("shape");
            if (shape != null) {
                double speed = GemmBenchmark.flops(shape) / median(result);
                Result<?> bytes = result.getSecondaryResults().get(ALLOCATION);
                System.out.printf(
                        Locale.ROOT,
                        "%-16s %-16s %9.1f %7.3f %9.3f%n",
                        shape,
                        result.getParams().getParam("impl"),
                        speed,
                        speed / peak,
                        bytes.getScore());
            }
        }
    }

    /** Median nanoseconds a call. */
    private static double median(RunResult result) {
        return result.getPrimaryResult().getStatistics().getPercentile(50);
    }
}
