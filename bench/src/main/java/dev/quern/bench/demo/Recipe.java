// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.layers.Adam;
import dev.quern.layers.Fit;
import dev.quern.layers.FlipAndShift;
import dev.quern.layers.Schedule;
import dev.quern.layers.Sgd;
import dev.quern.layers.SoftmaxCrossEntropyLoss;

/** How a network is trained, but for the options: loss, optimiser, learning rate, and what is done to images. */
@FunctionalInterface
interface Recipe {
    /** The settings of one training. */
    Fit<int[]> fit();

    /** Gradient descent with momentum, the rate falling from 0.02 in a straight line. */
    static Fit<int[]> descent() {
        return new Fit<>(new SoftmaxCrossEntropyLoss(), new Sgd(0.02f, 0.9f))
                .schedule((step, steps) -> (float) (0.02 * (1 - step / (double) steps)));
    }

    /** Gradient descent with momentum at a high rate: a warm-up to 0.05, then a cosine, labels smoothed. */
    static Fit<int[]> smoothed() {
        return new Fit<>(new SoftmaxCrossEntropyLoss(0.05f), new Sgd(0f, 0.9f))
                .schedule(Schedule.cosine(0.05f, 0f).warmUp(200));
    }

    /**
     * For many epochs: AdamW with a warm-up and a cosine, labels smoothed, images mirrored and moved by a pixel at most.
     */
    static Fit<int[]> thorough() {
        return new Fit<>(new SoftmaxCrossEntropyLoss(0.1f), new Adam(0f).decay(0.05f))
                .schedule(Schedule.cosine(0.003f, 0f).warmUp(200))
                .augment(new FlipAndShift(1));
    }
}
