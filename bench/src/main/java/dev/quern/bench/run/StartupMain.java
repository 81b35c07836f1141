// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import dev.quern.bench.contest.Contestant;
import dev.quern.bench.contest.Suite;
import dev.quern.bench.contest.Work;
import dev.quern.bench.verify.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A small application: loads a library, builds LeNet-5, makes its first inference, and ends. Prints its peak memory;
 * with the argument {@code steady} it goes on for some seconds and prints when it had reached 90 % of its final speed.
 */
final class StartupMain {
    static final String MEMORY = "@peak-memory-kib ";
    static final String STEADY = "@steady-ms ";
    static final String ERROR = "@failed ";

    private static final String CASE = "lenet5-1";
    private static final long RUN_NANOS = 2_500_000_000L;
    private static final int MOST_CALLS = 2_000_000;

    /** Calls whose mean is one reading of the speed. */
    private static final int WINDOW = 32;

    private StartupMain() {}

    /**
     * Runs.
     *
     * @param arguments the contestant's class, {@code once} or {@code steady}, and the time of the start in
     *     milliseconds since 1970
     */
    public static void main(String[] arguments) throws Exception {
        try {
            var contestant = (Contestant)
                    Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
            try (Work work = contestant.prepare(Suite.STARTUP, CASE, 1)) {
                work.run();
                if (arguments[1].equals("steady")) {
                    System.out.println(STEADY + steady(work, Long.parseLong(arguments[2])));
                    verify(contestant);
                } else {
                    System.out.println(MEMORY + peakMemory());
                }
            }
        } catch (Exception | LinkageError e) {
            System.out.println(ERROR + e.getMessage());
        }
        System.exit(0);
    }

    /** Milliseconds from the start until the first window that is within 90 % of the speed of the last fifth. */
    private static long steady(Work work, long startMillis) throws Exception {
        long origin = System.nanoTime();
        long originMillis = System.currentTimeMillis() - startMillis;
        long[] ends = new long[MOST_CALLS];
        int calls = 0;
        while (calls < MOST_CALLS && (calls == 0 || ends[calls - 1] < RUN_NANOS)) {
            work.run();
            ends[calls++] = System.nanoTime() - origin;
        }
        int windows = calls / WINDOW;
        long[] times = new long[windows];
        for (int i = 0; i < windows; i++) {
            times[i] = ends[(i + 1) * WINDOW - 1] - (i == 0 ? 0 : ends[i * WINDOW - 1]);
        }
        long[] last = Arrays.copyOfRange(times, windows * 4 / 5, windows);
        Arrays.sort(last);
        long wanted = last[last.length / 2] * 10 / 9;
        int first = 0;
        while (first < windows - 1 && times[first] > wanted) {
            first++;
        }
        return originMillis + ends[(first + 1) * WINDOW - 1] / 1_000_000;
    }

    /** What was timed may have had any weights; the same code with the right ones has to give the right answer. */
    private static void verify(Contestant contestant) throws Exception {
        try (Work work = contestant.prepare(Suite.LATENCY, CASE, 1)) {
            work.run();
            Verification.check(contestant, Suite.LATENCY, CASE, work);
        }
    }

    private static String peakMemory() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("0");
    }
}
