// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.Maximum;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * Cross-entropy of softmax against one right class a row, mean over the batch.
 *
 * <p>With x the logits of a row, c its label and p = softmax(x) as {@link Softmax} rounds it: the row's loss is log Σ
 * exp(xⱼ) - x_c. As the largest p is exp(0) / Σ exp(xⱼ - max x), that is computed in double as -log(max p) - (x_c - max
 * x), which stays finite where p_c is 0. The rows' losses are added in ascending order in double, divided by the batch and
 * rounded to float. The gradient is (pⱼ - [j = c])·r with r = 1 / batch rounded to float.
 *
 * <p>With label smoothing ε (C. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016)
 * the right class is wanted with 1 - ε + ε / classes and every other with ε / classes: the row's loss is -log(max p) - ((1
 * - ε)·(x_c - max x) + (ε / classes)·Σ (xⱼ - max x)), all in double, the sum in ascending order. The gradient is (pⱼ - (1
 * - ε)·[j = c] - s)·r with 1 - ε and s = ε / classes rounded to float; each operation rounds once, from left to right.
 */
public final class SoftmaxCrossEntropy {
    private SoftmaxCrossEntropy() {}

    /**
     * Computes the loss and its gradient with respect to the logits.
     *
     * @param logits row-major {@code batch × classes}
     * @param labels the right class of each row, {@code 0 ≤ label < classes}
     * @param gradient output, {@code batch × classes}; may not overlap the logits
     * @return the mean loss; 0 when the batch is empty. NaN when a row has NaN or +∞ in it or nothing but -∞ (its gradient
     *     is NaN then), +∞ when a label's logit is -∞
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code batch < 0}, {@code classes < 1}, a label is outside the classes,
     *     {@code batch·classes} is above 2³¹-1, or gradient overlaps logits
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static float lossAndGradient(
            int batch,
            int classes,
            float[] logits,
            int logitsOffset,
            int[] labels,
            int labelsOffset,
            float[] gradient,
            int gradientOffset,
            WorkerPool pool) {
        return lossAndGradient(
                batch, classes, 0f, logits, logitsOffset, labels, labelsOffset, gradient, gradientOffset, pool);
    }

    /**
     * As {@link #lossAndGradient(int, int, float[], int, int[], int, float[], int, WorkerPool)}, with label smoothing.
     *
     * @param smoothing what of the wanted probability is spread evenly over all classes, {@code 0 ≤ smoothing < 1}
     * @param logits row-major {@code batch × classes}
     * @param labels the right class of each row, {@code 0 ≤ label < classes}
     * @param gradient output, {@code batch × classes}; may not overlap the logits
     * @return the mean loss; 0 when the batch is empty. NaN when a row has NaN or +∞ in it or nothing but -∞ (its gradient
     *     is NaN then), +∞ when a logit that is wanted is -∞
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code batch < 0}, {@code classes < 1}, smoothing or a label is out of range,
     *     {@code batch·classes} is above 2³¹-1, or gradient overlaps logits
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static float lossAndGradient(
            int batch,
            int classes,
            float smoothing,
            float[] logits,
            int logitsOffset,
            int[] labels,
            int labelsOffset,
            float[] gradient,
            int gradientOffset,
            WorkerPool pool) {
        Check.notNegative("batch", batch);
        Check.positive("classes", classes);
        if (!(smoothing >= 0f && smoothing < 1f)) {
            throw new IllegalArgumentException("smoothing = " + smoothing + ", allowed: 0 to below 1");
        }
        int n = elements(batch, classes);
        Check.range("logits", logits, logitsOffset, n);
        Check.range("labels", labels, labelsOffset, batch);
        Check.range("gradient", gradient, gradientOffset, n);
        Check.disjoint("gradient", gradient, gradientOffset, n, "logits", logits, logitsOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        checkLabels(batch, classes, labels, labelsOffset);
        if (batch == 0) {
            return 0f;
        }
        Softmax.forward(batch, classes, logits, logitsOffset, gradient, gradientOffset, pool);
        double even = (double) smoothing / classes;
        double loss = 0;
        for (int row = 0; row < batch; row++) {
            int x = logitsOffset + row * classes;
            float most = Maximum.of(classes, logits, x);
            float likeliest = Maximum.of(classes, gradient, gradientOffset + row * classes);
            double behind = (double) logits[x + labels[labelsOffset + row]] - most;
            // Not for a smoothing of 0: a class at -∞ costs nothing then.
            if (smoothing > 0f) {
                behind = (1.0 - smoothing) * behind + even * behind(classes, logits, x, most);
            }
            loss += -StrictMath.log(likeliest) - behind;
        }
        float right = (float) (1.0 - smoothing);
        for (int row = 0; row < batch; row++) {
            gradient[gradientOffset + row * classes + labels[labelsOffset + row]] -= right;
        }
        if (VectorSupport.ENABLED) {
            LossVector.shiftAndScale(n, (float) even, 1f / batch, gradient, gradientOffset);
        } else {
            LossScalar.shiftAndScale(n, (float) even, 1f / batch, gradient, gradientOffset);
        }
        return (float) (loss / batch);
    }

    /** How far all logits of a row are behind the largest, together. */
    private static double behind(int classes, float[] logits, int offset, float most) {
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            sum += (double) logits[offset + j] - most;
        }
        return sum;
    }

    static int elements(int batch, int classes) {
        long product = (long) batch * classes;
        if (product > Integer.MAX_VALUE) {
            Check.product("batch·classes", batch, classes);
        }
        return (int) product;
    }

    private static void checkLabels(int batch, int classes, int[] labels, int offset) {
        for (int row = 0; row < batch; row++) {
            int label = labels[offset + row];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("labels[" + (offset + row) + "] = " + label + ", allowed: 0 to "
                        + (classes - 1) + " (classes = " + classes + ")");
            }
        }
    }
}
