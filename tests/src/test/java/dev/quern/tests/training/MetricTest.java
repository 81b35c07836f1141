// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quern.layers.Accuracy;
import dev.quern.layers.ConfusionMatrix;
import dev.quern.layers.Metric;
import dev.quern.layers.Tensor;
import dev.quern.tests.toolkit.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Metrics on predictions counted by hand. */
class MetricTest {
    private static final float NAN = Float.NaN;

    private final Tensor scores = Tensor.of(
            new float[] {
                3, 2, 1, //
                1, 3, 2, //
                1, 2, 2, //
                2, 2, 2, //
                NAN, 1, 2, //
                NAN, NAN, NAN
            },
            6,
            3);
    private final int[] labels = {0, 2, 2, 1, 2, 0};

    @Test
    void accuracyCountsTheFirstOfEquals() {
        // Right: rows 0 and 4. Row 2 and 3 have the label behind an equal score, the last has no score for it.
        assertEquals(2 / 6.0, counted(new Accuracy()));
        assertEquals(5 / 6.0, counted(new Accuracy(2)));
        assertEquals(5 / 6.0, counted(new Accuracy(3)));
        assertEquals("accuracy", new Accuracy().name());
        assertEquals("top-5 accuracy", new Accuracy(5).name());
    }

    @Test
    void batchesAddUpUntilReset() {
        var accuracy = new Accuracy();
        assertEquals(NAN, accuracy.value());
        accuracy.add(scores.first(1), labels);
        assertEquals(1.0, accuracy.value());
        accuracy.add(scores.first(2), labels);
        assertEquals(2 / 3.0, accuracy.value(), 1e-15);
        accuracy.reset();
        assertEquals(NAN, accuracy.value());
    }

    @Test
    void theConfusionMatrixCountsEveryPair() {
        var matrix = new ConfusionMatrix(3);
        matrix.add(scores, labels);
        long[][] expected = {{2, 0, 0}, {1, 0, 0}, {0, 2, 1}};
        for (int label = 0; label < 3; label++) {
            for (int predicted = 0; predicted < 3; predicted++) {
                assertEquals(expected[label][predicted], matrix.count(label, predicted), label + " " + predicted);
            }
        }
        assertEquals(0.5, matrix.value());
        assertEquals(1 / 3.0, matrix.recall(2));
        assertEquals(2 / 3.0, matrix.precision(0));
        assertEquals(1.0, matrix.precision(2));
        matrix.reset();
        assertEquals(NAN, matrix.value());
        assertEquals(NAN, matrix.recall(0));
    }

    @Test
    void badInputIsRefused() {
        for (Metric<int[]> metric : List.of(new Accuracy(), new ConfusionMatrix(3))) {
            illegal(() -> metric.add(Tensor.zeros(6), labels), "(6)", "(batch, classes)");
            illegal(() -> metric.add(scores, new int[5]), "labels = 5", "images = 6");
            illegal(() -> metric.add(scores, new int[] {0, 3, 0, 0, 0, 0}), "labels[1] = 3", "0 to 2");
            Refused.with(NullPointerException.class, () -> metric.add(null, labels), "prediction");
            Refused.with(NullPointerException.class, () -> metric.add(scores, null), "labels");
        }
        illegal(() -> new ConfusionMatrix(4).add(scores, labels), "(6, 3)", "(batch, 4)");
        illegal(() -> new ConfusionMatrix(0), "classes = 0");
        illegal(() -> new Accuracy(0), "k = 0");
    }

    private double counted(Metric<int[]> metric) {
        metric.add(scores, labels);
        return metric.value();
    }

    private static void illegal(Runnable call, String... parts) {
        Refused.with(IllegalArgumentException.class, call, parts);
    }
}
