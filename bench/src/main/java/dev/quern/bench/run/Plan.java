// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The order of all processes. Rounds are outermost, so that the samples of every case spread over the whole run, and
 * within a round the contestants of a suite follow each other, so that they meet the same clock.
 */
final class Plan {
    /** Who shows the cliff: the defaults. */
    private static final String CLIFF_IMPL = "quern";

    private final BenchOptions options;
    private final List<Contestant> contestants;

    Plan(BenchOptions options, List<Contestant> contestants) {
        this.options = options;
        this.contestants = contestants;
    }

    /** The processes of one round, but for those of the startup suite. */
    List<Task> round(int round) {
        List<Task> tasks = new ArrayList<>();
        for (Suite suite : options.suites()) {
            for (int threads : options.threads()) {
                for (Contestant contestant : contestants) {
                    if (suite == Suite.CLIFF) {
                        if (contestant.impl().equals(CLIFF_IMPL)) {
                            addCliff(tasks, round, contestant, threads);
                        }
                    } else if (suite != Suite.STARTUP) {
                        List<String> all = offered(suite, contestant);
                        add(
                                tasks,
                                new Task(round, suite, suite, contestant, threads, Task.POLLUTED, all, selected(all)));
                    }
                }
            }
        }
        return tasks;
    }

    /** Each case warmed up alone in a process of its own, and those of a suite together in one that has seen all of the suite. */
    private void addCliff(List<Task> tasks, int round, Contestant contestant, int threads) {
        Map<Suite, List<String>> cases = new LinkedHashMap<>();
        for (String name : selected(Tables.cases(Suite.CLIFF, options.quick()))) {
            int colon = name.indexOf(':');
            Suite suite = Suite.of(name.substring(0, colon));
            cases.computeIfAbsent(suite, s -> new ArrayList<>()).add(name.substring(colon + 1));
        }
        cases.forEach((suite, names) -> {
            for (String name : names) {
                add(
                        tasks,
                        new Task(
                                round,
                                Suite.CLIFF,
                                suite,
                                contestant,
                                threads,
                                Task.FRESH,
                                List.of(name),
                                List.of(name)));
            }
            add(
                    tasks,
                    new Task(
                            round,
                            Suite.CLIFF,
                            suite,
                            contestant,
                            threads,
                            Task.POLLUTED,
                            offered(suite, contestant),
                            names));
        });
    }

    private static void add(List<Task> tasks, Task task) {
        if (!task.cases().isEmpty()) {
            tasks.add(task);
        }
    }

    /** Who takes part in the startup suite. */
    List<Contestant> starters() {
        if (!options.suites().contains(Suite.STARTUP) || selected(Startup.CASES).isEmpty()) {
            return List.of();
        }
        return contestants.stream()
                .filter(c -> !offered(Suite.STARTUP, c).isEmpty())
                .toList();
    }

    private List<String> offered(Suite suite, Contestant contestant) {
        boolean few = options.quick() && contestant.forScale();
        List<String> cases = few ? Tables.forScale(suite) : Tables.cases(suite, options.quick());
        return cases.stream().filter(kase -> contestant.offers(suite, kase)).toList();
    }

    private List<String> selected(List<String> cases) {
        return cases.stream()
                .filter(kase -> options.cases().matcher(kase).find())
                .toList();
    }
}
