// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.optimizer;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The step of {@link Adam} with vectors. */
final class AdamVector {
    private AdamVector() {}

    /** Updates as many elements as fill whole vectors and returns their number. */
    static int update(
            int n,
            float amount,
            float spread,
            float keep,
            float beta1,
            float c1,
            float beta2,
            float c2,
            float epsilon,
            float[] g,
            int gOffset,
            float[] m,
            int mOffset,
            float[] v,
            int vOffset,
            float[] p,
            int pOffset) {
        var keepMean = FloatVector.broadcast(FLOATS, beta1);
        var keepSquare = FloatVector.broadcast(FLOATS, beta2);
        var scale = FloatVector.broadcast(FLOATS, spread);
        var smallest = FloatVector.broadcast(FLOATS, epsilon);
        var minusAmount = FloatVector.broadcast(FLOATS, -amount);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector gradient = FloatVector.fromArray(FLOATS, g, gOffset + i);
            FloatVector mean = keepMean.fma(FloatVector.fromArray(FLOATS, m, mOffset + i), gradient.mul(c1));
            FloatVector square = keepSquare.fma(
                    FloatVector.fromArray(FLOATS, v, vOffset + i),
                    gradient.mul(c2).mul(gradient));
            FloatVector divisor = square.lanewise(VectorOperators.SQRT).fma(scale, smallest);
            mean.intoArray(m, mOffset + i);
            square.intoArray(v, vOffset + i);
            FloatVector kept = FloatVector.fromArray(FLOATS, p, pOffset + i).mul(keep);
            minusAmount.fma(mean.div(divisor), kept).intoArray(p, pOffset + i);
        }
        return i;
    }
}
