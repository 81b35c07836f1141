// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** The learning rate as a function of how far training has come. All is computed in double and rounded to float. */
@FunctionalInterface
public interface Schedule {
    /**
     * The rate of one step.
     *
     * @param step from 0 on
     * @param steps of the whole training
     */
    float rate(long step, long steps);

    /** The same rate all the time. */
    static Schedule constant(float rate) {
        Numbers.notNegative("rate", rate);
        return (step, steps) -> rate;
    }

    /**
     * {@code rate·factorⁱ} with i = ⌊step / every⌋.
     *
     * @throws IllegalArgumentException unless rate is finite and not negative, factor from 0 to 1 and every at least 1
     */
    static Schedule step(float rate, float factor, long every) {
        Numbers.notNegative("rate", rate);
        if (!(factor >= 0f && factor <= 1f)) {
            throw new IllegalArgumentException("factor = " + factor + ", allowed: 0 to 1");
        }
        if (every < 1) {
            throw new IllegalArgumentException("every = " + every + ", allowed: 1 or more");
        }
        return (step, steps) -> (float) (rate * Curves.power(factor, step / every));
    }

    /**
     * From one rate to another in a straight line: {@code from + (to - from)·step / steps}.
     *
     * @throws IllegalArgumentException unless both are finite and not negative
     */
    static Schedule linear(float from, float to) {
        Numbers.notNegative("from", from);
        Numbers.notNegative("to", to);
        return (step, steps) -> (float) (from + ((double) to - from) * ((double) step / steps));
    }

    /**
     * From one rate to another along half a cosine: {@code to + (from - to)·(1 + cos(π·step / steps)) / 2} (I. Loshchilov
     * and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017, without restarts).
     *
     * @throws IllegalArgumentException unless both are finite and not negative
     */
    static Schedule cosine(float from, float to) {
        Numbers.notNegative("from", from);
        Numbers.notNegative("to", to);
        return (step, steps) -> (float) (to + ((double) from - to) * Curves.fall((double) step / steps));
    }

    /**
     * This schedule after a number of steps in which the rate rises in a straight line to where it begins: step i of them
     * has {@code (i + 1) / count} of that. The schedule itself is told of the steps after these alone.
     *
     * @throws IllegalArgumentException when {@code count < 1}
     */
    default Schedule warmUp(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("count = " + count + ", allowed: 1 or more");
        }
        return (step, steps) -> {
            long rest = Math.max(1, steps - count);
            return step < count ? (float) (rate(0, rest) * ((step + 1.0) / count)) : rate(step - count, rest);
        };
    }
}
