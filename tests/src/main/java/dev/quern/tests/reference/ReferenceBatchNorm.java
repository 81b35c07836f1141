// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

/**
 * Batch normalisation as plain loops over (batch, positions, channels), element by element; {@code nhwc} says which index
 * is the fastest. Sums over a channel: each image's positions in the fixed order, the images' sums one after the other.
 */
public record ReferenceBatchNorm(boolean nhwc, int batch, int positions, int channels) {
    /** Where an element lies. */
    private int at(int image, int position, int channel) {
        return nhwc
                ? (image * positions + position) * channels + channel
                : (image * channels + channel) * positions + position;
    }

    /** One term of a sum. */
    @FunctionalInterface
    private interface Term {
        float of(int at);
    }

    private float sum(int channel, Term term) {
        float total = 0;
        float[] terms = new float[positions];
        for (int image = 0; image < batch; image++) {
            for (int position = 0; position < positions; position++) {
                terms[position] = term.of(at(image, position, channel));
            }
            total += ReferenceFixedSum.sum(positions, terms, 0, 1);
        }
        return total;
    }

    private static float inverse(float variance, float epsilon) {
        return 1f / (float) Math.sqrt(variance + epsilon);
    }

    private void normalize(int c, float[] x, float mean, float inverse, float[] gamma, float[] beta, float[] y) {
        for (int image = 0; image < batch; image++) {
            for (int position = 0; position < positions; position++) {
                int at = at(image, position, c);
                y[at] = Math.fma(x[at] - mean, gamma[c] * inverse, beta[c]);
            }
        }
    }

    /** y by running statistics: means, then variances. */
    public void inference(float epsilon, float[] x, float[] gamma, float[] beta, float[] running, float[] y) {
        for (int c = 0; c < channels; c++) {
            normalize(c, x, running[c], inverse(running[channels + c], epsilon), gamma, beta, y);
        }
    }

    /** y by the batch's statistics; updates running, fills saved with means, then inverses. */
    public void forward(
            float epsilon,
            float momentum,
            float[] x,
            float[] gamma,
            float[] beta,
            float[] running,
            float[] y,
            float[] saved) {
        int terms = batch * positions;
        for (int c = 0; c < channels && terms > 0; c++) {
            float mean = sum(c, at -> x[at]) / terms;
            float squares = sum(c, at -> (x[at] - mean) * (x[at] - mean));
            float unbiased = terms == 1 ? 0 : squares / (terms - 1);
            running[c] = Math.fma(momentum, mean - running[c], running[c]);
            running[channels + c] = Math.fma(momentum, unbiased - running[channels + c], running[channels + c]);
            saved[c] = mean;
            saved[channels + c] = inverse(squares / terms, epsilon);
            normalize(c, x, mean, saved[channels + c], gamma, beta, y);
        }
    }

    /** The gradients. */
    public void backward(
            float[] x, float[] gamma, float[] saved, float[] dy, float[] dx, float[] diffGamma, float[] diffBeta) {
        int terms = batch * positions;
        for (int c = 0; c < channels; c++) {
            float mean = saved[c];
            float inverse = saved[channels + c];
            diffBeta[c] = sum(c, at -> dy[at]);
            diffGamma[c] = terms == 0 ? 0 : sum(c, at -> (x[at] - mean) * dy[at]) * inverse;
            for (int image = 0; image < batch; image++) {
                for (int position = 0; position < positions; position++) {
                    int at = at(image, position, c);
                    float rest = dy[at] - diffBeta[c] / terms;
                    dx[at] = gamma[c] * inverse * Math.fma(mean - x[at], diffGamma[c] * inverse / terms, rest);
                }
            }
        }
    }
}
