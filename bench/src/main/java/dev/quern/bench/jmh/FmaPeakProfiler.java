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

    /** Calls until the loop is compiled: the first ones are entered while they run. */
    private static final int WARM = 8;

    private final LimitsBenchmark loop = new LimitsBenchmark();
    private double before;

    /** Made by JMH, once a trial. */
    public FmaPeakProfiler() {
        for (int i = 0; i < WARM; i++) {
            gflops();
        }
    }

    private double gflops() {
        long from = System.nanoTime();
        float kept = loop.fmaPeak();
        long nanos = System.nanoTime() - from;
        // The chains tend to term / (1 - factor) = 1; a result that nobody reads would not be computed.
        if (!(Math.abs(kept) < Float.MAX_VALUE)) {
            throw new IllegalStateException("fmaPeak = " + kept);
        }
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
