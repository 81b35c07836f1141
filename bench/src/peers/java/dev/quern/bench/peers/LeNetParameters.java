// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.peers;

import dev.quern.bench.contest.Inputs;
import java.util.Arrays;

/**
 * The parameters of LeNet-5, one array a parameter in the report's order, and their layouts elsewhere: the peers keep
 * convolutions OIHW and images NCHW, so that the first dense layer sees its inputs as (16, 5, 5) instead of (5, 5, 16).
 */
record LeNetParameters(float[][] values) {
    static final int KERNEL = 5;
    static final int TAPS = KERNEL * KERNEL;
    /** Channels of the image and of the two convolutions. */
    static final int[] CHANNELS = {1, 6, 16};
    /** Inputs and units of the three dense layers. */
    static final int[] UNITS = {400, 120, 84, 10};

    private static final int POSITIONS = 25;

    /** Cuts the report's one array into parameters. */
    static LeNetParameters split(float[] all) {
        int[] sizes = sizes();
        float[][] values = new float[sizes.length][];
        int at = 0;
        for (int i = 0; i < sizes.length; i++) {
            values[i] = Arrays.copyOfRange(all, at, at + sizes[i]);
            at += sizes[i];
        }
        if (at != all.length) {
            throw new IllegalArgumentException("parameters = " + all.length + " but LeNet-5 has " + at);
        }
        return new LeNetParameters(values);
    }

    /** Some values, where any will do. */
    static LeNetParameters any() {
        return split(Inputs.uniform(Arrays.stream(sizes()).sum(), 1));
    }

    private static int[] sizes() {
        int[] sizes = new int[10];
        for (int i = 0; i < 2; i++) {
            sizes[2 * i] = TAPS * CHANNELS[i] * CHANNELS[i + 1];
            sizes[2 * i + 1] = CHANNELS[i + 1];
        }
        for (int i = 0; i < 3; i++) {
            sizes[4 + 2 * i] = UNITS[i] * UNITS[i + 1];
            sizes[5 + 2 * i] = UNITS[i + 1];
        }
        return sizes;
    }

    /** The weights of convolution 0 or 1, OIHW. */
    float[] convWeights(int layer) {
        return Relayout.hwioToOihw(values[2 * layer], TAPS, CHANNELS[layer], CHANNELS[layer + 1]);
    }

    /** The bias of convolution 0 or 1. */
    float[] convBias(int layer) {
        return values[2 * layer + 1];
    }

    /** The weights of dense layer 0, 1 or 2, (units, inputs), for images that were NCHW. */
    float[] denseWeights(int layer) {
        int units = UNITS[layer + 1];
        float[] rows = Relayout.transpose(values[4 + 2 * layer], 1, UNITS[layer], units);
        return layer == 0 ? Relayout.transpose(rows, units, POSITIONS, CHANNELS[2]) : rows;
    }

    /** The bias of dense layer 0, 1 or 2. */
    float[] denseBias(int layer) {
        return values[5 + 2 * layer];
    }

    /**
     * The report's one array, from ten parameters in the peers' layouts: those that {@link #convWeights} and
     * {@link #denseWeights} return.
     */
    static float[] join(float[][] theirs) {
        float[] all = new float[Arrays.stream(sizes()).sum()];
        int at = 0;
        for (int i = 0; i < theirs.length; i++) {
            float[] ours = i % 2 == 1 ? theirs[i] : i < 4 ? convWeights(theirs[i], i / 2) : denseWeights(theirs[i], i / 2 - 2);
            System.arraycopy(ours, 0, all, at, ours.length);
            at += ours.length;
        }
        return all;
    }

    private static float[] convWeights(float[] theirs, int layer) {
        return Relayout.oihwToHwio(theirs, TAPS, CHANNELS[layer], CHANNELS[layer + 1]);
    }

    private static float[] denseWeights(float[] theirs, int layer) {
        int units = UNITS[layer + 1];
        float[] rows = layer == 0 ? Relayout.transpose(theirs, units, CHANNELS[2], POSITIONS) : theirs;
        return Relayout.transpose(rows, 1, units, UNITS[layer]);
    }
}
