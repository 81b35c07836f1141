// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.loss;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The element-wise loops of the losses with vectors. */
final class LossVector {
    private LossVector() {}

    static void scale(int n, float factor, float[] x, int offset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, offset + i).mul(factor).intoArray(x, offset + i);
        }
        LossScalar.scale(n - i, factor, x, offset + i);
    }

    static void squares(int n, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector difference =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).sub(FloatVector.fromArray(FLOATS, b, bOffset + i));
            difference.mul(difference).intoArray(out, outOffset + i);
        }
        LossScalar.squares(n - i, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }

    static void scaledDifference(
            int n, float factor, float[] a, int aOffset, float[] b, int bOffset, float[] out, int outOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector difference =
                    FloatVector.fromArray(FLOATS, a, aOffset + i).sub(FloatVector.fromArray(FLOATS, b, bOffset + i));
            difference.mul(factor).intoArray(out, outOffset + i);
        }
        LossScalar.scaledDifference(n - i, factor, a, aOffset + i, b, bOffset + i, out, outOffset + i);
    }
}
