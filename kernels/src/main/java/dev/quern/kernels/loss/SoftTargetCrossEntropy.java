// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.activation.Softmax;
import dev.quern.kernels.check.Check;
import dev.quern.kernels.parallel.WorkerPool;
import dev.quern.kernels.reduce.Maximum;
import dev.quern.kernels.vector.VectorSupport;
import java.util.Objects;

/**
 * Cross-entropy of softmax against a distribution over the classes for each row, mean over the batch.
 *
 * <p>With x the logits of a row, q its targets, p = softmax(x) as {@link Softmax} rounds it and Q = Σ qⱼ: the row's loss is
 * Σ qⱼ·(log Σ exp(xₖ) - xⱼ), computed in double as Q·(-log(max p)) - Σ qⱼ·(xⱼ - max x), where a class with qⱼ = 0 costs
 * nothing whatever its logit. Sums go in ascending order in double. The rows' losses are added in ascending order,
 * divided by the batch and rounded to float. The gradient is fma(pⱼ, Q, -qⱼ)·r with Q and r = 1 / batch rounded to float.
 * The targets of a row are meant to add up to 1; other weights are taken as they are, and the gradient is right for them.
 */
public final class SoftTargetCrossEntropy {
    private SoftTargetCrossEntropy() {}

    /**
     * Computes the loss and its gradient with respect to the logits.
     *
     * @param logits row-major {@code batch × classes}
     * @param targets how likely each class is wanted to be, {@code batch × classes}
     * @param gradient output, {@code batch × classes}; may overlap neither logits nor targets
     * @return the mean loss; 0 when the batch is empty. NaN when a row has NaN or +∞ in it or nothing but -∞, +∞ when a
     *     wanted class has a logit of -∞
     * @throws NullPointerException when an array or the pool is null
     * @throws IllegalArgumentException when {@code batch < 0}, {@code classes < 1}, {@code batch·classes} is above 2³¹-1,
     *     or gradient overlaps an input
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static float lossAndGradient(
            int batch,
            int classes,
            float[] logits,
            int logitsOffset,
            float[] targets,
            int targetsOffset,
            float[] gradient,
            int gradientOffset,
            WorkerPool pool) {
        Check.notNegative("batch", batch);
        Check.positive("classes", classes);
        int n = SoftmaxCrossEntropy.elements(batch, classes);
        Check.range("logits", logits, logitsOffset, n);
        Check.range("targets", targets, targetsOffset, n);
        Check.range("gradient", gradient, gradientOffset, n);
        Check.disjoint("gradient", gradient, gradientOffset, n, "logits", logits, logitsOffset, n);
        Check.disjoint("gradient", gradient, gradientOffset, n, "targets", targets, targetsOffset, n);
        Objects.requireNonNull(pool, "pool").requireOpen();
        if (batch == 0) {
            return 0f;
        }
        Softmax.forward(batch, classes, logits, logitsOffset, gradient, gradientOffset, pool);
        double loss = 0;
        for (int row = 0; row < batch; row++) {
            int start = row * classes;
            int q = targetsOffset + start;
            int p = gradientOffset + start;
            double likeliest = Maximum.of(classes, gradient, p);
            double total = total(classes, targets, q);
            loss += total * -StrictMath.log(likeliest) - behind(classes, logits, logitsOffset + start, targets, q);
            if (VectorSupport.ENABLED) {
                LossVector.pull(classes, (float) total, 1f / batch, targets, q, gradient, p);
            } else {
                LossScalar.pull(classes, (float) total, 1f / batch, targets, q, gradient, p);
            }
        }
        return (float) (loss / batch);
    }

    private static double total(int classes, float[] targets, int offset) {
        double total = 0;
        for (int j = 0; j < classes; j++) {
            total += targets[offset + j];
        }
        return total;
    }

    /** How far the wanted logits are behind the largest. */
    private static double behind(int classes, float[] logits, int offset, float[] targets, int targetsOffset) {
        double most = Maximum.of(classes, logits, offset);
        double behind = 0;
        for (int j = 0; j < classes; j++) {
            float wanted = targets[targetsOffset + j];
            if (wanted != 0f) {
                behind += wanted * (logits[offset + j] - most);
            }
        }
        return behind;
    }
}
