// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.jmh;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Contestants;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.bench.verify.Verification;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What all families have in common: one case by one contestant, which proves its answer before it is timed. The
 * parameters come from {@code dev.quern.bench.run.Tables} by way of the runner; started by hand JMH wants them with
 * {@code -p}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class ContestBenchmark {
    /** Who computes. */
    @Param("quern")
    public String impl;

    /** What, by its name. */
    @Param("")
    public String kase;

    /** Threads that the contestant may use itself; JMH calls it from one. */
    @Param("1")
    public int threads;

    private final Suite suite;
    private Work work;

    ContestBenchmark(Suite suite) {
        this.suite = suite;
    }

    /** The family. */
    public Suite suite() {
        return suite;
    }

    /** Makes the case ready and refuses to go on with a wrong answer. */
    @Setup(Level.Trial)
    public void prepare() throws Exception {
        prepare(Contestants.named(impl));
    }

    void prepare(Contestant contestant) throws Exception {
        work = contestant.prepare(suite, kase, threads);
        work.run();
        Verification.check(contestant, suite, kase, work);
    }

    /** What is timed. */
    @Benchmark
    public void run() throws Exception {
        work.run();
    }

    /** Gives everything back. */
    @TearDown(Level.Trial)
    public void close() {
        if (work != null) {
            work.close();
        }
    }
}
