// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.bench.contest.Case;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.jmh.FmaPeakProfiler;
import dev.quern.bench.report.Absent;
import dev.quern.bench.report.Machine;
import dev.quern.bench.report.Point;
import dev.quern.bench.report.Report;
import dev.quern.bench.report.RoundMedian;
import dev.quern.bench.report.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** All samples of a run so far, and the report they make. One thread at a time. */
final class Results {
    /**
     * What a sample belongs to.
     *
     * @param suite that of the case, which decides its unit; null where there is no case
     */
    private record Key(String reported, String kase, String impl, int threads, String mode, String unit, Suite suite) {}

    /**
     * What one process measured of one case.
     *
     * @param values of its samples
     * @param peaks the FMA peak beside each of them; empty where none was measured
     */
    private record Samples(double[] values, double[] peaks) {}

    private final Map<Key, TreeMap<Integer, Samples>> samples = new LinkedHashMap<>();
    private final List<Absent> absent = new ArrayList<>();
    private final Limits limits = new Limits();
    private final ArrayNode jmh = new ObjectMapper().createArrayNode();

    /** Takes over what a process measured. */
    synchronized void add(Task task, Path file) throws IOException {
        for (JsonNode result : read(file, task.round())) {
            String kase = result.get("params").get("kase").asText();
            Case parsed = task.suite().parse(kase);
            double[] values = nanos(result);
            for (int i = 0; i < values.length; i++) {
                values[i] = task.suite().amount(parsed) / values[i];
            }
            put(
                    new Key(
                            task.reportedSuite().label(),
                            task.reported(kase),
                            task.contestant().impl(),
                            task.threads(),
                            task.mode(),
                            task.suite().unit(),
                            task.suite()),
                    task.round(),
                    new Samples(values, peaks(result)));
        }
    }

    /** Takes over the limits that a process measured. */
    synchronized void addLimits(int round, int threads, Path file) throws IOException {
        for (JsonNode result : read(file, round)) {
            limits.add(threads, result, nanos(result));
        }
    }

    /** Takes over one figure of a whole process. */
    synchronized void add(int round, String kase, String impl, String unit, double value) {
        put(
                new Key(Suite.STARTUP.label(), kase, impl, 1, Task.PROCESS, unit, null),
                round,
                new Samples(new double[] {value}, new double[0]));
    }

    /** Notes who could not take part. */
    synchronized void absent(String impl, Suite suite, String reason) {
        var entry = new Absent(impl, suite.label(), reason);
        if (!absent.contains(entry)) {
            absent.add(entry);
        }
    }

    private void put(Key key, int round, Samples taken) {
        samples.computeIfAbsent(key, k -> new TreeMap<>()).put(round, taken);
    }

    /** JMH's results of one file, which is deleted; each also goes to the collected ones, with its round. */
    private JsonNode read(Path file, int round) throws IOException {
        if (!Files.exists(file)) {
            return new ObjectMapper().createArrayNode();
        }
        JsonNode results = new ObjectMapper().readTree(file.toFile());
        Files.delete(file);
        for (JsonNode result : results) {
            JsonNode params = result.path("params");
            ObjectNode target = params instanceof ObjectNode node ? node : ((ObjectNode) result).putObject("params");
            target.put("round", Integer.toString(round));
            jmh.add(result);
        }
        return results;
    }

    private static double[] nanos(JsonNode result) {
        return samples(result.get("primaryMetric"));
    }

    private static double[] peaks(JsonNode result) {
        return samples(result.path("secondaryMetrics").path(FmaPeakProfiler.LABEL));
    }

    private static double[] samples(JsonNode metric) {
        List<Double> values = new ArrayList<>();
        for (JsonNode fork : metric.path("rawData")) {
            fork.forEach(sample -> values.add(sample.asDouble()));
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** JMH's own JSON of all processes. */
    synchronized void writeJmh(Path file) throws IOException {
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), jmh);
    }

    /** What is known so far. */
    synchronized Report report(Machine machine) {
        List<Row> rows = new ArrayList<>();
        List<Point> points = new ArrayList<>();
        List<RoundMedian> rounds = new ArrayList<>();
        samples.forEach((key, byRound) -> {
            double[] all = byRound.values().stream()
                    .flatMapToDouble(taken -> Arrays.stream(taken.values))
                    .toArray();
            double value = Percentiles.of(all, 0.5);
            rows.add(new Row(
                    key.reported,
                    key.kase,
                    key.impl,
                    key.threads,
                    key.mode,
                    value,
                    key.unit,
                    Percentiles.of(all, 0.1),
                    Percentiles.of(all, 0.9),
                    share(key, byRound.values()),
                    true));
            byRound.forEach((round, taken) -> rounds.add(new RoundMedian(
                    round,
                    key.reported,
                    key.kase,
                    key.impl,
                    key.threads,
                    key.mode,
                    key.unit,
                    Percentiles.of(taken.values, 0.5))));
            Case kase = parsed(key);
            if (key.unit.equals("GFLOP/s") && !key.reported.equals(Suite.CLIFF.label())) {
                points.add(
                        new Point(key.reported, key.kase, key.impl, key.threads, kase.flops() / kase.bytes(), value));
            }
        });
        return Report.of(machine, limits.list(), rows, points, absent, rounds);
    }

    /** The median of the samples' shares of their limits; 0 where there is no limit. */
    private double share(Key key, Collection<Samples> rounds) {
        Case kase = parsed(key);
        if (kase == null) {
            return 0;
        }
        double[] shares = rounds.stream()
                .flatMapToDouble(taken -> {
                    double[] allowed = limits.of(key.suite, kase, key.threads, taken.peaks);
                    return IntStream.range(0, allowed.length == 0 ? 0 : taken.values.length)
                            .mapToDouble(i -> taken.values[i] / allowed[Math.min(i, allowed.length - 1)]);
                })
                .toArray();
        return shares.length == 0 ? 0 : Percentiles.of(shares, 0.5);
    }

    private static Case parsed(Key key) {
        return key.suite == null ? null : key.suite.parse(key.kase.substring(key.kase.indexOf(':') + 1));
    }
}
