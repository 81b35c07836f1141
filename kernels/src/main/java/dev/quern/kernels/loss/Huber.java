// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Mean over all elements of a loss that is a square near the target and a straight line beyond δ (P. Huber, "Robust
 * estimation of a location parameter", 1964). With d = |predictionᵢ - targetᵢ| and c = min(d, δ) an element's loss is c·fma(-½,
 * c, d), which is d²/2 up to δ and δ·(d - δ/2) from there on. The sum goes by the fixed scheme (chunks of 1024, 16 lanes)
 * and is divided by n. gradientᵢ = (predictionᵢ - targetᵢ, but from -δ to δ)·r with r = 1 / n. Each operation rounds once.
 */
public final class Huber {
    private Huber() {}

    /**
     * Computes the loss and its gradient with respect to the prediction, in the caller's thread.
     *
     * @param n how many elements, over the whole batch
     * @param delta where the line begins, above 0 and finite
     * @param gradient output; may overlap neither prediction nor target
     * @return the mean loss; 0 when {@code n = 0}
     * @throws NullPointerException when an array is null
     * @throws IllegalArgumentException when {@code n < 0}, delta is out of range, or gradient overlaps an input
     * @throws IndexOutOfBoundsException when an array does not hold {@code n} elements from its offset on
     */
    public static float lossAndGradient(
            int n,
            float delta,
            float[] prediction,
            int predictionOffset,
            float[] target,
            int targetOffset,
            float[] gradient,
            int gradientOffset) {
        PairChecks.arrays(
                n, "prediction", prediction, predictionOffset, target, targetOffset, gradient, gradientOffset);
        if (!(delta > 0f && delta <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("delta = " + delta + ", allowed: above 0, finite");
        }
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
                LossVector.huber(part, delta, prediction, a, target, b, gradient, g);
                sum += FixedSum.sum(part, gradient, g);
                LossVector.scaledLimited(part, delta, 1f / n, prediction, a, target, b, gradient, g);
            } else {
                LossScalar.huber(part, delta, prediction, a, target, b, gradient, g);
                sum += FixedSum.sum(part, gradient, g);
                LossScalar.scaledLimited(part, delta, 1f / n, prediction, a, target, b, gradient, g);
            }
        }
        return sum / n;
    }
}
