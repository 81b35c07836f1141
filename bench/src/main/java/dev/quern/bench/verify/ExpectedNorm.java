// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.verify;

import dev.quern.bench.contest.NormCase;
import dev.quern.tests.reference.ReferenceBatchNorm;

/** Batch normalisation, NHWC: values of the plain loops; how far off another order of sums may be, from doubles. */
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
        if (kase.backward()) {
            return backward(kase, mean, variance);
        }
        double[] bounds = new double[src.length];
        for (int i = 0; i < src.length; i++) {
            int c = i % channels;
            double factor = gamma[c] / Math.sqrt(variance[c] + NormCase.EPSILON);
            bounds[i] = Whole.function(Math.abs(factor) * (Math.abs(src[i]) + Math.abs(mean[c])) + Math.abs(beta[c]));
        }
        return new Whole(values(kase), bounds);
    }

    /** Sums over all positions are compared as parts of what they are added to. */
    private static Expected backward(NormCase kase, double[] mean, double[] variance) {
        int channels = kase.channels();
        float[] src = kase.src();
        float[] gamma = kase.gamma();
        float[] diffDst = kase.diffDst();
        float[] saved = new float[2 * channels];
        float[] diffSrc = new float[src.length];
        var reference = reference(kase);
        reference.forward(NormCase.EPSILON, 0f, src, gamma, kase.beta(), kase.running(), new float[src.length], saved);
        reference.backward(src, gamma, saved, diffDst, diffSrc, new float[channels], new float[channels]);
        double[] bounds = new double[src.length];
        for (int i = 0; i < src.length; i++) {
            int c = i % channels;
            double inverse = 1 / Math.sqrt(variance[c] + NormCase.EPSILON);
            double distance = Math.abs(src[i] - mean[c]) * inverse;
            bounds[i] = Whole.function(Math.abs(gamma[c]) * inverse * (Math.abs(diffDst[i]) + distance));
        }
        return new Whole(diffSrc, bounds);
    }

    private static ReferenceBatchNorm reference(NormCase kase) {
        return new ReferenceBatchNorm(true, kase.batch(), kase.height() * kase.width(), kase.channels());
    }

    private static float[] values(NormCase kase) {
        ReferenceBatchNorm reference = reference(kase);
        float[] y = new float[kase.elements()];
        if (kase.training()) {
            float[] saved = new float[2 * kase.channels()];
            reference.forward(NormCase.EPSILON, 0f, kase.src(), kase.gamma(), kase.beta(), kase.running(), y, saved);
        } else {
            reference.inference(NormCase.EPSILON, kase.src(), kase.gamma(), kase.beta(), kase.running(), y);
        }
        return y;
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
