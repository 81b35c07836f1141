// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * Makes large weights cost: {@code l1·Σ|w| + l2·Σw²} is added to the loss that training reports, and its gradient to
 * the parameter's. The definition, down to its bits, is that of {@link dev.quern.kernels.loss.WeightPenalty}.
 *
 * @param l1 factor of the absolute values
 * @param l2 factor of the squares; what PyTorch calls a weight decay of its SGD is 2·l2
 */
public record Regularizer(float l1, float l2) {
    /** Costs nothing. */
    public static final Regularizer NONE = new Regularizer(0f, 0f);

    /**
     * Both penalties at once.
     *
     * @throws IllegalArgumentException unless both factors are finite and not negative
     */
    public Regularizer {
        Numbers.notNegative("l1", l1);
        Numbers.notNegative("l2", l2);
    }

    /** The penalty of absolute values alone. */
    public static Regularizer l1(float factor) {
        return new Regularizer(factor, 0f);
    }

    /** The penalty of squares alone. */
    public static Regularizer l2(float factor) {
        return new Regularizer(0f, factor);
    }

    boolean costs() {
        return l1 > 0f || l2 > 0f;
    }
}
