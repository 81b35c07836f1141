// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Looks for numbers that are not finite: 0 times such a one is NaN, and stays so in a sum. */
public final class FiniteVector {
    /** Elements of a step. */
    private static final int STEP = 4 * Lanes.COUNT;

    private FiniteVector() {}

    /** Whether all of the elements before {@link #end} are finite. */
    public static boolean all(int n, float[] x, int offset) {
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        FloatVector sum0 = zero;
        FloatVector sum1 = zero;
        FloatVector sum2 = zero;
        FloatVector sum3 = zero;
        for (int i = offset; i < offset + end(n); i += STEP) {
            sum0 = FloatVector.fromArray(Lanes.FLOATS, x, i).fma(zero, sum0);
            sum1 = FloatVector.fromArray(Lanes.FLOATS, x, i + Lanes.COUNT).fma(zero, sum1);
            sum2 = FloatVector.fromArray(Lanes.FLOATS, x, i + 2 * Lanes.COUNT).fma(zero, sum2);
            sum3 = FloatVector.fromArray(Lanes.FLOATS, x, i + 3 * Lanes.COUNT).fma(zero, sum3);
        }
        return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.MAX) == 0f;
    }

    /** How many of n elements are whole steps. */
    public static int end(int n) {
        return n / STEP * STEP;
    }
}
