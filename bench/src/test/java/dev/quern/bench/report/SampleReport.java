// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A made-up report with every kind of row. */
final class SampleReport {
    private static final List<String> IMPLS = List.of("quern", "quern-prepacked", "openblas", "mkl", "ejml", "naive");
    private static final Machine MACHINE = new Machine(
            "A CPU · 2 cores",
            "A CPU </script><b>(family 6 model 167)",
            2,
            List.of("L1d 48 KiB", "L2 2 MiB", "L3 32 MiB"),
            "OpenJDK 25",
            List.of("--add-modules=jdk.incubator.vector"),
            16,
            "unknown",
            "2026-11-21 06:00 UTC",
            "0123456789abcdef0123456789abcdef01234567");

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Row> rows = new ArrayList<>();
    private final List<Point> points = new ArrayList<>();

    static Report report() {
        var sample = new SampleReport();
        sample.addAll();
        return Report.of(MACHINE, limits(), sample.rows, sample.points, absent(), List.of());
    }

    static Row row(String suite, String kase, String impl, double value, String unit) {
        return new Row(suite, kase, impl, 1, "polluted", value, unit, value * 0.9, value * 1.1, 0, true);
    }

    private static List<Limit> limits() {
        List<Limit> limits = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            limits.add(new Limit("fma-peak", threads, 120 * threads, "GFLOP/s"));
            limits.add(new Limit("copy-L1", threads, 177 * threads, "GB/s"));
            limits.add(new Limit("copy-L2", threads, 83 * threads, "GB/s"));
            limits.add(new Limit("copy-L3", threads, 38 * threads, "GB/s"));
            limits.add(new Limit("copy-memory", threads, 21 + threads, "GB/s"));
            limits.add(new Limit("triad-memory", threads, 19 + threads, "GB/s"));
        }
        return limits;
    }

    private static List<Absent> absent() {
        return List.of(new Absent("onnxruntime", "conv", "Its library needs GLIBC 2.99, which is not installed."));
    }

    private void addAll() {
        for (int threads = 1; threads <= 2; threads++) {
            for (String kase : List.of("24x24x24", "256x256x256", "512x512x512", "3136x64x576", "1024x1024x1024-tn")) {
                contest("gemm", kase, threads, "polluted", "GFLOP/s", 100 * threads, IMPLS);
            }
            contest(
                    "conv",
                    "64,56-64k3s1p1n1",
                    threads,
                    "polluted",
                    "GFLOP/s",
                    90 * threads,
                    List.of("quern", "pytorch"));
            contest("conv", "dw32,112-32k3s1p1n1", threads, "polluted", "GFLOP/s", 60, List.of("quern", "pytorch"));
        }
        contest("activations", "relu-1024", 1, "polluted", "GB/s", 150, List.of("quern", "quern-scalar", "pytorch"));
        contest("activations", "exp-16777216", 1, "polluted", "GB/s", 20, List.of("quern", "quern-scalar", "pytorch"));
        contest("cliff", "gemm:512x512x512", 1, "fresh", "GFLOP/s", 110, List.of("quern"));
        contest("cliff", "gemm:512x512x512", 1, "polluted", "GFLOP/s", 100, List.of("quern"));
        contest("startup", "first-inference", 1, "process", "ms", 200, List.of("quern", "onnxruntime"));
        contest("startup", "peak-memory", 1, "process", "MB", 90, List.of("quern", "onnxruntime"));
    }

    private void contest(
            String suite, String kase, int threads, String mode, String unit, double about, List<String> impls) {
        double intensity = 1 + 60 * random.nextDouble();
        for (String impl : impls) {
            double slow = impl.equals("naive") ? 0.02 : impl.equals("ejml") ? 0.1 : 1;
            double value = about * slow * (0.8 + 0.3 * random.nextDouble());
            double share = unit.equals("GFLOP/s") ? value / (120 * threads) : 0;
            double p10 = value * (0.85 + 0.1 * random.nextDouble());
            rows.add(new Row(suite, kase, impl, threads, mode, value, unit, p10, value * 1.06, share, true));
            if (unit.equals("GFLOP/s")) {
                points.add(new Point(suite, kase, impl, threads, intensity, value));
            }
        }
    }
}
