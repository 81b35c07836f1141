// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.bench.settings.Settings;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The demo's options, from system properties of the same names; an empty one counts as absent.
 *
 * @param network which one is trained
 * @param activations whether to draw the activations instead
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
        DemoNetwork network,
        boolean activations,
        Path data,
        boolean download,
        int epochs,
        int batch,
        long seed,
        int threads,
        Path cache,
        Path output) {
    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the option, the value given and what is allowed
     */
    static DemoOptions of(Properties properties) {
        String name = Settings.text(properties, "network");
        DemoNetwork network = name.isEmpty() ? DemoNetwork.LENET5 : DemoNetwork.named(name);
        var options = new DemoOptions(
                network,
                Settings.flag(properties, "activations"),
                Settings.path(properties, "data", null),
                Settings.flag(properties, "download"),
                (int) Settings.number(properties, "epochs", 5, 1, 1000),
                (int) Settings.number(properties, "batch", network.batch(), 1, 8192),
                Settings.number(properties, "seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                (int) Settings.number(
                        properties, "threads", Runtime.getRuntime().availableProcessors(), 1, 1024),
                Settings.path(properties, "cache", Path.of("bench", "target", "fashion-mnist")),
                Settings.path(properties, "output", Path.of("bench", "target", "demo")));
        if (options.data != null && options.download) {
            throw new IllegalArgumentException(
                    "data = " + options.data + " and download exclude each other: give one of them");
        }
        return options;
    }
}
