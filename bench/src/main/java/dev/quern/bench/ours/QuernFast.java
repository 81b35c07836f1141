// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.kernels.conv.NumericClass;

/** Convolutions of class {@link NumericClass#FAST}. */
public final class QuernFast extends Reordering {
    /** Loads nothing yet. */
    public QuernFast() {
        super(NumericClass.FAST);
    }

    @Override
    public String impl() {
        return "quern-fast";
    }
}
