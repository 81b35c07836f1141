// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import com.sun.management.OperatingSystemMXBean;
import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Contestants;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.bench.jmh.FmaPeakProfiler;
import dev.quern.bench.verify.Verification;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The process that measures one contestant in one suite: pollutes itself, then lets JMH time each case. Tells its parent
 * on standard output, line by line: {@code @done CASE}, {@code @failed CASE REASON}, {@code @wrong CASE REASON}. The
 * figures go to a file, written anew after each case so that a crash leaves what came before it.
 */
final class Child {
    /** Between cases in one argument. */
    static final String SEPARATOR = ";";

    static final String DONE = "@done ";
    static final String FAILED = "@failed ";
    static final String WRONG = "@wrong ";

    private static final int POLLUTION_PASSES = 2;
    private static final long MILLI = 1_000_000;
    private static final long WINDOW = 10 * MILLI;
    private static final int STALE_WINDOWS = 10;
    private static final double CLEARLY = 0.9;
    private static final long SLEEP_MILLIS = 20;
    private static final int MOST_SLEEPS = 50;
    /** A network whose call takes a twentieth of a second asks for this long until all its kernels are compiled. */
    private static final long MOST_SETTLING = 10_000 * MILLI;

    private static final long MIXED = 7;

    private final Suite suite;
    private final Contestant contestant;
    private final int threads;
    private final Pace pace;
    private final Path file;
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final List<RunResult> results = new ArrayList<>();

    private Child(Suite suite, Contestant contestant, int threads, Pace pace, Path file) {
        this.suite = suite;
        this.contestant = contestant;
        this.threads = threads;
        this.pace = pace;
        this.file = file;
    }

    /**
     * Runs.
     *
     * @param arguments suite, contestant, threads, pace, file for JMH's results, mode, cases to pollute with, cases to time
     */
    public static void main(String[] arguments) throws IOException {
        var child = new Child(
                Suite.of(arguments[0]),
                Contestants.named(arguments[1]),
                Integer.parseInt(arguments[2]),
                Pace.parse(arguments[3]),
                Path.of(arguments[4]));
        child.pollute(arguments[5].equals(Task.POLLUTED), split(arguments[6]));
        for (String kase : split(arguments[7])) {
            child.time(kase);
        }
        // Threads that a native library left behind must not keep the process.
        System.exit(0);
    }

    private static List<String> split(String cases) {
        return cases.isEmpty() ? List.of() : List.of(cases.split(SEPARATOR));
    }

    /** Every case in mixed order, twice, so that the JIT has seen all of them before it may settle on one; before them other vector code. */
    private void pollute(boolean foreign, List<String> cases) {
        if (foreign && contestant.vectorModule() && Float.isNaN(ForeignVectors.run())) {
            throw new IllegalStateException("the foreign vectors came to NaN");
        }
        List<String> order = new ArrayList<>(cases);
        for (int pass = 0; pass < POLLUTION_PASSES; pass++) {
            Collections.shuffle(order, new Random(MIXED + pass));
            for (String kase : order) {
                if (!failures.containsKey(kase)) {
                    try (Work work = contestant.prepare(suite, kase, threads)) {
                        runForAWhile(work);
                    } catch (Exception | LinkageError e) {
                        failures.put(kase, sentence(e));
                    }
                }
            }
        }
    }

    /** Runs until neither the case gets faster nor the JIT is at work: what is timed later would be its progress. */
    private void runForAWhile(Work work) throws Exception {
        long start = System.nanoTime();
        do {
            runUntilNoFaster(work, start);
        } while (compilerWasBusy() && System.nanoTime() - start < MOST_SETTLING);
    }

    /** Runs as long as the pace says, and on until no window has been clearly faster than all before for a while. */
    private void runUntilNoFaster(Work work, long start) throws Exception {
        double best = Double.MAX_VALUE;
        int stale = 0;
        while (System.nanoTime() - start < MOST_SETTLING
                && (stale < STALE_WINDOWS || System.nanoTime() - start < pace.pollutionMillis() * MILLI)) {
            double perCall = window(work);
            stale = perCall < best * CLEARLY ? 0 : stale + 1;
            best = Math.min(best, perCall);
        }
    }

    /** Waits until this process takes no processor time while this thread sleeps, and tells whether it did at first. */
    private static boolean compilerWasBusy() throws InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        int waits = 0;
        long before;
        do {
            before = system.getProcessCpuTime();
            Thread.sleep(SLEEP_MILLIS);
            waits++;
        } while (system.getProcessCpuTime() - before > SLEEP_MILLIS * MILLI / 5 && waits < MOST_SLEEPS);
        return waits > 1;
    }

    private static double window(Work work) throws Exception {
        long from = System.nanoTime();
        int calls = 0;
        long nanos;
        do {
            work.run();
            calls++;
            nanos = System.nanoTime() - from;
        } while (nanos < WINDOW);
        return nanos / (double) calls;
    }

    private void time(String kase) throws IOException {
        String failure = failures.get(kase);
        if (failure != null) {
            say(FAILED + kase + " " + failure);
            return;
        }
        ChainedOptionsBuilder builder = new OptionsBuilder()
                .include("\\." + benchmark(suite) + "\\.run$")
                .param("impl", contestant.impl())
                .param("kase", kase)
                .param("threads", Integer.toString(threads));
        if (threads == 1 && contestant.vectorModule()) {
            builder.addProfiler(FmaPeakProfiler.class);
        }
        try {
            results.addAll(run(builder, pace));
        } catch (RunnerException e) {
            Throwable cause = cause(e);
            say((cause instanceof Verification.WrongResultException ? WRONG : FAILED) + kase + " " + sentence(cause));
            return;
        }
        write(results, file);
        say(DONE + kase);
    }

    /** Lets JMH run in this process, silently. */
    static List<RunResult> run(ChainedOptionsBuilder builder, Pace pace) throws RunnerException {
        PrintStream out = System.out;
        try {
            // JMH in this process warns of not forking, which here is done by the parent.
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            return List.copyOf(new Runner(builder.forks(0)
                            .warmupIterations(1)
                            .warmupTime(TimeValue.milliseconds(pace.warmupMillis()))
                            .measurementIterations(pace.iterations())
                            .measurementTime(TimeValue.milliseconds(pace.iterationMillis()))
                            .shouldFailOnError(true)
                            .verbosity(VerboseMode.SILENT)
                            .build())
                    .run());
        } finally {
            System.setOut(out);
        }
    }

    /** Replaces the file in one step. */
    static void write(List<RunResult> results, Path file) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (var out = new PrintStream(next.toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The class of a suite: {@code conv-backward-data} is timed by ConvBackwardDataBenchmark. */
    static String benchmark(Suite suite) {
        var name = new StringBuilder();
        for (String word : suite.label().split("-")) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return name + "Benchmark";
    }

    private static Throwable cause(Throwable e) {
        Throwable inner = e;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner.getSuppressed().length > 0 ? cause(inner.getSuppressed()[0]) : inner;
    }

    private static String sentence(Throwable e) {
        String message =
                e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
        return message.isEmpty() ? e.getClass().getName() : message;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
