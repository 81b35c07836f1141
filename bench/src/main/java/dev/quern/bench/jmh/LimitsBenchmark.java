// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What one core can do at most: fused multiply-adds on registers alone, with enough independent chains to fill every
 * FMA unit of current CPUs (latency 4, two units).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LimitsBenchmark {
    /** Floating-point operations of one call of {@link #fmaPeak}. */
    public static final long FMA_PEAK_FLOPS;

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;
    private static final int STEPS = 1 << 20;

    static {
        FMA_PEAK_FLOPS = 2L * CHAINS * STEPS * FLOATS.length();
    }

    /** Not constants, so that the compiler cannot know the result. */
    float factor = 0.999f;

    float term = 1e-3f;

    /** The FMA units at work. */
    @Benchmark
    public float fmaPeak() {
        return chains(STEPS);
    }

    /** Twelve chains of FMAs; all stay near 1, far from infinities and denormals. */
    float chains(int steps) {
        FloatVector x = FloatVector.broadcast(FLOATS, factor);
        FloatVector y = FloatVector.broadcast(FLOATS, term);
        FloatVector s0 = y;
        FloatVector s1 = y;
        FloatVector s2 = y;
        FloatVector s3 = y;
        FloatVector s4 = y;
        FloatVector s5 = y;
        FloatVector s6 = y;
        FloatVector s7 = y;
        FloatVector s8 = y;
        FloatVector s9 = y;
        FloatVector s10 = y;
        FloatVector s11 = y;
        for (int i = 0; i < steps; i++) {
            s0 = s0.fma(x, y);
            s1 = s1.fma(x, y);
            s2 = s2.fma(x, y);
            s3 = s3.fma(x, y);
            s4 = s4.fma(x, y);
            s5 = s5.fma(x, y);
            s6 = s6.fma(x, y);
            s7 = s7.fma(x, y);
            s8 = s8.fma(x, y);
            s9 = s9.fma(x, y);
            s10 = s10.fma(x, y);
            s11 = s11.fma(x, y);
        }
        FloatVector sum = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
        return sum.add(s6).add(s7).add(s8).add(s9).add(s10).add(s11).lane(0);
    }
}
