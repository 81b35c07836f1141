// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.reduce;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Maximum} with vectors. Unlike a sum, a maximum does not depend on the order. */
final class MaximumVector {
    private MaximumVector() {}

    static float of(int n, float[] x, int offset) {
        if (n < COUNT) {
            return Maximum.above(Float.NEGATIVE_INFINITY, n, x, offset);
        }
        var first = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        var second = first;
        int i = 0;
        for (; i <= n - 2 * COUNT; i += 2 * COUNT) {
            FloatVector a = FloatVector.fromArray(FLOATS, x, offset + i);
            FloatVector b = FloatVector.fromArray(FLOATS, x, offset + i + COUNT);
            first = a.blend(first, a.compare(VectorOperators.GT, first).not());
            second = b.blend(second, b.compare(VectorOperators.GT, second).not());
        }
        // The last vectors may overlap what was seen: looking twice changes nothing.
        FloatVector a = FloatVector.fromArray(FLOATS, x, offset + Math.min(i, n - COUNT));
        FloatVector b = FloatVector.fromArray(FLOATS, x, offset + n - COUNT);
        first = a.blend(first, a.compare(VectorOperators.GT, first).not());
        second = b.blend(second, b.compare(VectorOperators.GT, second).not());
        return first.blend(second, second.compare(VectorOperators.GT, first)).reduceLanes(VectorOperators.MAX);
    }
}
