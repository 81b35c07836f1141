// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Batch normalisation, named {@code inference-CHANNELSxHEIGHTxWIDTH} (one image, given mean and variance),
 * {@code training-CHANNELSxHEIGHTxWIDTH} (eight images, mean and variance their own; the result is the normalised
 * output) or {@code backward-CHANNELSxHEIGHTxWIDTH} (all gradients of the latter; the result is that of the input).
 *
 * @param training whether mean and variance are computed
 * @param backward whether gradients are computed
 * @param channels each normalised on its own
 * @param height of an image
 * @param width of an image
 */
public record NormCase(boolean training, boolean backward, int channels, int height, int width) implements Case {
    /** Added to the variance. */
    public static final float EPSILON = 1e-5f;

    private static final int TRAINING_BATCH = 8;
    private static final Pattern NAME =
            Pattern.compile("(inference|training|backward)-(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");

    /** Reads a name. */
    public static NormCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("norm", name, "inference-64x56x56, training-64x56x56 or backward-64x56x56");
        }
        return new NormCase(
                !text.group(1).equals("inference"),
                text.group(1).equals("backward"),
                Integer.parseInt(text.group(2)),
                Integer.parseInt(text.group(3)),
                Integer.parseInt(text.group(4)));
    }

    /** Images: one for inference, else eight. */
    public int batch() {
        return training ? TRAINING_BATCH : 1;
    }

    /** Floats of source and destination. */
    public int elements() {
        return batch() * height * width * channels;
    }

    /** NHWC. */
    public float[] src() {
        return Inputs.uniform(elements(), 1);
    }

    /** The gradient that comes back, NHWC. */
    public float[] diffDst() {
        return Inputs.uniform(elements(), 6);
    }

    /** The factor of each channel. */
    public float[] gamma() {
        return Inputs.uniform(channels, 2);
    }

    /** The term of each channel. */
    public float[] beta() {
        return Inputs.uniform(channels, 3);
    }

    /** The mean of each channel, for inference. */
    public float[] mean() {
        return Inputs.uniform(channels, 4);
    }

    /** The variance of each channel, for inference: 0.5 to 1. */
    public float[] variance() {
        float[] values = Inputs.uniform(channels, 5);
        for (int i = 0; i < channels; i++) {
            values[i] = 0.5f + Math.abs(values[i]);
        }
        return values;
    }

    /** Means, then variances: the running statistics. */
    public float[] running() {
        float[] values = new float[2 * channels];
        System.arraycopy(mean(), 0, values, 0, channels);
        System.arraycopy(variance(), 0, values, channels, channels);
        return values;
    }

    @Override
    public double flops() {
        return 0;
    }

    @Override
    public double bytes() {
        return 4.0 * (backward ? 3 : 2) * elements();
    }

    @Override
    public String toString() {
        return (backward ? "backward-" : training ? "training-" : "inference-") + channels + "x" + height + "x" + width;
    }
}
