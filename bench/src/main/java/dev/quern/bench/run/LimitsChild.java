// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.jmh.BandwidthBenchmark;
import dev.quern.bench.jmh.LimitsBenchmark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The process that measures what the machine can do at most. */
final class LimitsChild {
    private LimitsChild() {}

    /**
     * Runs.
     *
     * @param arguments threads, pace, file for JMH's results
     */
    public static void main(String[] arguments) throws Exception {
        int threads = Integer.parseInt(arguments[0]);
        Pace pace = Pace.parse(arguments[1]);
        List<RunResult> results = new ArrayList<>(Child.run(
                new OptionsBuilder()
                        .include(LimitsBenchmark.class.getName() + "\\.fmaPeak$")
                        .threads(threads),
                pace));
        for (Caches.Level level : Caches.read().levels()) {
            boolean memory = level.name().equals("memory");
            results.addAll(Child.run(
                    new OptionsBuilder()
                            .include(BandwidthBenchmark.class.getName()
                                    + (memory ? "\\.(copy|vectorCopy|triad)$" : "\\.(copy|vectorCopy)$"))
                            .param("bytes", Integer.toString(level.arrayBytes()))
                            .threads(threads),
                    pace));
        }
        Child.write(results, Path.of(arguments[2]));
    }
}
