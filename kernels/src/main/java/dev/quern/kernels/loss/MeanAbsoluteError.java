// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Mean over all elements of the absolute difference: loss = Σ |dᵢ| / n with dᵢ = predictionᵢ - targetᵢ, the sum by the fixed
 * scheme (chunks of 1024, 16 lanes), and gradientᵢ = sign(dᵢ)·r with r = 1 / n; the sign of ±0 is ±0, that of NaN is NaN.
 * Each operation rounds once.
 */
public final class MeanAbsoluteError {
    private MeanAbsoluteError() {}

    /**
     * Computes the loss and its gradient with respect to the prediction, in the caller's thread.
     *
     * @param n how many elements, over the whole batch
     * @param gradient output; may overlap neither prediction nor target
     * @return the mean loss; 0 when {@code n = 0}
     * @throws NullPointerException when an array is null
     * @throws IllegalArgumentException when {@code n < 0}, or gradient overlaps an input
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static float lossAndGradient(
            int n,
            float[] prediction,
            int predictionOffset,
            float[] target,
            int targetOffset,
            float[] gradient,
            int gradientOffset) {
        PairChecks.arrays(
                n, "prediction", prediction, predictionOffset, target, targetOffset, gradient, gradientOffset);
        if (n == 0) {
            return 0f;
        }
        // A chunk's sum on its own has the bits that it has within a longer sum, and what it needs stays in the cache.
        float sum = 0f;
        for (int start = 0; start < n; start += FixedSum.CHUNK) {
            int part = Math.min(FixedSum.CHUNK, n - start);
            int a = predictionOffset + start;
            int b = targetOffset + start;
            int g = gradientOffset + start;
            if (VectorSupport.ENABLED) {
                LossVector.distances(part, prediction, a, target, b, gradient, g);
                sum += FixedSum.sum(part, gradient, g);
                LossVector.scaledSigns(part, 1f / n, prediction, a, target, b, gradient, g);
            } else {
                LossScalar.distances(part, prediction, a, target, b, gradient, g);
                sum += FixedSum.sum(part, gradient, g);
                LossScalar.scaledSigns(part, 1f / n, prediction, a, target, b, gradient, g);
            }
        }
        return sum / n;
    }
}
