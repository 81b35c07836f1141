// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.NormCase;

/** Batch normalisation in doubles, NHWC. */
final class ExpectedNorm {
    private ExpectedNorm() {}

    static Expected of(NormCase kase) {
        int channels = kase.channels();
        float[] src = kase.src();
        float[] gamma = kase.gamma();
        float[] beta = kase.beta();
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        if (kase.training()) {
            moments(src, channels, mean, variance);
        } else {
            for (int c = 0; c < channels; c++) {
                mean[c] = kase.mean()[c];
                variance[c] = kase.variance()[c];
            }
        }
        float[] values = new float[src.length];
        double[] bounds = new double[src.length];
        for (int i = 0; i < src.length; i++) {
            int c = i % channels;
            double factor = gamma[c] / Math.sqrt(variance[c] + NormCase.EPSILON);
            values[i] = (float) (factor * (src[i] - mean[c]) + beta[c]);
            bounds[i] = Whole.function(Math.abs(factor) * (Math.abs(src[i]) + Math.abs(mean[c])) + Math.abs(beta[c]));
        }
        return new Whole(values, bounds);
    }

    private static void moments(float[] src, int channels, double[] mean, double[] variance) {
        double positions = src.length / channels;
        for (int i = 0; i < src.length; i++) {
            mean[i % channels] += src[i] / positions;
        }
        for (int i = 0; i < src.length; i++) {
            double distance = src[i] - mean[i % channels];
            variance[i % channels] += distance * distance / positions;
        }
    }
}
