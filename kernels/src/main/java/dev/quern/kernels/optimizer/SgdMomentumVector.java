// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The step of {@link SgdMomentum} with vectors. */
final class SgdMomentumVector {
    private SgdMomentumVector() {}

    /** Updates as many elements as fill whole vectors and returns their number. */
    static int update(
            int n, float rate, float momentum, float[] g, int gOffset, float[] v, int vOffset, float[] p, int pOffset) {
        var keep = FloatVector.broadcast(FLOATS, momentum);
        var minusRate = FloatVector.broadcast(FLOATS, -rate);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector gradient = FloatVector.fromArray(FLOATS, g, gOffset + i);
            FloatVector moved = keep.fma(FloatVector.fromArray(FLOATS, v, vOffset + i), gradient);
            moved.intoArray(v, vOffset + i);
            minusRate.fma(moved, FloatVector.fromArray(FLOATS, p, pOffset + i)).intoArray(p, pOffset + i);
        }
        return i;
    }

    /** As {@link #update}, in Nesterov's form. */
    static int updateNesterov(
            int n, float rate, float momentum, float[] g, int gOffset, float[] v, int vOffset, float[] p, int pOffset) {
        var keep = FloatVector.broadcast(FLOATS, momentum);
        var minusRate = FloatVector.broadcast(FLOATS, -rate);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector gradient = FloatVector.fromArray(FLOATS, g, gOffset + i);
            FloatVector moved = keep.fma(FloatVector.fromArray(FLOATS, v, vOffset + i), gradient);
            moved.intoArray(v, vOffset + i);
            FloatVector direction = keep.fma(moved, gradient);
            minusRate
                    .fma(direction, FloatVector.fromArray(FLOATS, p, pOffset + i))
                    .intoArray(p, pOffset + i);
        }
        return i;
    }
}
