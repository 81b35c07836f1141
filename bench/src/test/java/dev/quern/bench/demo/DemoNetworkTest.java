// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The networks of the demo: what they are, that they learn, and the same on two threads as on one. */
class DemoNetworkTest {
    private static final int BATCH = 16;
    private static final LabelledImages IMAGES = GlyphSet.draw(GlyphSet.SEED).train();

    @ParameterizedTest
    @CsvSource({"lenet5, '61,706'", "lenet5-bn, '61,750'", "resnet8, '77,754'"})
    void theyAreAsLargeAsKnown(String name, String parameters) {
        try (var model = new NetworkModel(DemoNetwork.named(name), BATCH, 1, 1)) {
            assertTrue(model.describe().contains(parameters), model.describe());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyLearnTheSameOnAnyNumberOfThreads(DemoNetwork network) {
        float[] pixels = new float[BATCH * ImageSet.SIDE * ImageSet.SIDE];
        int[] labels = new int[BATCH];
        int[] order = new int[BATCH];
        Arrays.setAll(order, i -> i);
        IMAGES.gather(order, 0, BATCH, pixels, labels);
        long[] crcs = new long[2];
        for (int threads = 1; threads <= 2; threads++) {
            try (var model = new NetworkModel(network, BATCH, 1, threads)) {
                double first = model.trainBatch(pixels, labels, BATCH, 0);
                double last = first;
                for (int step = 0; step < 60; step++) {
                    last = model.trainBatch(pixels, labels, BATCH, 0);
                }
                assertTrue(last < first / 2, "loss " + first + ", after 60 steps " + last);
                crcs[threads - 1] = model.weightsCrc32();
            }
        }
        assertEquals(crcs[0], crcs[1]);
    }
}
