// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Times whole processes of {@link StartupMain}. */
final class Startup {
    static final String WHOLE = "lenet5-first-inference";
    static final String STEADY = "lenet5-90-percent-of-steady";
    static final String MEMORY = "lenet5-peak-memory";
    static final String JARS = "lenet5-jars";

    /** The cases in the report. */
    static final List<String> CASES = List.of(WHOLE, STEADY, MEMORY, JARS);

    private static final double MB = 1e6;
    private static final double KIB = 1024;
    private static final long SECONDS = 60;

    private final ChildProcess processes;
    private final Results results;

    Startup(ChildProcess processes, Results results) {
        this.processes = processes;
        this.results = results;
    }

    /** One round of one contestant: one process that ends after the first inference and one that goes on. */
    void run(int round, Contestant contestant) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<String> once = process(contestant, "once");
        double millis = (System.nanoTime() - start) / 1e6;
        double kib = figure(once, StartupMain.MEMORY);
        if (!(kib >= 0)) {
            results.absent(contestant.impl(), Suite.STARTUP, reason(once));
            return;
        }
        double steady = figure(process(contestant, "steady"), StartupMain.STEADY);
        String impl = contestant.impl();
        results.add(round, WHOLE, impl, "ms", millis);
        if (kib > 0) {
            results.add(round, MEMORY, impl, "MB", kib * KIB / MB);
        }
        if (steady > 0) {
            results.add(round, STEADY, impl, "ms", steady);
        }
        double jars = jarBytes(contestant);
        if (jars > 0) {
            results.add(round, JARS, impl, "MB", jars / MB);
        }
    }

    private List<String> process(Contestant contestant, String mode) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        processes.run(
                StartupMain.class,
                contestant.vectorModule(),
                1,
                SECONDS,
                List.of(contestant.getClass().getName(), mode, Long.toString(System.currentTimeMillis())),
                lines::add);
        return lines;
    }

    private static double figure(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(prefix.length())))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String reason(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(StartupMain.ERROR))
                .map(line -> line.substring(StartupMain.ERROR.length()))
                .findFirst()
                .orElse("its process ended early");
    }

    private static double jarBytes(Contestant contestant) throws IOException {
        double bytes = 0;
        for (Path jar : ChildProcess.classPath()) {
            if (contestant.ships(jar.getFileName().toString())) {
                bytes += Files.size(jar);
            }
        }
        return bytes;
    }
}
