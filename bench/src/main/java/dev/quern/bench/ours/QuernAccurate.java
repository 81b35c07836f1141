// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.ours;

import dev.quern.kernels.conv.NumericClass;

/** Convolutions of class {@link NumericClass#ACCURATE}. */
public final class QuernAccurate extends Reordering {
    /** Loads nothing yet. */
    public QuernAccurate() {
        super(NumericClass.ACCURATE);
    }

    @Override
    public String impl() {
        return "quern-accurate";
    }
}
