// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import static dev.quern.kernels.vector.Lanes.COUNT;
import static dev.quern.kernels.vector.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** The loops of {@link LayerNormScalar} with vectors; what does not fill one is left to them. */
final class LayerNormVector {
    private LayerNormVector() {}

    static void normalize(
            int n,
            float[] x,
            int xOffset,
            float mean,
            float inverse,
            float[] gamma,
            int gammaOffset,
            float[] beta,
            int betaOffset,
            float[] y,
            int yOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector normal =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean).mul(inverse);
            FloatVector factor = FloatVector.fromArray(FLOATS, gamma, gammaOffset + i);
            normal.fma(factor, FloatVector.fromArray(FLOATS, beta, betaOffset + i))
                    .intoArray(y, yOffset + i);
        }
        LayerNormScalar.normalize(
                n - i, x, xOffset + i, mean, inverse, gamma, gammaOffset + i, beta, betaOffset + i, y, yOffset + i);
    }

    static void scale(int n, float[] g, int gOffset, float[] gamma, int gammaOffset, float[] h, int hOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector factor = FloatVector.fromArray(FLOATS, gamma, gammaOffset + i);
            FloatVector.fromArray(FLOATS, g, gOffset + i).mul(factor).intoArray(h, hOffset + i);
        }
        LayerNormScalar.scale(n - i, g, gOffset + i, gamma, gammaOffset + i, h, hOffset + i);
    }

    static void products(
            int n, float[] g, int gOffset, float[] x, int xOffset, float mean, float inverse, float[] t, int tOffset) {
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector normal =
                    FloatVector.fromArray(FLOATS, x, xOffset + i).sub(mean).mul(inverse);
            FloatVector.fromArray(FLOATS, g, gOffset + i).mul(normal).intoArray(t, tOffset + i);
        }
        LayerNormScalar.products(n - i, g, gOffset + i, x, xOffset + i, mean, inverse, t, tOffset + i);
    }

    static void gradient(
            int n,
            float[] x,
            int xOffset,
            float mean,
            float inverse,
            float[] g,
            int gOffset,
            float[] gamma,
            int gammaOffset,
            float slope,
            float level,
            float[] dx,
            int dxOffset) {
        var slopes = FloatVector.broadcast(FLOATS, slope);
        var inverses = FloatVector.broadcast(FLOATS, inverse);
        int i = 0;
        for (; i <= n - COUNT; i += COUNT) {
            FloatVector factor = FloatVector.fromArray(FLOATS, gamma, gammaOffset + i);
            FloatVector rest =
                    FloatVector.fromArray(FLOATS, g, gOffset + i).mul(factor).sub(level);
            FloatVector normal = FloatVector.broadcast(FLOATS, mean)
                    .sub(FloatVector.fromArray(FLOATS, x, xOffset + i))
                    .mul(inverses);
            FloatVector.broadcast(FLOATS, inverse).mul(normal.fma(slopes, rest)).intoArray(dx, dxOffset + i);
        }
        int left = n - i;
        LayerNormScalar.gradient(
                left,
                x,
                xOffset + i,
                mean,
                inverse,
                g,
                gOffset + i,
                gamma,
                gammaOffset + i,
                slope,
                level,
                dx,
                dxOffset + i);
    }
}
