// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.VectorSupport;

/**
 * Mean over all elements of the squared difference: loss = Σ dᵢ·dᵢ / n with dᵢ = predictionᵢ - targetᵢ, the sum by the
 * fixed scheme (chunks of 1024, 16 lanes), and gradientᵢ = dᵢ·r with r = 2 / n. Each operation rounds once.
 */
public final class MeanSquaredError {
    private MeanSquaredError() {}

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
        // The gradient's place holds the squares until they are added.
        float factor = 2f / n;
        float sum;
        if (VectorSupport.ENABLED) {
            LossVector.squares(n, prediction, predictionOffset, target, targetOffset, gradient, gradientOffset);
            sum = FixedSum.sum(n, gradient, gradientOffset);
            LossVector.scaledDifference(
                    n, factor, prediction, predictionOffset, target, targetOffset, gradient, gradientOffset);
        } else {
            LossScalar.squares(n, prediction, predictionOffset, target, targetOffset, gradient, gradientOffset);
            sum = FixedSum.sum(n, gradient, gradientOffset);
            LossScalar.scaledDifference(
                    n, factor, prediction, predictionOffset, target, targetOffset, gradient, gradientOffset);
        }
        return sum / n;
    }
}
