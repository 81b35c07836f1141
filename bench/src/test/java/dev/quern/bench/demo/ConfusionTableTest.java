// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTableTest {
    @Test
    void countsAreWrittenByTrueClassAndPredictedClass() {
        var table = new ConfusionTable(List.of("cat", "dog", "2"));
        for (int i = 0; i < 8; i++) {
            table.add(0, i < 6 ? 0 : 1);
        }
        table.add(1, 1);
        assertEquals(9, table.total());
        assertEquals(7 / 9.0, table.accuracy());
        assertEquals("""
                          0    1    2   right
                0 cat     6    2    .   75.0%
                1 dog     .    1    .  100.0%
                2         .    .    .    0.0%
                """, table.text());
    }

    @Test
    void noImagesAreNoneRight() {
        assertEquals(0, new ConfusionTable(ImageSet.DIGITS).accuracy());
    }

    @Test
    void columnsWidenWithTheCounts() {
        var table = new ConfusionTable(List.of("0"));
        for (int i = 0; i < 12_345; i++) {
            table.add(0, 0);
        }
        assertEquals("         0   right\n0    12345  100.0%\n", table.text());
    }
}
