// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.contest.Contestants;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.jmh.ContestBenchmark;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static List<Task> tasks(String suite, String kase) {
        var properties = new Properties();
        properties.setProperty("suite", suite);
        properties.setProperty("case", kase);
        properties.setProperty("quick", "true");
        return new Plan(BenchOptions.of(properties), Contestants.all()).round(0);
    }

    @Test
    void everySuiteHasItsBenchmark() throws ReflectiveOperationException {
        for (Suite suite : Suite.values()) {
            if (suite != Suite.CLIFF && suite != Suite.STARTUP) {
                var benchmark = (ContestBenchmark) Class.forName("dev.quern.bench.jmh." + Child.benchmark(suite))
                        .getDeclaredConstructor()
                        .newInstance();
                assertEquals(suite, benchmark.suite());
            }
        }
    }

    @Test
    void aProcessIsPollutedByTheWholeSuiteWhateverIsChosen() {
        Task task = tasks("gemm", "^512x512x512$").get(0);
        assertEquals(List.of("512x512x512"), task.cases());
        assertTrue(task.pollution().size() > 3);
    }

    @Test
    void theFullTableTimesTheShallowNetworksConvolutionNaivelyByColumnsAndDirectly() {
        var properties = new Properties();
        properties.setProperty("suite", "conv");
        properties.setProperty("case", "^" + Tables.SHALLOW + "$");
        List<String> timed = new Plan(BenchOptions.of(properties), Contestants.all())
                .round(0).stream()
                        .filter(task -> task.cases().contains(Tables.SHALLOW))
                        .map(task -> task.contestant().impl())
                        .toList();
        assertTrue(timed.containsAll(List.of("naive", "quern-im2col", "quern")), timed.toString());
    }

    @Test
    void theCliffIsTheSameCaseFreshAndPolluted() {
        List<Task> tasks = tasks("cliff", "conv:64,56-64k3s1p1n1");
        assertEquals(
                List.of("fresh", "polluted"), tasks.stream().map(Task::mode).toList());
        assertEquals(tasks.get(0).cases(), tasks.get(0).pollution());
        assertTrue(tasks.get(1).pollution().size() > 1);
        assertEquals("conv:64,56-64k3s1p1n1", tasks.get(0).reported("64,56-64k3s1p1n1"));
    }

    @Test
    void percentilesLieOnTheLineBetweenSamples() {
        double[] samples = {4, 1, 3, 2};
        assertEquals(2.5, Percentiles.of(samples, 0.5));
        assertEquals(1, Percentiles.of(samples, 0));
        assertEquals(4, Percentiles.of(samples, 1));
        assertEquals(1.3, Percentiles.of(samples, 0.1), 1e-12);
    }
}
