// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells for how many rows of two reports the medians lie within the p10..p90 that the other one prints. */
public final class Agreement {
    private final int common;
    private final int firstInSecond;
    private final int secondInFirst;
    private final int both;
    private final List<String> apart;

    private Agreement(int common, int firstInSecond, int secondInFirst, int both, List<String> apart) {
        this.common = common;
        this.firstInSecond = firstInSecond;
        this.secondInFirst = secondInFirst;
        this.both = both;
        this.apart = apart;
    }

    static Agreement of(List<Row> first, List<Row> second) {
        Map<Row.Key, Row> others = second.stream().collect(Collectors.toMap(Row::key, Function.identity()));
        List<Row> shared =
                first.stream().filter(row -> others.containsKey(row.key())).toList();
        int firstIn = 0;
        int secondIn = 0;
        int both = 0;
        for (Row a : shared) {
            Row b = others.get(a.key());
            firstIn += within(a, b) ? 1 : 0;
            secondIn += within(b, a) ? 1 : 0;
            both += within(a, b) && within(b, a) ? 1 : 0;
        }
        List<String> apart = shared.stream()
                .filter(a -> !within(a, others.get(a.key())) && !within(others.get(a.key()), a))
                .map(a -> a.key() + ": " + interval(a) + " and " + interval(others.get(a.key())))
                .toList();
        return new Agreement(shared.size(), firstIn, secondIn, both, apart);
    }

    private static boolean within(Row a, Row b) {
        return b.p10() <= a.value() && a.value() <= b.p90();
    }

    private static String interval(Row row) {
        return String.format(Locale.ROOT, "%.4g (%.4g – %.4g)", row.value(), row.p10(), row.p90());
    }

    double eitherWay() {
        return common == 0 ? 0 : (double) (common - apart.size()) / common;
    }

    String text() {
        return String.join(
                        "\n",
                        common + " rows are in both reports; medians within the other's p10..p90:",
                        line("first in second", firstInSecond),
                        line("second in first", secondInFirst),
                        line("either way", common - apart.size()),
                        line("both ways", both))
                + apart.stream().map(row -> "\napart: " + row).collect(Collectors.joining());
    }

    private String line(String name, int rows) {
        return String.format(Locale.ROOT, "  %-15s %5d  %5.1f %%", name, rows, common == 0 ? 0 : 100.0 * rows / common);
    }

    /** Two {@code report.json} files; exit code 1 when less than 90 % of the rows agree either way. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length != 2) {
            err.println("two report.json files are expected, got " + arguments.length + " arguments");
            return 2;
        }
        try {
            var agreement = of(ReportJson.readRows(Path.of(arguments[0])), ReportJson.readRows(Path.of(arguments[1])));
            out.println(agreement.text());
            return agreement.eitherWay() >= 0.9 ? 0 : 1;
        } catch (IOException e) {
            err.println(e.getMessage());
            return 2;
        }
    }
}
