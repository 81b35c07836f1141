// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.bench.terminal.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {
    private static final List<String> CLASSES = List.of("a", "b");

    private static LabelledImages images() {
        byte[] pixels = {0, 0, -1, -1, 0, -1, 0, -1, -1, -1, -1, -1, 0, 0, 0, 0};
        return new LabelledImages(2, 4, pixels, new int[] {0, 1});
    }

    @Test
    void imagesAreDrawnInShadesOverTheirClasses() {
        // Two rows become one line: both empty is paper, one of the two half ink, both full ink.
        byte[] pixels = new byte[2 * 2 * 8];
        for (int column = 0; column < 8; column++) {
            pixels[column] = (byte) (column < 4 ? 0 : 255);
            pixels[8 + column] = (byte) (column % 4 < 2 ? 0 : 255);
            pixels[16 + column] = (byte) 255;
        }
        var two = new LabelledImages(2, 8, pixels, new int[] {0, 1});
        String text = new TerminalImages(two, CLASSES, false).text(new int[] {0, 1}, new int[] {0, 1});
        assertEquals("  ====@@  ========\na         b\n", text);
    }

    @Test
    void aWrongPredictionNamesTheTrueClassToo() {
        byte[] pixels = new byte[2 * 12];
        var wide = new LabelledImages(2, 12, pixels, new int[] {0});
        assertEquals("\nb, is a\n", new TerminalImages(wide, CLASSES, false).text(new int[] {0}, new int[] {1}));
    }

    @Test
    void halfBlocksCarryTwoRowsOfGrey() {
        String text = new TerminalImages(images(), CLASSES, true).text(new int[] {1}, new int[] {1});
        String cell = "\u001b[38;5;255;48;5;232m\u2580";
        assertEquals(cell.repeat(4) + "\u001b[0m\nb\n", text);
    }

    @Test
    void withoutATerminalThereIsALineForEachTenth() {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (var progress = new Progress("work", 200, out, false)) {
            for (int i = 0; i < 200; i++) {
                progress.step(1, "note " + i);
            }
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(10, lines.size());
        assertEquals("work 10% note 19", lines.get(0));
        assertEquals("work 100% note 199", lines.get(9));
    }

    @Test
    void aDownloadIsShownFileByFile() {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (var progress = new DownloadProgress(out, false)) {
            progress.arrived("a.gz", 5 * 1024, 10 * 1024 + 1);
            progress.arrived("a.gz", 10 * 1024 + 1, 10 * 1024 + 1);
            progress.arrived("unknown.gz", 5 * 1024, -1);
            progress.arrived("b.gz", 3 * 1024, 4 * 1024);
        }
        assertEquals(
                List.of("a.gz 50% of 10 KiB", "a.gz 100% of 10 KiB", "b.gz 75% of 4 KiB"),
                bytes.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void theCurvesArePictures(@TempDir Path directory) throws IOException {
        var curves = new Curves();
        for (int i = 1; i <= 5; i++) {
            curves.loss(i / 5.0, 1.0 / i);
            curves.accuracy(i, 1 - 0.1 / i);
        }
        curves.write(directory.resolve("made"));
        for (String name : new String[] {"loss.png", "accuracy.png"}) {
            var picture = ImageIO.read(directory.resolve("made").resolve(name).toFile());
            assertTrue(picture.getWidth() == 800 && picture.getHeight() == 500);
        }
    }
}
