// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Several runs of the report as one: a value, share, limit or ratio is the median of those of the runs that have it, p10
 * is the lowest and p90 the highest. What did not take part in a run is absent.
 *
 * @param machines one line for each run
 */
record Runs(List<String> machines, List<Limit> limits, List<Row> rows, List<Ratio> nativeRatios, List<Absent> absent) {

    /** Reads each {@code NAME.json} with {@code NAME-machine.json} beside it. */
    static Runs read(List<Path> files) throws IOException {
        List<List<Row>> rows = new ArrayList<>();
        List<ReportJson.MachineFile> machines = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            rows.add(ReportJson.readRows(file));
            machines.add(ReportJson.readMachine(file.resolveSibling(name.replaceFirst("\\.json$", "-machine.json"))));
        }
        return of(rows, machines);
    }

    static Runs of(List<List<Row>> rows, List<ReportJson.MachineFile> machines) {
        List<Row> merged = groups(rows, Row::key).stream().map(Runs::row).toList();
        return new Runs(
                machines.stream().map(file -> file.machine().line()).toList(),
                groups(lists(machines, ReportJson.MachineFile::limits), l -> l.name() + " " + l.threads()).stream()
                        .map(Runs::limit)
                        .toList(),
                merged,
                groups(lists(machines, ReportJson.MachineFile::nativeRatios), Runs::contestant).stream()
                        .map(same -> ratio(same, merged))
                        .toList(),
                machines.stream()
                        .flatMap(file -> file.absent().stream())
                        .distinct()
                        .toList());
    }

    private static <T> List<List<T>> lists(
            List<ReportJson.MachineFile> machines, Function<ReportJson.MachineFile, List<T>> list) {
        return machines.stream().map(list).toList();
    }

    /** What belongs together, in the order of its first appearance. */
    private static <T, K> List<List<T>> groups(List<List<T>> runs, Function<T, K> key) {
        Map<K, List<T>> groups = runs.stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
        return List.copyOf(groups.values());
    }

    private static Row row(List<Row> same) {
        Row first = same.get(0);
        return new Row(
                first.suite(),
                first.kase(),
                first.impl(),
                first.threads(),
                first.mode(),
                median(same, Row::value),
                first.unit(),
                same.stream().mapToDouble(Row::p10).min().orElseThrow(),
                same.stream().mapToDouble(Row::p90).max().orElseThrow(),
                median(same, Row::shareOfLimit),
                same.stream().allMatch(Row::verified));
    }

    private static Limit limit(List<Limit> same) {
        Limit first = same.get(0);
        return new Limit(first.name(), first.threads(), median(same, Limit::value), first.unit());
    }

    private static Row.Key contestant(Ratio r) {
        return new Row.Key(r.suite(), r.kase(), r.impl(), r.threads(), r.mode(), r.unit());
    }

    /** The peer that is named is the best of the runs' peers over all runs; each run's ratio is to its own. */
    private static Ratio ratio(List<Ratio> same, List<Row> rows) {
        Ratio first = same.get(0);
        Comparator<Row> byValue = Comparator.comparingDouble(Row::value);
        String peer = rows.stream()
                .filter(row -> same.stream().anyMatch(r -> r.peer().equals(row.impl()) && first.sameContest(row)))
                .max(Row.lowerIsBetter(first.unit()) ? byValue.reversed() : byValue)
                .map(Row::impl)
                .orElse(first.peer());
        return new Ratio(
                first.suite(),
                first.kase(),
                first.impl(),
                first.threads(),
                first.mode(),
                first.unit(),
                peer,
                median(same, Ratio::ratio));
    }

    private static <T> double median(List<T> same, ToDoubleFunction<T> figure) {
        return Ratios.median(same.stream().mapToDouble(figure).toArray());
    }
}
