// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.reduce.FixedSum;
import dev.quern.kernels.vector.VectorSupport;

/**
 * What large weights cost: penalty = Σ (l1·|wᵢ| + l2·wᵢ²), each term computed as fma(l2·w, w, l1·|w|), the sum by the fixed
 * scheme (chunks of 1024, 16 lanes). Its gradient is added: gᵢ ← gᵢ + fma(2·l2, wᵢ, l1·sign(wᵢ)), where the sign of ±0 and
 * NaN is 0. Each operation rounds once.
 */
public final class WeightPenalty {
    /** Floats of scratch memory that {@link #addGradient} wants. */
    public static final int SCRATCH = FixedSum.CHUNK;

    private WeightPenalty() {}

    /**
     * Adds the gradient of the penalty, in the caller's thread.
     *
     * @param l1 factor of the absolute values, at least 0 and finite
     * @param l2 factor of the squares, at least 0 and finite
     * @param gradient what is added to; may not overlap the weights
     * @param scratch {@link #SCRATCH} floats that are overwritten; may overlap neither
     * @return the penalty; 0 when {@code n = 0}
     * @throws NullPointerException when an array is null
     * @throws IllegalArgumentException when a number is out of range, or two of the ranges overlap
     * @throws IndexOutOfBoundsException when an array is too short from its offset on
     */
    public static float addGradient(
            int n,
            float l1,
            float l2,
            float[] weights,
            int weightsOffset,
            float[] gradient,
            int gradientOffset,
            float[] scratch,
            int scratchOffset) {
        Check.notNegative("n", n);
        factor("l1", l1);
        factor("l2", l2);
        Check.range("weights", weights, weightsOffset, n);
        Check.range("gradient", gradient, gradientOffset, n);
        Check.range("scratch", scratch, scratchOffset, SCRATCH);
        Check.disjoint("gradient", gradient, gradientOffset, n, "weights", weights, weightsOffset, n);
        Check.disjoint("scratch", scratch, scratchOffset, SCRATCH, "weights", weights, weightsOffset, n);
        Check.disjoint("scratch", scratch, scratchOffset, SCRATCH, "gradient", gradient, gradientOffset, n);
        // A chunk's sum on its own has the bits that it has within a longer sum.
        float sum = 0f;
        for (int start = 0; start < n; start += FixedSum.CHUNK) {
            int part = Math.min(FixedSum.CHUNK, n - start);
            int w = weightsOffset + start;
            int g = gradientOffset + start;
            if (VectorSupport.ENABLED) {
                LossVector.penalize(part, l1, l2, weights, w, gradient, g, scratch, scratchOffset);
            } else {
                LossScalar.penalize(part, l1, l2, weights, w, gradient, g, scratch, scratchOffset);
            }
            sum += FixedSum.sum(part, scratch, scratchOffset);
        }
        return sum;
    }

    private static void factor(String name, float value) {
        if (!(value >= 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: 0 or more, finite");
        }
    }
}
