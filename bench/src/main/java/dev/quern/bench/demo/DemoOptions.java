// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The demo's options, from system properties of the same names; an empty one counts as absent.
 *
 * @param data directory with four IDX files, or null
 * @param download whether to fetch Fashion-MNIST
 * @param epochs how often the training images are gone through
 * @param batch images per training step
 * @param seed decides the first weights and the order of the images
 * @param threads how many threads share the work
 * @param cache where downloads are kept
 * @param output where the curves are written
 */
record DemoOptions(
        Path data, boolean download, int epochs, int batch, long seed, int threads, Path cache, Path output) {
    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the option, the value given and what is allowed
     */
    static DemoOptions of(Properties properties) {
        var options = new DemoOptions(
                path(properties, "data", null),
                flag(properties, "download"),
                (int) number(properties, "epochs", 5, 1, 1000),
                (int) number(properties, "batch", 32, 1, 8192),
                number(properties, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                (int) number(properties, "threads", Runtime.getRuntime().availableProcessors(), 1, 1024),
                path(properties, "cache", Path.of("bench", "target", "fashion-mnist")),
                path(properties, "output", Path.of("bench", "target", "demo")));
        if (options.data != null && options.download) {
            throw new IllegalArgumentException(
                    "data = " + options.data + " and download exclude each other: give one of them");
        }
        return options;
    }

    private static String text(Properties properties, String name) {
        return properties.getProperty(name, "").strip();
    }

    private static Path path(Properties properties, String name, Path otherwise) {
        String text = text(properties, name);
        try {
            return text.isEmpty() ? otherwise : Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + " = " + text + " is no path: " + e.getReason(), e);
        }
    }

    private static boolean flag(Properties properties, String name) {
        String text = text(properties, name);
        return switch (text) {
            case "", "false" -> false;
            case "true" -> true;
            default -> throw new IllegalArgumentException(name + " = " + text + " but must be true or false");
        };
    }

    private static long number(Properties properties, String name, long otherwise, long least, long most) {
        String text = text(properties, name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The same sentence serves: it says which numbers are allowed.
        }
        throw new IllegalArgumentException(
                name + " = " + text + " but must be a whole number from " + least + " to " + most);
    }
}
