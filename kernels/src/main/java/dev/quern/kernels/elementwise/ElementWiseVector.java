// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.elementwise;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The sum of {@link ElementWise} with vectors. */
final class ElementWiseVector {
    private ElementWiseVector() {}

    /** Adds as many elements as fill whole vectors and returns their number. */
    static int add(int n, float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector sum =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).add(FloatVector.fromArray(FLOATS, b, bOffset + i));
            sum.intoArray(y, yOffset + i);
        }
        return i;
    }
}
