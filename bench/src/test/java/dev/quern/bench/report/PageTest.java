// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a headless Chromium, where there is one. */
class PageTest {
    // The browser's helpers may still write to its profile for a moment after it has ended.
    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    @Test
    void dataCannotEndItsScript() throws IOException {
        String html = new HtmlReport(SampleReport.report(), Baseline.none()).html();
        assertTrue(html.contains("A CPU \\u003c/script>"));
        assertEquals(2, html.split("</script>", -1).length - 1);
        assertFalse(html.contains("{{"), "a placeholder is left");
        assertFalse(html.replace("http://www.w3.org/2000/svg", "").contains("http"), "the page needs no network");
    }

    @Test
    void theChartsAreDrawnAndTheConsoleIsSilent() throws Exception {
        String chromium = chromium();
        assumeTrue(chromium != null, "no chromium on the PATH: the page is not opened");
        Report report = SampleReport.report();
        Path page = folder.resolve("report.html");
        Files.writeString(page, new HtmlReport(report, Baseline.none()).html());
        Path log = folder.resolve("log.txt");
        String dom = dom(chromium, page, log);
        assertEquals(List.of(), consoleLines(log));
        // Two thread counts are measured; the charts start with one thread.
        long bars = report.rows().stream().filter(r -> r.threads() == 1).count();
        long points = report.points().stream().filter(p -> p.threads() == 1).count();
        assertEquals(bars, count(dom, "class=\"bar\""));
        assertEquals(bars, count(dom, "class=\"whisker\""));
        long legend = report.points().stream().map(Point::impl).distinct().count();
        assertEquals(points + legend, count(dom, "class=\"point\""));
        assertEquals(report.rows().size(), count(dom, "<tr class"));
    }

    private static String dom(String chromium, Path page, Path log) throws Exception {
        Path out = folder.resolve("dom.html");
        Process browser = new ProcessBuilder(
                        chromium,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + Files.createDirectory(folder.resolve("profile")),
                        "--enable-logging=stderr",
                        "--v=0",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .start();
        if (!browser.waitFor(60, TimeUnit.SECONDS)) {
            browser.destroyForcibly();
            throw new AssertionError("the browser did not end within a minute");
        }
        return Files.readString(out);
    }

    private static List<String> consoleLines(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("CONSOLE")).toList();
        }
    }

    private static long count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1L;
    }

    private static String chromium() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(path -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(path, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }
}
