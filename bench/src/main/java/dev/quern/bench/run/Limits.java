// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.bench.contest.Case;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.jmh.LimitsBenchmark;
import dev.quern.bench.report.Limit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the machine can do at most: the FMA peak, and the bandwidth of each level of memory. */
final class Limits {
    private static final String PEAK = "fma-peak";
    private static final int COPIED = 2;
    private static final int TRIAD = 3;

    /** Of one way to measure one limit on so many threads. */
    private record Key(String name, String way, int threads) {}

    private final Caches caches = Caches.read();
    private final Map<Key, double[]> samples = new LinkedHashMap<>();

    /** Takes over samples in nanoseconds for a call of each thread. */
    void add(int threads, JsonNode result, double[] nanos) {
        String benchmark = result.get("benchmark").asText();
        String way = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        boolean peak = way.equals("fmaPeak");
        long bytes = peak ? 0 : result.get("params").get("bytes").asLong();
        boolean triad = way.equals("triad");
        double amount =
                threads * (peak ? (double) LimitsBenchmark.FMA_PEAK_FLOPS : (double) bytes * (triad ? TRIAD : COPIED));
        String name = peak ? PEAK : (triad ? "triad-" : "copy-") + level(bytes);
        double[] values = Arrays.stream(nanos).map(time -> amount / time).toArray();
        samples.merge(new Key(name, way, threads), values, Limits::join);
    }

    private String level(long arrayBytes) {
        for (Caches.Level level : caches.levels()) {
            if (level.arrayBytes() == arrayBytes) {
                return level.name();
            }
        }
        throw new IllegalArgumentException("arrays of " + arrayBytes + " bytes belong to no level");
    }

    private static double[] join(double[] a, double[] b) {
        double[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    /** The medians; of two ways to copy the faster one. */
    List<Limit> list() {
        Map<String, Limit> best = new LinkedHashMap<>();
        samples.forEach((key, values) -> {
            String unit = key.name.equals(PEAK) ? "GFLOP/s" : "GB/s";
            var limit = new Limit(key.name, key.threads, Percentiles.of(values, 0.5), unit);
            best.merge(key.name + " " + key.threads, limit, (one, other) -> one.value() > other.value() ? one : other);
        });
        return new ArrayList<>(best.values());
    }

    /**
     * What the machine allows a case at each FMA peak that was measured beside a sample, or at that of the run where none
     * was; nothing where no limit applies or none is measured.
     */
    double[] of(Suite suite, Case kase, int threads, double[] peaks) {
        double bytes = suite.bytes(kase);
        double bandwidth = value("copy-" + caches.holding(bytes), threads);
        double[] limits = switch (suite.unit()) {
            case "GFLOP/s" ->
                Arrays.stream(peaks.length > 0 ? peaks : new double[] {value(PEAK, threads)})
                        .map(peak -> Math.min(peak, kase.flops() / bytes * bandwidth))
                        .toArray();
            case "GB/s" -> new double[] {bandwidth};
            default -> new double[0];
        };
        return Arrays.stream(limits).anyMatch(limit -> limit == 0) ? new double[0] : limits;
    }

    private double value(String name, int threads) {
        return list().stream()
                .filter(limit -> limit.name().equals(name) && limit.threads() == threads)
                .mapToDouble(Limit::value)
                .findFirst()
                .orElse(0);
    }
}
