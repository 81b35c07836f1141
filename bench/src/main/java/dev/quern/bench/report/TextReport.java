// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report as text for a terminal: one table a suite, the best contestant of a case first. */
final class TextReport {
    private final Report report;
    private final Baseline baseline;

    TextReport(Report report, Baseline baseline) {
        this.report = report;
        this.baseline = baseline;
    }

    String text() {
        var text = new StringBuilder(report.machine().line()).append("\n\n");
        for (Limit limit : report.limits()) {
            text.append("  limit ")
                    .append(limit.name())
                    .append(", threads ")
                    .append(limit.threads())
                    .append(": ")
                    .append(figure(limit.value()))
                    .append(' ')
                    .append(limit.unit())
                    .append('\n');
        }
        for (String suite : report.rows().stream().map(Row::suite).distinct().toList()) {
            text.append('\n').append(suite).append('\n').append(table(suite));
        }
        return text.append(means()).append(absent()).toString();
    }

    private TextTable table(String suite) {
        List<Row> rows =
                report.rows().stream().filter(r -> r.suite().equals(suite)).toList();
        List<String> header = new ArrayList<>(
                List.of("case", "impl", "mode", "threads", "value", "unit", "p10", "p90", "share", "to best peer"));
        if (!baseline.isEmpty()) {
            header.add("against baseline");
        }
        var table = new TextTable(3, header);
        // Cases stay in the order of their table, which is that of their sizes.
        for (Row.Contest contest : rows.stream()
                .sorted(Comparator.comparingInt(Row::threads))
                .map(Row::contest)
                .distinct()
                .toList()) {
            table.gap();
            Comparator<Row> ascending = Comparator.comparingDouble(Row::value);
            rows.stream()
                    .filter(r -> r.contest().equals(contest))
                    .sorted(Row.lowerIsBetter(contest.unit()) ? ascending : ascending.reversed())
                    .forEach(row -> table.add(cells(row)));
        }
        return table;
    }

    private List<String> cells(Row row) {
        String ratio = report.ratios().stream()
                .filter(r -> r.belongsTo(row))
                .map(r -> String.format(Locale.ROOT, "%.2f × %s", r.ratio(), r.peer()))
                .findFirst()
                .orElse("");
        List<String> cells = new ArrayList<>(List.of(
                row.kase(),
                row.impl(),
                row.mode(),
                Integer.toString(row.threads()),
                figure(row.value()),
                row.unit(),
                figure(row.p10()),
                figure(row.p90()),
                row.shareOfLimit() == 0 ? "" : String.format(Locale.ROOT, "%.2f", row.shareOfLimit()),
                ratio));
        if (!baseline.isEmpty()) {
            var against = baseline.against(row);
            cells.add(against.isPresent() ? String.format(Locale.ROOT, "%.2f", against.getAsDouble()) : "");
        }
        return cells;
    }

    private String means() {
        return Ratios.means(report.nativeRatios()).stream()
                .map(m -> String.format(
                        Locale.ROOT,
                        "  %s, %s, threads %d: %.2f over %d cases\n",
                        m.suite(),
                        m.impl(),
                        m.threads(),
                        m.mean(),
                        m.cases()))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(),
                        lines -> lines.isEmpty()
                                ? ""
                                : "\ngeometric mean of the ratio to the best native peer\n" + lines));
    }

    private String absent() {
        return report.absent().stream()
                .map(a -> "  " + a.impl() + ", " + a.suite() + ": " + a.reason() + "\n")
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(), lines -> lines.isEmpty() ? "" : "\ndid not take part\n" + lines));
    }

    /** Three or four digits that count, whatever the size. */
    static String figure(double value) {
        double size = Math.abs(value);
        int decimals = size >= 1000 || size == 0 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
