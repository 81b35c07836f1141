// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** Ranges of settings. */
final class Numbers {
    private Numbers() {}

    /** Requires a finite number of at least 0. */
    static float notNegative(String name, float value) {
        if (!(value >= 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: 0 or more, finite");
        }
        return value;
    }

    /** Requires a finite number above 0. */
    static float positive(String name, float value) {
        if (!(value > 0f && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: above 0, finite");
        }
        return value;
    }

    /** Requires {@code 0 ≤ value < 1}. */
    static float fraction(String name, float value) {
        if (!(value >= 0f && value < 1f)) {
            throw new IllegalArgumentException(name + " = " + value + ", allowed: 0 to below 1");
        }
        return value;
    }
}
