// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class GlyphSetTest {
    private static String crc(LabelledImages images) {
        var crc = new CRC32();
        crc.update(images.pixels());
        return String.format("%08x", crc.getValue());
    }

    @Test
    void theSetOfASeedHasFixedBytes() {
        ImageSet set = GlyphSet.draw(GlyphSet.SEED);
        assertEquals(GlyphSet.TRAIN, set.train().count());
        assertEquals(GlyphSet.TEST, set.test().count());
        assertEquals("0e44773a 97216a28", crc(set.train()) + " " + crc(set.test()));
    }

    @Test
    void anImageDoesNotDependOnHowManyAreDrawn() {
        byte[] few = GlyphSet.draw(7, 0, 30).pixels();
        byte[] more = GlyphSet.draw(7, 0, 60).pixels();
        assertArrayEquals(few, Arrays.copyOf(more, few.length));
    }

    @Test
    void seedsAndSplitsDiffer() {
        byte[] train = GlyphSet.draw(7, 0, 10).pixels();
        assertFalse(Arrays.equals(train, GlyphSet.draw(7, 1, 10).pixels()));
        assertFalse(Arrays.equals(train, GlyphSet.draw(8, 0, 10).pixels()));
    }

    @Test
    void everyImageHasInkAndPaperAndClassesAreEven() {
        LabelledImages images = GlyphSet.draw(3, 1, 500);
        int[] classes = new int[10];
        for (int image = 0; image < images.count(); image++) {
            classes[images.label(image)]++;
            int dark = 0;
            int light = 0;
            for (int pixel = 0; pixel < 784; pixel++) {
                int value = images.pixel(image, pixel / 28, pixel % 28);
                dark += value > 120 ? 1 : 0;
                light += value < 60 ? 1 : 0;
            }
            assertTrue(dark > 12 && light > 350, "image " + image + ": " + dark + " dark, " + light + " light pixels");
        }
        for (int count : classes) {
            assertEquals(50, count);
        }
    }

    @Test
    void drawsHaveTheMomentsTheyClaim() {
        var draws = new Draws(5, 6, 7);
        int n = 100_000;
        double mean = 0;
        double square = 0;
        double uniform = 0;
        for (int i = 0; i < n; i++) {
            double bell = draws.bell();
            mean += bell / n;
            square += bell * bell / n;
            uniform += draws.uniform(-1, 3) / n;
        }
        assertEquals(0, mean, 0.02);
        assertEquals(1, square, 0.02);
        assertEquals(1, uniform, 0.02);
    }
}
