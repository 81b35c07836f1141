// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.bench.contest.Case;
import dev.quern.bench.contest.Suite;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All samples of a run so far, and the report they make. One thread at a time. */
final class Results {
    /**
     * What a sample belongs to.
     *
     * @param suite that of the case, which decides its unit; null where there is no case
     */
    private record Key(String reported, String kase, String impl, int threads, String mode, String unit, Suite suite) {}

    private final Map<Key, TreeMap<Integer, double[]>> samples = new LinkedHashMap<>();
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
                    values);
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
        put(new Key(Suite.STARTUP.label(), kase, impl, 1, Task.PROCESS, unit, null), round, new double[] {value});
    }

    /** Notes who could not take part. */
    synchronized void absent(String impl, Suite suite, String reason) {
        var entry = new Absent(impl, suite.label(), reason);
        if (!absent.contains(entry)) {
            absent.add(entry);
        }
    }

    private void put(Key key, int round, double[] values) {
        samples.computeIfAbsent(key, k -> new TreeMap<>()).put(round, values);
    }

    /** JMH's results of one file; each also goes to the collected ones, with its round. */
    private JsonNode read(Path file, int round) throws IOException {
        if (!Files.exists(file)) {
            return new ObjectMapper().createArrayNode();
        }
        JsonNode results = new ObjectMapper().readTree(file.toFile());
        for (JsonNode result : results) {
            JsonNode params = result.path("params");
            ObjectNode target = params instanceof ObjectNode node ? node : ((ObjectNode) result).putObject("params");
            target.put("round", Integer.toString(round));
            jmh.add(result);
        }
        return results;
    }

    private static double[] nanos(JsonNode result) {
        List<Double> values = new ArrayList<>();
        for (JsonNode fork : result.get("primaryMetric").get("rawData")) {
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
            double[] all =
                    byRound.values().stream().flatMapToDouble(Arrays::stream).toArray();
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
                    share(key, value),
                    true));
            byRound.forEach((round, values) -> rounds.add(new RoundMedian(
                    round,
                    key.reported,
                    key.kase,
                    key.impl,
                    key.threads,
                    key.mode,
                    key.unit,
                    Percentiles.of(values, 0.5))));
            Case kase = parsed(key);
            if (key.unit.equals("GFLOP/s") && !key.reported.equals(Suite.CLIFF.label())) {
                points.add(
                        new Point(key.reported, key.kase, key.impl, key.threads, kase.flops() / kase.bytes(), value));
            }
        });
        return Report.of(machine, limits.list(), rows, points, absent, rounds);
    }

    private double share(Key key, double value) {
        Case kase = parsed(key);
        return kase == null ? 0 : limits.share(key.suite, kase, key.threads, value);
    }

    private static Case parsed(Key key) {
        return key.suite == null ? null : key.suite.parse(key.kase.substring(key.kase.indexOf(':') + 1));
    }
}
