// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv.loops;

/** The scalar twin of {@link PlaneVector}. */
public final class PlaneScalar {
    private PlaneScalar() {}

    public static void six(
            int positions,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset,
            int outStride) {
        for (int k = 0; k < 6; k++) {
            one(
                    positions,
                    taps,
                    offsets,
                    x,
                    xOffset,
                    w[wOffset + k],
                    w,
                    wOffset + 6 + k,
                    6,
                    out,
                    outOffset + k * outStride);
        }
    }

    public static void one(
            int positions,
            int taps,
            int[] offsets,
            float[] x,
            int xOffset,
            float start,
            float[] w,
            int wOffset,
            int wStep,
            float[] out,
            int outOffset) {
        for (int i = 0; i < positions; i++) {
            float sum = start;
            for (int t = 0; t < taps; t++) {
                sum = Math.fma(x[xOffset + i + offsets[t]], w[wOffset + t * wStep], sum);
            }
            out[outOffset + i] = sum;
        }
    }

    public static void taps(
            int positions,
            int taps,
            int depth,
            int[] offsets,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset) {
        for (int i = 0; i < positions; i++) {
            float sum = 0f;
            for (int t = 0; t < taps; t++) {
                float chain = 0f;
                for (int k = t * depth; k < (t + 1) * depth; k++) {
                    chain = Math.fma(x[xOffset + i + offsets[k]], w[wOffset + k], chain);
                }
                sum += chain;
            }
            out[outOffset + i] = sum;
        }
    }
}
