// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.layers.Metric;
import dev.quern.layers.Tensor;
import java.util.List;

/** What is predicted for each test image, in their order, and for what. */
final class Predictions implements Metric<int[]> {
    private final List<String> classes;
    private final int[] predicted;
    private ConfusionTable confusion;
    private int count;

    /** For so many images at most. */
    Predictions(List<String> classes, int images) {
        this.classes = classes;
        predicted = new int[images];
        reset();
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public void reset() {
        confusion = new ConfusionTable(classes);
        count = 0;
    }

    @Override
    public void add(Tensor prediction, int[] labels) {
        int scores = prediction.dimension(1);
        for (int row = 0; row < prediction.dimension(0); row++) {
            int best = 0;
            for (int label = 1; label < scores; label++) {
                if (prediction.data()[row * scores + label] > prediction.data()[row * scores + best]) {
                    best = label;
                }
            }
            predicted[count++] = best;
            confusion.add(labels[row], best);
        }
    }

    @Override
    public double value() {
        return confusion.accuracy();
    }

    /** The class seen in each image. */
    int[] predicted() {
        return predicted;
    }

    ConfusionTable confusion() {
        return confusion;
    }
}
