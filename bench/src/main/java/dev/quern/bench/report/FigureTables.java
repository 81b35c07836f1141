// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs as Markdown: a line on the machine for each, a table over all suites, and single cases where asked for. */
final class FigureTables {
    private final List<Row> rows;
    private final Runs runs;

    FigureTables(Runs runs) {
        this.rows = runs.rows();
        this.runs = runs;
    }

    /** @param suites comma-separated names of the suites whose cases are listed; may be empty */
    String markdown(String suites) {
        var text = new StringBuilder("\n");
        if (runs.machines().size() > 1) {
            text.append(runs.machines().size())
                    .append(" runs; figures are the medians of theirs, p10 the lowest and p90 the highest.\n\n");
        }
        runs.machines().forEach(line -> text.append(line).append(".\n\n"));
        text.append(limits()).append(summary());
        Arrays.stream(suites.split(",")).filter(suite -> !suite.isEmpty()).forEach(suite -> text.append(cases(suite)));
        return text.append(absent()).append('\n').toString();
    }

    private String limits() {
        String list = runs.limits().stream()
                .map(l -> l.name() + " " + TextReport.figure(l.value()) + " " + l.unit() + " (threads " + l.threads()
                        + ")")
                .collect(Collectors.joining(", "));
        return list.isEmpty()
                ? ""
                : (runs.machines().size() > 1 ? "Limits in the same runs: " : "Limits in the same run: ") + list
                        + ".\n\n";
    }

    private String summary() {
        record Group(String suite, int threads, String mode) {}
        var text = new StringBuilder();
        text.append(
                "| suite | threads | cases | share of limit, median | to best native peer: geometric mean | lowest | highest |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        List<Row> ours = rows.stream().filter(r -> r.impl().equals("quern")).toList();
        for (Group g : ours.stream()
                .map(r -> new Group(r.suite(), r.threads(), r.mode()))
                .distinct()
                .toList()) {
            List<Row> members = ours.stream()
                    .filter(r -> g.equals(new Group(r.suite(), r.threads(), r.mode())))
                    .toList();
            List<Ratio> ratios = runs.nativeRatios().stream()
                    .filter(r -> r.impl().equals("quern") && g.equals(new Group(r.suite(), r.threads(), r.mode())))
                    .toList();
            double[] shares = members.stream()
                    .mapToDouble(Row::shareOfLimit)
                    .filter(share -> share > 0)
                    .toArray();
            List<String> cells = new ArrayList<>(List.of(
                    g.suite() + (g.mode().equals("fresh") ? " (fresh)" : ""), "" + g.threads(), "" + members.size()));
            cells.add(shares.length == 0 ? "" : two(Ratios.median(shares)));
            double[] sorted = ratios.stream().mapToDouble(Ratio::ratio).sorted().toArray();
            boolean rated = sorted.length > 0;
            cells.add(rated ? two(Ratios.geometricMean(ratios)) + " (" + sorted.length + ")" : "");
            cells.add(rated ? two(sorted[0]) : "");
            cells.add(rated ? two(sorted[sorted.length - 1]) : "");
            text.append(line(cells));
        }
        return text.toString();
    }

    private String cases(String suite) {
        var text = new StringBuilder(
                "\n| " + suite
                        + " | threads | quern (p10 – p90) | share of limit | best native peer (p10 – p90) | ratio |\n|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            if (!row.suite().equals(suite) || !row.impl().equals("quern")) {
                continue;
            }
            Optional<Ratio> ratio =
                    runs.nativeRatios().stream().filter(r -> r.belongsTo(row)).findFirst();
            String peer = ratio.flatMap(r -> rows.stream()
                            .filter(o -> o.contest().equals(row.contest())
                                    && o.impl().equals(r.peer()))
                            .findFirst())
                    .map(o -> o.impl() + " " + spread(o))
                    .orElse("");
            text.append(line(List.of(
                    row.kase(),
                    "" + row.threads(),
                    spread(row),
                    row.shareOfLimit() > 0 ? two(row.shareOfLimit()) : "",
                    peer,
                    ratio.map(r -> two(r.ratio())).orElse(""))));
        }
        return text.toString();
    }

    private String absent() {
        String list = runs.absent().stream()
                .map(a -> a.impl() + " in " + a.suite() + " (" + a.reason() + ")")
                .collect(Collectors.joining("; "));
        return list.isEmpty() ? "" : "\nDid not take part: " + list + "\n";
    }

    private static String spread(Row row) {
        return TextReport.figure(row.value()) + " " + row.unit() + " (" + TextReport.figure(row.p10()) + " – "
                + TextReport.figure(row.p90()) + ")";
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
