// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Presses Ctrl-C on a terminal, which {@code script} of util-linux pretends to be, while a run has done a part of its work. */
class InterruptTest {
    private static final int CTRL_C = 3;
    private static final long MOST_SECONDS = 120;

    /** A shell starts what it sends to the background with SIGINT ignored, children inherit that, and a JVM respects it. */
    private static final String DEFAULT_SIGNAL = "env --default-signal=INT";

    @TempDir
    static Path folder;

    @Test
    void theResultsSoFarAreLeft() throws Exception {
        assumeTrue(isOnPath("script"), "no script of util-linux on the PATH: nothing can press Ctrl-C");
        assumeTrue(canDefaultSignals(), "no env of coreutils 8.31 or later: Ctrl-C may be ignored from the start");
        Path report = folder.resolve("report");
        String command = String.join(
                " ",
                DEFAULT_SIGNAL,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED",
                "-Dsuite=softmax -Dcase=^1x1000 -Dquick=true -Drounds=1000 -Doutput=" + report,
                "-cp '" + System.getProperty("java.class.path") + "'",
                Bench.class.getName());
        Process terminal = new ProcessBuilder("script", "--quiet", "--return", "--command", command, "/dev/null")
                .redirectErrorStream(true)
                .start();
        var watchdog = Thread.ofVirtual().start(() -> endLate(terminal));
        InputStream screen = terminal.getInputStream();
        String before = readUntil(screen, "round 1");
        assertTrue(before.contains("round 1"), before);
        terminal.getOutputStream().write(CTRL_C);
        terminal.getOutputStream().flush();
        String after = new String(screen.readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(130, terminal.waitFor(), after);
        watchdog.interrupt();
        JsonNode row = new ObjectMapper()
                .readTree(report.resolve("report.json").toFile())
                .get(0);
        assertEquals("softmax", row.get("suite").asText());
        assertEquals("quern", row.get("impl").asText());
        assertTrue(row.get("value").asDouble() > 0 && row.get("verified").asBoolean());
        assertTrue(Files.readString(report.resolve("report.html")).contains("1x1000"));
        assertTrue(Files.size(report.resolve("jmh.json")) > 2);
        assertTrue(after.contains("1x1000"), "the table on the terminal: " + after);
    }

    private static boolean isOnPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, name)));
    }

    private static boolean canDefaultSignals() throws Exception {
        return new ProcessBuilder((DEFAULT_SIGNAL + " true").split(" ")).start().waitFor() == 0;
    }

    private static String readUntil(InputStream in, String text) throws IOException {
        var seen = new StringBuilder();
        int next;
        while (seen.indexOf(text) < 0 && (next = in.read()) >= 0) {
            seen.append((char) next);
        }
        return seen.toString();
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
