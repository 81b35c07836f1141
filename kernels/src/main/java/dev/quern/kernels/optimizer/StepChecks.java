// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

/** The ranges of the numbers that steer a step. */
final class StepChecks {
    private StepChecks() {}

    /** Requires a learning rate that is finite and not negative. */
    static void rate(float rate) {
        notNegative("rate", rate);
    }

    /** Requires a finite number of at least 0. */
    static void notNegative(String name, float value) {
        if (!(value >= 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: 0 or more, finite");
        }
    }

    /** Requires a finite number above 0. */
    static void positive(String name, float value) {
        if (!(value > 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: above 0, finite");
        }
    }

    /** Requires {@code 0 ≤ value < 1}. */
    static void fraction(String name, float value) {
        if (!(value >= 0f && value < 1f)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: 0 to below 1");
        }
    }
}
