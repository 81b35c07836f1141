// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Runs one process after the other, each with the settings that all contestants share. */
final class ChildProcess {
    private static final long MIB = 1 << 20;
    private static final long MOST_HEAP = 6144 * MIB;

    /** Larger outputs than this would be mapped anew for each call, and their pages counted as the kernel's time. */
    private static final String MALLOC =
            "glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296";

    /** How variables begin that native libraries read: one that names another CPU, say, halves their speed. */
    private static final List<String> PEER_VARIABLES =
            List.of("OPENBLAS_", "GOTO_", "MKL_", "OMP_", "KMP_", "ONEDNN_", "DNNL_", "ATEN_");

    private final Path log;
    private final AtomicReference<Process> running = new AtomicReference<>();

    /** Standard error of all processes goes to that file. */
    ChildProcess(Path log) {
        this.log = log;
    }

    /**
     * Runs a main class to its end.
     *
     * @param lines receives each line of its standard output
     * @return its exit code
     */
    int run(
            Class<?> main,
            boolean vectorModule,
            int threads,
            long seconds,
            List<String> arguments,
            Consumer<String> lines)
            throws IOException, InterruptedException {
        Process process = start(main, vectorModule, threads, arguments);
        running.set(process);
        var watchdog = Thread.ofVirtual().start(() -> endAfter(process, seconds));
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                lines.accept(line);
            }
            return process.waitFor();
        } finally {
            watchdog.interrupt();
            process.destroyForcibly();
            running.set(null);
        }
    }

    private static void endAfter(Process process, long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process that runs, if there is one. */
    void stop() {
        Process process = running.get();
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Process start(Class<?> main, boolean vectorModule, int threads, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (vectorModule) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + heap() / MIB + "m",
                // ONNX Runtime reads the whole command line by recursion, some 300 bytes of stack a character.
                "-Xss16m",
                "-Dai.djl.offline=true",
                // Where PyTorch unpacks itself, once.
                "-DDJL_CACHE_DIR=" + log.toAbsolutePath().getParent().resolveSibling("djl"),
                // Its processes follow each other; who else measures on this machine is not JMH's to say.
                "-Djmh.ignoreLock=true",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        settle(builder.environment(), threads);
        return builder.start();
    }

    /** Gives peers their threads and memory, and takes away what else would set them up: they run as delivered. */
    static void settle(Map<String, String> environment, int threads) {
        environment.keySet().removeIf(name -> PEER_VARIABLES.stream().anyMatch(name::startsWith));
        for (String name : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")) {
            environment.put(name, Integer.toString(threads));
        }
        environment.put("GLIBC_TUNABLES", MALLOC);
    }

    private static long heap() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Math.min(MOST_HEAP, system.getTotalMemorySize() / 2);
    }

    /** The jars of the class path; for a folder of classes, the folder. */
    static List<Path> classPath() {
        List<Path> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (!entry.isEmpty() && Files.isRegularFile(path)) {
                entries.add(path);
            }
        }
        return entries;
    }
}
