// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Arrays;
import java.util.Objects;

/**
 * How often each class was taken for each other. The class predicted is the one with the highest score, the first of
 * equals, NaN passed over; class 0 where all scores are NaN.
 */
public final class ConfusionMatrix implements Metric<int[]> {
    private final int classes;
    private final long[] counts;

    /**
     * A matrix of zeros.
     *
     * @throws IllegalArgumentException when {@code classes < 1} or their square is above 2³¹-1
     */
    public ConfusionMatrix(int classes) {
        this.classes = Shapes.positive("classes", classes);
        counts = new long[Shapes.elements(classes, classes)];
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public void reset() {
        Arrays.fill(counts, 0);
    }

    @Override
    public void add(Tensor prediction, int[] labels) {
        ClassScores.check(prediction, labels);
        if (prediction.dimension(1) != classes) {
            throw new IllegalArgumentException("prediction " + prediction + ", wanted (batch, " + classes + ")");
        }
        for (int row = 0; row < prediction.dimension(0); row++) {
            counts[labels[row] * classes + ClassScores.likeliest(prediction.data(), row * classes, classes)]++;
        }
    }

    /** How many images of the class {@code label} were taken for {@code predicted}. */
    public long count(int label, int predicted) {
        return counts[Objects.checkIndex(label, classes) * classes + Objects.checkIndex(predicted, classes)];
    }

    /** The share of images of a class that were found; NaN when there was none. */
    public double recall(int label) {
        long row = 0;
        for (int j = 0; j < classes; j++) {
            row += count(label, j);
        }
        return (double) count(label, label) / row;
    }

    /** The share of right ones among the images taken for a class; NaN when there was none. */
    public double precision(int predicted) {
        long column = 0;
        for (int i = 0; i < classes; i++) {
            column += count(i, predicted);
        }
        return (double) count(predicted, predicted) / column;
    }

    /** The share of images that were taken for what they are. */
    @Override
    public double value() {
        long right = 0;
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            right += i % (classes + 1) == 0 ? counts[i] : 0;
            all += counts[i];
        }
        return (double) right / all;
    }
}
