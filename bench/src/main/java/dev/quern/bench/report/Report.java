// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.List;

/**
 * All of a run.
 *
 * @param ratios of our contestants to the best of all peers
 * @param nativeRatios of our contestants to the best native peer, sizes left out; geometric means of speed are
 *     taken over these
 */
public record Report(
        Machine machine,
        List<Limit> limits,
        List<Row> rows,
        List<Point> points,
        List<Absent> absent,
        List<Ratio> ratios,
        List<Ratio> nativeRatios) {

    public Report {
        limits = List.copyOf(limits);
        rows = List.copyOf(rows);
        points = List.copyOf(points);
        absent = List.copyOf(absent);
        ratios = List.copyOf(ratios);
        nativeRatios = List.copyOf(nativeRatios);
    }

    /** A report whose ratios are taken from the medians of the rounds; where there are none, from the rows. */
    public static Report of(
            Machine machine,
            List<Limit> limits,
            List<Row> rows,
            List<Point> points,
            List<Absent> absent,
            List<RoundMedian> rounds) {
        return new Report(
                machine,
                limits,
                rows,
                points,
                absent,
                Ratios.toBest(Peers.ALL, rows, rounds),
                Ratios.toBest(
                        Peers.NATIVE, rows.stream().filter(r -> !r.isSize()).toList(), rounds));
    }
}
