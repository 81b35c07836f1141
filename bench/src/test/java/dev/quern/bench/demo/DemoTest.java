// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Dense;
import dev.quern.layers.Flatten;
import dev.quern.layers.Model;
import dev.quern.layers.Sequential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    private static final Pattern LAST_LINE = Pattern.compile("accuracy=([01]\\.\\d{4}) images=(\\d+) epochs=(\\d+)"
            + " images_per_s=\\d+ threads=(\\d+) weights=crc32:([0-9a-f]{8})");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... pairs) {
        var properties = new Properties();
        properties.setProperty("output", directory.resolve("demo").toString());
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(pairs[i], pairs[i + 1]);
        }
        out.reset();
        err.reset();
        try (var outPrinter = new PrintStream(out, true, StandardCharsets.UTF_8);
                var errPrinter = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            return Demo.run(properties, outPrinter, errPrinter, DemoTest::linear);
        }
    }

    /** One dense layer: small, but it does learn. */
    private static Model linear(DemoNetwork network, WorkerPool pool, long seed, int batch) {
        return new Sequential("linear")
                .add(new Flatten())
                .add(new Dense(10))
                .build(pool, seed, batch, ImageSet.SIDE, ImageSet.SIDE, 1);
    }

    private Matcher lastLine() {
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        Matcher last = LAST_LINE.matcher(lines.get(lines.size() - 1));
        assertTrue(last.matches(), lines.toString());
        return last;
    }

    private void failed(int code, String words) {
        String said = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, code);
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.startsWith("demo: ") && said.contains(words), said);
    }

    @Test
    void theEmbeddedSetIsLearntAndTheLastLineSaysSo() {
        assertEquals(0, run("epochs", "1", "batch", "100", "threads", "1"), err.toString(StandardCharsets.UTF_8));
        Matcher last = lastLine();
        assertTrue(Double.parseDouble(last.group(1)) > 0.5, last.group());
        assertEquals("10000 1 1", last.group(2) + " " + last.group(3) + " " + last.group(4));
        assertTrue(Files.exists(directory.resolve("demo").resolve("loss.png")));
        assertTrue(Files.exists(directory.resolve("demo").resolve("accuracy.png")));
    }

    @Test
    void idxFilesAreLearntInAnOrderTheSeedDecides() throws IOException {
        // Neither count is a multiple of the batch: the last batch is a part of one.
        IdxData.write(directory, 103, 41);
        String data = directory.toString();
        assertEquals(0, run("data", data, "epochs", "2", "batch", "10", "seed", "4"));
        Matcher first = lastLine();
        assertEquals("41", first.group(2));
        run("data", data, "epochs", "2", "batch", "10", "seed", "4");
        assertEquals(first.group(5), lastLine().group(5));
        run("data", data, "epochs", "2", "batch", "10", "seed", "5");
        assertNotEquals(first.group(5), lastLine().group(5));
    }

    @Test
    void theActivationsAreDrawn() throws IOException {
        assertEquals(0, run("activations", "true"), err.toString(StandardCharsets.UTF_8));
        Path file = directory.resolve("demo").resolve("activations.png");
        assertEquals(
                "activations: " + file, out.toString(StandardCharsets.UTF_8).strip());
        assertEquals(1000, javax.imageio.ImageIO.read(file.toFile()).getWidth());
    }

    @Test
    void aCutFileIsOneSentenceAndExitCodeOne() throws IOException {
        IdxData.write(directory, 20, 10);
        Path cut = directory.resolve(ImageSet.TEST_IMAGES);
        Files.write(cut, IdxData.gzip(IdxData.words(0x803, 10, 28)));
        failed(
                run("data", directory.toString()),
                cut + ": cut short: the number of columns starts at byte 12 but the file ends at byte 12");
    }

    @Test
    void aMissingDirectoryIsOneSentenceAndExitCodeOne() {
        Path missing = directory.resolve("nowhere");
        failed(
                run("data", missing.toString()),
                missing.resolve(ImageSet.TRAIN_IMAGES) + ": there is no such file to read at byte 0");
    }

    @Test
    void aWrongOptionIsOneSentenceAndExitCodeOne() {
        failed(run("epochs", "many"), "epochs = many but must be a whole number from 1 to 1000");
    }

    @Test
    void curvesThatCannotBeWrittenDoNotSpoilTheRun() throws IOException {
        IdxData.write(directory, 20, 10);
        Path file = Files.write(directory.resolve("file"), new byte[1]);
        assertEquals(0, run("data", directory.toString(), "epochs", "1", "output", file.toString()));
        lastLine();
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("demo: the curves could not be written to " + file));
    }
}
