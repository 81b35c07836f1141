// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.random.CounterRandom;

/**
 * Changes the images that are learnt from, each time in another way; see {@link Fit#augment}. Images to be tested on stay
 * as they are. What is done to an image may depend on the arguments alone, so that a training can be repeated, and
 * continued, with the same bits.
 */
@FunctionalInterface
public interface Augmentation {
    /**
     * Changes one image in place.
     *
     * @param seed the training's
     * @param stream of {@link CounterRandom}, this image's alone in this epoch
     * @param shape of one image; not to be changed
     * @param images holds the image among others
     * @param offset where the image begins
     * @throws IllegalArgumentException when images of that shape cannot be changed so
     */
    void change(long seed, long stream, int[] shape, float[] images, int offset);
}
