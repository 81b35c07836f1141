// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class DemoOptionsTest {
    private static DemoOptions of(String... pairs) {
        var properties = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(pairs[i], pairs[i + 1]);
        }
        return DemoOptions.of(properties);
    }

    private static void fails(String message, String... pairs) {
        var thrown = assertThrows(IllegalArgumentException.class, () -> of(pairs));
        assertEquals(message, thrown.getMessage());
    }

    @Test
    void nothingGivenMeansTheDefaults() {
        int processors = Runtime.getRuntime().availableProcessors();
        var defaults = new DemoOptions(
                DemoNetwork.LENET5,
                false,
                null,
                false,
                5,
                32,
                1,
                processors,
                Path.of("bench", "target", "fashion-mnist"),
                Path.of("bench", "target", "demo"));
        assertEquals(defaults, of());
    }

    @Test
    void anEmptyOptionCountsAsAbsent() {
        assertEquals(
                of(),
                of(
                        "network",
                        "",
                        "activations",
                        "",
                        "data",
                        "",
                        "download",
                        "",
                        "epochs",
                        "",
                        "batch",
                        " ",
                        "seed",
                        "",
                        "threads",
                        "",
                        "cache",
                        "",
                        "output",
                        ""));
    }

    @Test
    void everyOptionIsRead() {
        assertEquals(
                new DemoOptions(
                        DemoNetwork.RESNET8, false, Path.of("d"), false, 2, 7, -3, 1, Path.of("c"), Path.of("o")),
                of(
                        "network",
                        "resnet8",
                        "data",
                        "d",
                        "download",
                        "false",
                        "epochs",
                        "2",
                        "batch",
                        "7",
                        "seed",
                        "-3",
                        "threads",
                        "1",
                        "cache",
                        "c",
                        "output",
                        "o"));
        assertTrue(of("download", "true").download());
        assertTrue(of("activations", "true").activations());
        assertEquals(DemoNetwork.LENET5_BN, of("network", "lenet5-bn").network());
    }

    @Test
    void aNetworkMayHaveABatchOfItsOwn() {
        assertEquals(128, of("network", "vgg5").batch());
        assertEquals(16, of("network", "vgg5", "batch", "16").batch());
    }

    @Test
    void whatIsNoNumberOrOutOfRangeIsNamedWithWhatIsAllowed() {
        fails("epochs = 0 but must be a whole number from 1 to 1000", "epochs", "0");
        fails("epochs = 1001 but must be a whole number from 1 to 1000", "epochs", "1001");
        fails("epochs = two but must be a whole number from 1 to 1000", "epochs", "two");
        fails("batch = -1 but must be a whole number from 1 to 8192", "batch", "-1");
        fails(
                "batch = 99999999999999999999 but must be a whole number from 1 to 8192",
                "batch",
                "99999999999999999999");
        fails("threads = 1.5 but must be a whole number from 1 to 1024", "threads", "1.5");
        fails("seed = 0x1 but must be a whole number from -9223372036854775808 to 9223372036854775807", "seed", "0x1");
    }

    @Test
    void anUnknownNetworkIsNamedWithThoseThereAre() {
        fails("network = vgg16 but must be one of lenet5, lenet5-bn, resnet8, vgg5", "network", "vgg16");
    }

    @Test
    void downloadIsTrueOrFalse() {
        fails("download = yes but must be true or false", "download", "yes");
    }

    @Test
    void dataAndDownloadExcludeEachOther() {
        fails("data = d and download exclude each other: give one of them", "data", "d", "download", "true");
    }

    @Test
    void aPathThatIsNoneIsRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> of("data", "a\0b"))
                .getMessage()
                .contains("is no path"));
    }
}
