// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** One dense layer with softmax, trained by plain gradient steps: small, but it does learn. */
final class LinearModel implements DemoModel {
    private static final int INPUTS = 784;
    private static final int CLASSES = 10;
    private static final double RATE = 0.1;

    private final double[][] weights = new double[CLASSES][INPUTS];

    @Override
    public String describe() {
        return "a linear classifier";
    }

    private double[] scores(float[] images, int image) {
        double[] scores = new double[CLASSES];
        for (int unit = 0; unit < CLASSES; unit++) {
            for (int i = 0; i < INPUTS; i++) {
                scores[unit] += weights[unit][i] * images[image * INPUTS + i];
            }
        }
        return scores;
    }

    @Override
    public double trainBatch(float[] images, int[] labels, int count, double progress) {
        double loss = 0;
        for (int image = 0; image < count; image++) {
            double[] scores = scores(images, image);
            double sum = 0;
            for (int unit = 0; unit < CLASSES; unit++) {
                scores[unit] = StrictMath.exp(scores[unit]);
                sum += scores[unit];
            }
            loss -= StrictMath.log(scores[labels[image]] / sum) / count;
            for (int unit = 0; unit < CLASSES; unit++) {
                double error = scores[unit] / sum - (unit == labels[image] ? 1 : 0);
                for (int i = 0; i < INPUTS; i++) {
                    weights[unit][i] -= RATE / count * error * images[image * INPUTS + i];
                }
            }
        }
        return loss;
    }

    @Override
    public void predict(float[] images, int count, int[] labels) {
        for (int image = 0; image < count; image++) {
            double[] scores = scores(images, image);
            int best = 0;
            for (int unit = 1; unit < CLASSES; unit++) {
                best = scores[unit] > scores[best] ? unit : best;
            }
            labels[image] = best;
        }
    }

    @Override
    public long weightsCrc32() {
        var crc = new CRC32();
        for (double[] row : weights) {
            for (double weight : row) {
                crc.update(ByteBuffer.allocate(Double.BYTES).putDouble(weight).flip());
            }
        }
        return crc.getValue();
    }

    @Override
    public void close() {}
}
