// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The loops of {@link GradientClip} with vectors; each returns how many elements filled whole ones. */
final class GradientClipVector {
    private GradientClipVector() {}

    static int squares(int n, float[] x, int xOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
            value.mul(value).intoArray(out, outOffset + i);
        }
        return i;
    }

    static int scale(int n, float factor, float[] x, int offset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, offset + i).mul(factor).intoArray(x, offset + i);
        }
        return i;
    }

    static int limit(int n, float limit, float[] x, int offset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector value = FloatVector.fromArray(FLOATS, x, offset + i);
            value = value.blend(limit, value.compare(VectorOperators.GT, limit));
            value = value.blend(-limit, value.compare(VectorOperators.LT, -limit));
            value.intoArray(x, offset + i);
        }
        return i;
    }
}
