// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * The share of images whose right class is the likeliest, or among the k likeliest. Of classes with the same score the
 * one with the lower index counts as likelier. A right class with the score NaN is never found; other classes with NaN
 * are passed over.
 */
public final class Accuracy implements Metric<int[]> {
    private final int k;
    private long right;
    private long all;

    /** Whether the right class is the likeliest. */
    public Accuracy() {
        this(1);
    }

    /**
     * Whether the right class is among the k likeliest.
     *
     * @throws IllegalArgumentException when {@code k < 1}
     */
    public Accuracy(int k) {
        this.k = Shapes.positive("k", k);
    }

    @Override
    public String name() {
        return k == 1 ? "accuracy" : "top-" + k + " accuracy";
    }

    @Override
    public void reset() {
        right = 0;
        all = 0;
    }

    @Override
    public void add(Tensor prediction, int[] labels) {
        ClassScores.check(prediction, labels);
        int classes = prediction.dimension(1);
        for (int row = 0; row < prediction.dimension(0); row++) {
            all++;
            if (ClassScores.likelier(prediction.data(), row * classes, classes, labels[row]) < k) {
                right++;
            }
        }
    }

    @Override
    public double value() {
        return (double) right / all;
    }
}
