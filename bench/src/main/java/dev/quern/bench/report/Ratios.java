// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Quotients of our figures and the best peer's.
 *
 * <p>With figures by round: in every round ours over the best peer of that round, and of these the median. Otherwise
 * the quotient of the two medians.
 */
public final class Ratios {
    private Ratios() {}

    static List<Ratio> toBest(List<String> peers, List<Row> rows, List<RoundMedian> rounds) {
        Map<Row.Contest, List<Row>> contests =
                rows.stream().filter(r -> peers.contains(r.impl())).collect(Collectors.groupingBy(Row::contest));
        Map<Row.Contest, List<RoundMedian>> byContest =
                rounds.stream().collect(Collectors.groupingBy(RoundMedian::contest));
        List<Ratio> ratios = new ArrayList<>();
        for (Row row : rows) {
            List<Row> rivals = contests.getOrDefault(row.contest(), List.of());
            if (!Peers.ours(row.impl()) || rivals.isEmpty()) {
                continue;
            }
            Row best = best(rivals);
            double ofRows = quotient(row.unit(), row.value(), best.value());
            double ratio = ofRounds(row, peers, byContest.getOrDefault(row.contest(), List.of()))
                    .orElse(ofRows);
            ratios.add(new Ratio(
                    row.suite(), row.kase(), row.impl(), row.threads(), row.mode(), row.unit(), best.impl(), ratio));
        }
        return ratios;
    }

    private static Row best(List<Row> rivals) {
        Comparator<Row> byValue = Comparator.comparingDouble(Row::value);
        return rivals.stream()
                .max(rivals.get(0).lowerIsBetter() ? byValue.reversed() : byValue)
                .orElseThrow();
    }

    private static Optional<Double> ofRounds(Row row, List<String> peers, List<RoundMedian> rounds) {
        boolean lower = row.lowerIsBetter();
        Map<Integer, Double> rivals = new HashMap<>();
        for (RoundMedian m : rounds) {
            if (peers.contains(m.impl())) {
                rivals.merge(m.round(), m.value(), lower ? Math::min : Math::max);
            }
        }
        double[] quotients = rounds.stream()
                .filter(m -> m.impl().equals(row.impl()) && rivals.containsKey(m.round()))
                .mapToDouble(m -> quotient(m.unit(), m.value(), rivals.get(m.round())))
                .toArray();
        return quotients.length == 0 ? Optional.empty() : Optional.of(median(quotients));
    }

    /** Above 1 when {@code ours} is better. */
    static double quotient(String unit, double ours, double theirs) {
        return Row.lowerIsBetter(unit) ? theirs / ours : ours / theirs;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The mean that suits quotients: twice as fast and half as fast cancel. NaN when there is none. */
    public static double geometricMean(List<Ratio> ratios) {
        double logs = 0;
        for (Ratio r : ratios) {
            logs += Math.log(r.ratio());
        }
        return Math.exp(logs / ratios.size());
    }

    /** The geometric mean of one contestant in one suite, and over how many cases. */
    public record Mean(String suite, String impl, int threads, double mean, int cases) {}

    /** One mean for each suite, contestant of ours and number of threads, in the order of the ratios. */
    public static List<Mean> means(List<Ratio> ratios) {
        record Group(String suite, String impl, int threads) {}
        Set<Group> seen = new HashSet<>();
        List<Mean> means = new ArrayList<>();
        for (Ratio r : ratios) {
            var group = new Group(r.suite(), r.impl(), r.threads());
            if (seen.add(group)) {
                List<Ratio> members = ratios.stream()
                        .filter(o -> group.equals(new Group(o.suite(), o.impl(), o.threads())))
                        .toList();
                means.add(new Mean(r.suite(), r.impl(), r.threads(), geometricMean(members), members.size()));
            }
        }
        return means;
    }
}
