// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import java.util.Objects;

/** Rows of scores, one a class. */
final class ClassScores {
    private ClassScores() {}

    /** Requires (batch, classes) and a label within them for each row. */
    static void check(Tensor prediction, int[] labels) {
        Objects.requireNonNull(labels, "labels");
        if (Objects.requireNonNull(prediction, "prediction").rank() != 2) {
            throw new IllegalArgumentException("prediction " + prediction + ", wanted (batch, classes)");
        }
        int batch = prediction.dimension(0);
        int classes = prediction.dimension(1);
        if (labels.length < batch) {
            throw new IllegalArgumentException("labels = " + labels.length + " but images = " + batch);
        }
        for (int i = 0; i < batch; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "labels[" + i + "] = " + labels[i] + ", allowed: 0 to " + (classes - 1));
            }
        }
    }

    /** How many classes are likelier than one of them; all where its score is NaN. */
    static int likelier(float[] scores, int offset, int classes, int label) {
        float own = scores[offset + label];
        if (Float.isNaN(own)) {
            return Integer.MAX_VALUE;
        }
        int count = 0;
        for (int j = 0; j < classes; j++) {
            float other = scores[offset + j];
            count += other > own || other == own && j < label ? 1 : 0;
        }
        return count;
    }

    /** The likeliest class, the first of equals, NaN passed over; 0 where all are NaN. */
    static int likeliest(float[] scores, int offset, int classes) {
        int best = 0;
        for (int j = 1; j < classes; j++) {
            float other = scores[offset + j];
            if (other > scores[offset + best] || Float.isNaN(scores[offset + best]) && !Float.isNaN(other)) {
                best = j;
            }
        }
        return best;
    }
}
