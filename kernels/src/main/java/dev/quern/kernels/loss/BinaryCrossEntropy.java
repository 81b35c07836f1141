// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.ScalarMath;
import dev.quern.kernels.vector.ScalarSoft;
import dev.quern.kernels.vector.VectorMath;
import dev.quern.kernels.vector.VectorSoft;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Cross-entropy of sigmoid against the probability of yes, mean over all elements. With x a logit and t its target an
 * element's loss -t·log sigmoid(x) - (1 - t)·log(1 - sigmoid(x)) is computed as fma(-x, t, max(x, 0)) + softplus(-|x|), which neither
 * overflows nor cancels; softplus and sigmoid are this library's own. The sum goes by the fixed scheme (chunks of 1024,
 * 16 lanes) and is divided by n. gradientᵢ = (sigmoid(xᵢ) - tᵢ)·r with r = 1 / n. Each operation rounds once. Targets are meant
 * to lie in [0, 1]; others are not refused. The loss is NaN when a logit is infinite.
 */
public final class BinaryCrossEntropy {
    private BinaryCrossEntropy() {}

    /**
     * Computes the loss and its gradient with respect to the logits, in the caller's thread.
     *
     * @param n how many elements, over the whole batch
     * @param gradient output; may overlap neither logits nor target
     * @return the mean loss; 0 when {@code n = 0}
     * @throws NullPointerException when an array is null
     * @throws IllegalArgumentException when {@code n < 0}, or gradient overlaps an input
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static float lossAndGradient(
            int n,
            float[] logits,
            int logitsOffset,
            float[] target,
            int targetOffset,
            float[] gradient,
            int gradientOffset) {
        PairChecks.arrays(n, "logits", logits, logitsOffset, target, targetOffset, gradient, gradientOffset);
        if (n == 0) {
            return 0f;
        }
        // A chunk's sum on its own has the bits that it has within a longer sum, and what it needs stays in the cache.
        float sum = 0f;
        for (int start = 0; start < n; start += FixedSum.CHUNK) {
            int part = Math.min(FixedSum.CHUNK, n - start);
            int a = logitsOffset + start;
            int b = targetOffset + start;
            int g = gradientOffset + start;
            if (VectorSupport.ENABLED) {
                LossVector.negativeMagnitudes(part, logits, a, gradient, g);
                VectorSoft.softplus(part, gradient, g, gradient, g);
                LossVector.addHinge(part, logits, a, target, b, gradient, g);
                sum += FixedSum.sum(part, gradient, g);
                VectorMath.sigmoid(part, logits, a, gradient, g);
                LossVector.scaledDifference(part, 1f / n, gradient, g, target, b, gradient, g);
            } else {
                LossScalar.negativeMagnitudes(part, logits, a, gradient, g);
                ScalarSoft.softplus(part, gradient, g, gradient, g);
                LossScalar.addHinge(part, logits, a, target, b, gradient, g);
                sum += FixedSum.sum(part, gradient, g);
                ScalarMath.sigmoid(part, logits, a, gradient, g);
                LossScalar.scaledDifference(part, 1f / n, gradient, g, target, b, gradient, g);
            }
        }
        return sum / n;
    }
}
