// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Contestants;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.report.Baseline;
import dev.quern.bench.report.Machine;
import dev.quern.bench.report.Report;
import dev.quern.bench.report.ReportWriter;
import dev.quern.bench.terminal.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The throughput report: measures this machine, our kernels and their peers in one run, proves every answer before it is
 * timed, and writes report.json, jmh.json, machine.json, report.txt and report.html. The options are system properties,
 * see {@link BenchOptions}. Ctrl-C leaves the results so far. The exit code is 1 when an option is not allowed, when a
 * result was wrong, or when a case lost against the baseline.
 */
public final class Bench {
    private static final long SECONDS_A_CASE = 60;
    private static final int LIMIT_STEPS = 8;
    private static final int STARTUP_STEPS = 6;

    /** Exit codes of a process that Ctrl-C or its like ended: it shares our terminal. */
    private static final Set<Integer> INTERRUPTED = Set.of(130, 143);

    private final BenchOptions options;
    private final List<Contestant> contestants;
    private final Baseline baseline;
    private final ChildProcess processes;
    private final Path scratch;
    private final Results results = new Results();
    private final Machine machine = Machine.read();
    private final Set<String> gaveUp = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();
    private volatile boolean stopping;
    private boolean written;

    private Bench(BenchOptions options) throws IOException {
        this.options = options;
        contestants = Contestants.all().stream()
                .filter(contestant -> options.impls().matcher(contestant.impl()).find())
                .toList();
        baseline = options.baseline() == null ? null : Baseline.read(options.baseline());
        Files.createDirectories(options.output());
        scratch = Files.createTempDirectory("quern-bench");
        scratch.toFile().deleteOnExit();
        Path log = options.output().resolve("processes.log");
        Files.deleteIfExists(log);
        processes = new ChildProcess(log);
    }

    /** Runs and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code = 1;
        try {
            code = new Bench(BenchOptions.of(System.getProperties())).run();
        } catch (IllegalArgumentException | IOException e) {
            System.err.println("bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(code);
    }

    private int run() throws IOException, InterruptedException {
        var plan = new Plan(options, contestants);
        List<Task> first = plan.round(0);
        List<Contestant> starters = plan.starters();
        if (first.isEmpty() && starters.isEmpty()) {
            throw new IllegalArgumentException("case = " + options.cases() + ", impl = " + options.impls()
                    + " match no case that a contestant offers in the suites chosen");
        }
        var hook = new Thread(this::leave);
        Runtime.getRuntime().addShutdownHook(hook);
        int cases = first.stream().mapToInt(task -> task.cases().size()).sum();
        long total = (long) options.rounds()
                * (cases + starters.size() * STARTUP_STEPS + options.threads().size() * LIMIT_STEPS);
        try (var progress = new Progress("bench", total, System.out, Progress.terminal())) {
            var clock = new Clock(progress, total);
            for (int round = 0; round < options.rounds() && !stopping; round++) {
                round(round, plan, starters, clock);
            }
        }
        if (stopping) {
            // The hook writes the report, then the process ends.
            hook.join();
            return 1;
        }
        Report report = write(System.out);
        List<Baseline.Loss> losses = baseline == null ? List.of() : baseline.losses(report.rows(), options.loss());
        losses.forEach(loss -> System.err.println("bench: lost " + loss));
        wrong.forEach(sentence -> System.err.println("bench: wrong result: " + sentence));
        return losses.isEmpty() && wrong.isEmpty() ? 0 : 1;
    }

    private void round(int round, Plan plan, List<Contestant> starters, Clock clock)
            throws IOException, InterruptedException {
        for (int threads : options.threads()) {
            if (!stopping) {
                limits(round, threads);
                clock.step(LIMIT_STEPS, "limits");
            }
        }
        for (Task task : plan.round(round)) {
            if (!stopping) {
                measure(task);
                clock.step(task.cases().size(), task.toString());
            }
        }
        var startup = new Startup(processes, results);
        for (Contestant contestant : starters) {
            if (!stopping) {
                startup.run(round, contestant);
                clock.step(STARTUP_STEPS, Suite.STARTUP + ", " + contestant.impl());
            }
        }
    }

    private void limits(int round, int threads) throws IOException, InterruptedException {
        Path file = scratch.resolve("limits-" + round + "-" + threads + ".json");
        processes.run(
                LimitsChild.class,
                true,
                threads,
                LIMIT_STEPS * SECONDS_A_CASE,
                List.of(Integer.toString(threads), options.pace().toString(), file.toString()),
                line -> {});
        results.addLimits(round, threads, file);
    }

    /** A contestant that brought nothing to its suite is not asked again. */
    private void measure(Task task) throws IOException, InterruptedException {
        String who = task.contestant().impl() + " " + task.suite() + " " + task.threads() + task.mode() + task.cases();
        if (gaveUp.contains(who)) {
            return;
        }
        Path file = Files.createTempFile(scratch, "task", ".json");
        Files.delete(file);
        List<String> open = new ArrayList<>(task.cases());
        List<String> reasons = new ArrayList<>();
        int code = processes.run(
                Child.class,
                task.contestant().vectorModule(),
                task.threads(),
                SECONDS_A_CASE * (task.cases().size() + task.pollution().size()),
                List.of(
                        task.suite().label(),
                        task.contestant().impl(),
                        Integer.toString(task.threads()),
                        options.pace().toString(),
                        file.toString(),
                        task.mode(),
                        String.join(Child.SEPARATOR, task.pollution()),
                        String.join(Child.SEPARATOR, task.cases())),
                line -> take(line, open, reasons));
        if (stopping || INTERRUPTED.contains(code)) {
            return;
        }
        if (!open.isEmpty()) {
            reasons.add("its process ended with code " + code + " before " + task.suite() + " " + open.get(0)
                    + " was measured");
        }
        if (!Files.exists(file)) {
            gaveUp.add(who);
        }
        results.add(task, file);
        reasons.stream()
                .distinct()
                .forEach(reason -> results.absent(task.contestant().impl(), task.reportedSuite(), reason));
    }

    private void take(String line, List<String> open, List<String> reasons) {
        if (line.startsWith(Child.DONE)) {
            open.remove(line.substring(Child.DONE.length()));
            return;
        }
        for (String prefix : List.of(Child.FAILED, Child.WRONG)) {
            if (line.startsWith(prefix)) {
                String[] parts = line.substring(prefix.length()).split(" ", 2);
                open.remove(parts[0]);
                reasons.add(parts[1]);
                if (prefix.equals(Child.WRONG)) {
                    wrong.add(parts[1]);
                }
            }
        }
    }

    /** Ctrl-C: the process that runs is ended, and what there is becomes the report. */
    private void leave() {
        stopping = true;
        processes.stop();
        try {
            write(System.out);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        }
    }

    /** Writes once; null when that was done before. */
    private synchronized Report write(PrintStream terminal) throws IOException {
        if (written) {
            return null;
        }
        written = true;
        Report report = results.report(machine);
        results.writeJmh(options.output().resolve("jmh.json"));
        if (baseline == null) {
            ReportWriter.write(report, options.output(), terminal);
        } else {
            ReportWriter.write(report, baseline, options.output(), terminal);
        }
        return report;
    }
}
