// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import dev.quern.kernels.vector.Lanes;
import dev.quern.kernels.vector.VectorSupport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the machine from what Linux and the JVM tell; whatever is not there is {@code unknown}. */
final class MachineReader {
    private static final String UNKNOWN = "unknown";
    private static final Path CPU = Path.of("/sys/devices/system/cpu/cpu0");

    private MachineReader() {}

    static Machine read() {
        Map<String, String> info = cpuInfo(Path.of("/proc/cpuinfo"));
        String cpu = cpu(info);
        int cores = Runtime.getRuntime().availableProcessors();
        List<String> caches = caches(CPU.resolve("cache"));
        String jdk = System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
        List<String> flags = flags(ManagementFactory.getRuntimeMXBean().getInputArguments());
        int lanes = VectorSupport.ENABLED ? Lanes.COUNT : 1;
        String clock = clock(info);
        String date = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        String commit = GitHead.of(Path.of("").toAbsolutePath()).orElse(UNKNOWN);
        String line = String.join(
                " · ",
                cpu,
                cores + (cores == 1 ? " core" : " cores"),
                caches.isEmpty() ? "caches unknown" : String.join(", ", caches),
                jdk,
                flags.isEmpty() ? "no JVM flags" : String.join(" ", flags),
                lanes + (lanes == 1 ? " lane" : " lanes"),
                "clock " + clock,
                date,
                "commit " + shortened(commit));
        return new Machine(line, cpu, cores, caches, jdk, flags, lanes, clock, date, commit);
    }

    /** The first processor's entries; empty where there is no such file. */
    static Map<String, String> cpuInfo(Path file) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String line : text(file).lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                break;
            }
            entries.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return entries;
    }

    static String cpu(Map<String, String> info) {
        String name = info.get("model name");
        if (name == null) {
            return System.getProperty("os.arch") + ", model " + UNKNOWN;
        }
        return name + " (family " + info.getOrDefault("cpu family", UNKNOWN) + " model "
                + info.getOrDefault("model", UNKNOWN) + ")";
    }

    static List<String> caches(Path folder) {
        List<String> caches = new ArrayList<>();
        for (int index = 0; Files.isDirectory(folder.resolve("index" + index)); index++) {
            Path cache = folder.resolve("index" + index);
            String type = text(cache.resolve("type"));
            String suffix = type.startsWith("Data") ? "d" : type.startsWith("Instruction") ? "i" : "";
            caches.add("L" + text(cache.resolve("level")) + suffix + " " + size(text(cache.resolve("size"))));
        }
        return List.copyOf(caches);
    }

    /** {@code 2048K} as {@code 2 MiB}. */
    static String size(String kernels) {
        if (!kernels.matches("\\d+K")) {
            return kernels.isEmpty() ? UNKNOWN : kernels;
        }
        long kibibytes = Long.parseLong(kernels.substring(0, kernels.length() - 1));
        return kibibytes >= 1024 && kibibytes % 1024 == 0 ? kibibytes / 1024 + " MiB" : kibibytes + " KiB";
    }

    /** Only what changes the measured code: properties and paths of this machine do not belong on the page. */
    static List<String> flags(List<String> arguments) {
        return arguments.stream()
                .filter(a -> a.startsWith("-X") || a.startsWith("--add-modules") || a.startsWith("-Ddev.quern."))
                .filter(a -> !a.startsWith("-Xbootclasspath") && !a.contains("/"))
                .toList();
    }

    private static String clock(Map<String, String> info) {
        String kilohertz = text(CPU.resolve("cpufreq/scaling_cur_freq"));
        if (kilohertz.matches("\\d+")) {
            return Long.parseLong(kilohertz) / 1000 + " MHz";
        }
        String megahertz = info.getOrDefault("cpu MHz", "");
        return megahertz.matches("[\\d.]+") ? Math.round(Double.parseDouble(megahertz)) + " MHz (nominal)" : UNKNOWN;
    }

    private static String shortened(String commit) {
        return commit.length() > 12 ? commit.substring(0, 12) : commit;
    }

    /** Without leading and trailing blanks; empty where the file cannot be read. */
    static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
