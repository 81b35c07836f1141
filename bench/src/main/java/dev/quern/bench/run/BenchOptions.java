// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Suite;
import dev.quern.bench.report.Baseline;
import dev.quern.bench.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The report's options, from system properties of the same names; an empty one counts as absent.
 *
 * @param suites what is measured, {@code suite}; all when absent
 * @param cases which cases, {@code case}: a regular expression that occurs in the name
 * @param impls who takes part, {@code impl}: a regular expression that occurs in the contestant's name
 * @param threads numbers of threads; absent: 1, and in a full run also all processors
 * @param quick whether the short tables are measured
 * @param rounds how often each contestant gets its turn
 * @param baseline an earlier report.json, or null
 * @param loss share of its speed that a case may lose against the baseline
 * @param output where the report goes
 */
record BenchOptions(
        List<Suite> suites,
        Pattern cases,
        Pattern impls,
        List<Integer> threads,
        boolean quick,
        int rounds,
        Path baseline,
        double loss,
        Path output) {
    private static final int QUICK_ROUNDS = 5;
    private static final int FULL_ROUNDS = 5;
    private static final int MOST_ROUNDS = 1000;
    private static final int MOST_THREADS = 1024;

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the option, the value given and what is allowed
     */
    static BenchOptions of(Properties properties) {
        boolean quick = Settings.flag(properties, "quick");
        return new BenchOptions(
                suites(Settings.text(properties, "suite")),
                pattern(properties, "case"),
                pattern(properties, "impl"),
                threads(Settings.text(properties, "threads"), quick),
                quick,
                (int) Settings.number(properties, "rounds", quick ? QUICK_ROUNDS : FULL_ROUNDS, 1, MOST_ROUNDS),
                Settings.path(properties, "baseline", null),
                share(Settings.text(properties, "loss")),
                Settings.path(properties, "output", Path.of("bench", "target", "report")));
    }

    private static List<Suite> suites(String text) {
        if (text.isEmpty()) {
            return List.of(Suite.values());
        }
        List<Suite> suites = new ArrayList<>();
        for (String label : text.split(",", -1)) {
            suites.add(Suite.of(label.strip()));
        }
        return suites.stream().distinct().toList();
    }

    private static Pattern pattern(Properties properties, String name) {
        String text = Settings.text(properties, name);
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    name + " = " + text + " is no regular expression: " + e.getDescription(), e);
        }
    }

    private static List<Integer> threads(String text, boolean quick) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (text.isEmpty()) {
            return quick || processors == 1 ? List.of(1) : List.of(1, processors);
        }
        List<Integer> counts = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            var one = new Properties();
            one.setProperty("threads", each);
            counts.add((int) Settings.number(one, "threads", 0, 1, MOST_THREADS));
        }
        if (counts.contains(0)) {
            throw new IllegalArgumentException("threads = " + text + " but must be like 1,2");
        }
        return counts.stream().distinct().toList();
    }

    private static double share(String text) {
        if (text.isEmpty()) {
            return Baseline.DEFAULT_SHARE;
        }
        try {
            double share = Double.parseDouble(text);
            if (share >= 0 && share < 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // The same sentence serves: it says which numbers are allowed.
        }
        throw new IllegalArgumentException("loss = " + text + " but must be a number from 0 to below 1");
    }

    Pace pace() {
        return quick ? Pace.QUICK : Pace.FULL;
    }
}
