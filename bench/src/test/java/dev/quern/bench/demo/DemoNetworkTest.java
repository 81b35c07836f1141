// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.layers.Model;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The networks of the demo: what they are, that they learn, and the same on two threads as on one. */
class DemoNetworkTest {
    private static final int BATCH = 16;
    private static final LabelledImages FEW = few(GlyphSet.draw(GlyphSet.SEED).train());

    /** One batch. */
    private static LabelledImages few(LabelledImages images) {
        int[] labels = IntStream.range(0, BATCH).map(images::label).toArray();
        byte[] pixels = Arrays.copyOf(images.pixels(), BATCH * ImageSet.SIDE * ImageSet.SIDE);
        return new LabelledImages(ImageSet.SIDE, ImageSet.SIDE, pixels, labels);
    }

    @ParameterizedTest
    @CsvSource({"lenet5, '61,706'", "lenet5-bn, '61,990'", "resnet8, '77,754'", "vgg5, '160,874'"})
    void theyAreAsLargeAsKnown(String name, String parameters) {
        String summary =
                DemoNetwork.named(name).make(WorkerPool.CALLER, 1, BATCH).summary();
        assertTrue(summary.contains(parameters), summary);
    }

    @ParameterizedTest
    @EnumSource
    void theyLearnTheSameOnAnyNumberOfThreads(DemoNetwork network) {
        long[] crcs = new long[2];
        for (int threads = 1; threads <= 2; threads++) {
            try (var pool = new WorkerPool(threads)) {
                Model model = network.make(pool, 1, BATCH);
                var epochs = model.fit(FEW, network.fit().epochs(60).batch(BATCH));
                double first = epochs.getFirst().loss();
                double last = epochs.getLast().loss();
                assertTrue(last < first / 2, "loss " + first + ", after 60 epochs " + last);
                crcs[threads - 1] = model.weightsCrc32();
            }
        }
        assertEquals(crcs[0], crcs[1]);
    }
}
