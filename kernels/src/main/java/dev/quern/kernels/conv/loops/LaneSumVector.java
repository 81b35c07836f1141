// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/** Eight logical lanes' sums added by halves. The compiler makes no vectors of the plain loop, as its arrays are one and the same. */
public final class LaneSumVector {
    private LaneSumVector() {}

    /**
     * {@code sums[i] ← ((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7))}, where lane l of i lies at {@code i + l·n}; how many sums of whole
     * vectors this has done.
     */
    public static int fold(int n, float[] sums, int offset) {
        int whole = n / Lanes.COUNT * Lanes.COUNT;
        for (int i = offset; i < offset + whole; i += Lanes.COUNT) {
            FloatVector l0 = FloatVector.fromArray(Lanes.FLOATS, sums, i);
            FloatVector l1 = FloatVector.fromArray(Lanes.FLOATS, sums, i + n);
            FloatVector l2 = FloatVector.fromArray(Lanes.FLOATS, sums, i + 2 * n);
            FloatVector l3 = FloatVector.fromArray(Lanes.FLOATS, sums, i + 3 * n);
            FloatVector even = l0.add(FloatVector.fromArray(Lanes.FLOATS, sums, i + 4 * n))
                    .add(l2.add(FloatVector.fromArray(Lanes.FLOATS, sums, i + 6 * n)));
            FloatVector odd = l1.add(FloatVector.fromArray(Lanes.FLOATS, sums, i + 5 * n))
                    .add(l3.add(FloatVector.fromArray(Lanes.FLOATS, sums, i + 7 * n)));
            even.add(odd).intoArray(sums, i);
        }
        return whole;
    }
}
