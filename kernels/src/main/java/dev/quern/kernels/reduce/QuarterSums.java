// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.reduce;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Where column sums by vectors of sixteen lanes meet: rows are taken in quarters, every fourth row, so that four vectors of columns
 * have their sums in registers and each cache line is read once. Between loops sums lie in memory, as vectors that live across
 * nested loops may come to be allocated.
 */
public final class QuarterSums {
    /** Columns that are summed together. */
    public static final int WIDE = 4 * COUNT;

    private static final ThreadLocal<float[]> QUARTERS = ThreadLocal.withInitial(() -> new float[5 * WIDE]);

    private static final ThreadLocal<float[]> SECOND = ThreadLocal.withInitial(() -> new float[4 * WIDE]);

    private QuarterSums() {}

    /** The thread's own floats: the sums of quarter q from {@code q·WIDE} on, and {@code WIDE} more for a total. */
    public static float[] quarters() {
        return QUARTERS.get();
    }

    /** Four more, for who sums two things at once. */
    public static float[] secondQuarters() {
        return SECOND.get();
    }

    /** sums += the four quarters, folded as the fixed scheme folds its lanes last of all. */
    public static void fold(float[] quarters, float[] sums, int sumsOffset) {
        for (int i = 0; i < WIDE; i += COUNT) {
            FloatVector even = FloatVector.fromArray(FLOATS, quarters, i)
                    .add(FloatVector.fromArray(FLOATS, quarters, i + 2 * WIDE));
            FloatVector odd = FloatVector.fromArray(FLOATS, quarters, i + WIDE)
                    .add(FloatVector.fromArray(FLOATS, quarters, i + 3 * WIDE));
            FloatVector.fromArray(FLOATS, sums, sumsOffset + i)
                    .add(even.add(odd))
                    .intoArray(sums, sumsOffset + i);
        }
    }
}
