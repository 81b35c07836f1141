// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Puts the FMA peak of one core beside each sample, measured right before and after it in the same process: on a machine
 * that others use too, the peak changes within seconds, and a sample is to be compared with the peak of its own time.
 * Needs the vector module. Takes three milliseconds on each side of a sample.
 */
public final class FmaPeakProfiler implements InternalProfiler {
    /** Name of the secondary result, in GFLOP/s. */
    public static final String LABEL = "fma-peak";

    /** Short calls until the loop is compiled; in a long one the interpreter would go round many thousand times. */
    private static final int SHORT_CALLS = 2000;

    private static final int SHORT_STEPS = 64;

    /** And some as long as those that count. */
    private static final int WARM = 4;

    private final LimitsBenchmark loop = new LimitsBenchmark();
    private double before;

    /** Made by JMH, once a trial. */
    public FmaPeakProfiler() {
        for (int i = 0; i < SHORT_CALLS; i++) {
            keep(loop.chains(SHORT_STEPS));
        }
        for (int i = 0; i < WARM; i++) {
            gflops();
        }
    }

    /** A result that nobody reads would not be computed; the chains tend to term / (1 - factor) = 1. */
    private static void keep(float sum) {
        if (!(Math.abs(sum) < Float.MAX_VALUE)) {
            throw new IllegalStateException("sum of the chains = " + sum);
        }
    }

    private double gflops() {
        long from = System.nanoTime();
        float sum = loop.fmaPeak();
        long nanos = System.nanoTime() - from;
        keep(sum);
        return LimitsBenchmark.FMA_PEAK_FLOPS / (double) nanos;
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = gflops();
    }

    @Override
    public List<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double mean = (before + gflops()) / 2;
        return List.of(new ScalarResult(LABEL, mean, "GFLOP/s", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "FMA peak beside each sample";
    }
}
