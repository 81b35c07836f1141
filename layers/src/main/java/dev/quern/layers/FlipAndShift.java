// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

import dev.quern.kernels.random.CounterRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * Mirrors every other image, left to right, and moves each by some pixels down and to the right, negative ones up and to
 * the left; what comes in from outside is 0. Images are (height, width, channels).
 *
 * <p>Of the image's random numbers, see {@link CounterRandom#bits(long, long, long)}, element 0 mirrors when it is
 * negative; elements 1 and 2 are the ways down and to the right, {@code ⌊u·(2·pixels + 1) / 2³²⌋ - pixels} with u the
 * element without its sign. An image is mirrored first.
 */
public final class FlipAndShift implements Augmentation {
    private final int pixels;

    /**
     * Moves by up to so many pixels each way.
     *
     * @throws IllegalArgumentException unless {@code 0 ≤ pixels ≤ 1,000,000}
     */
    public FlipAndShift(int pixels) {
        if (pixels < 0 || pixels > 1_000_000) {
            throw new IllegalArgumentException("pixels = " + pixels + ", allowed: 0 to 1000000");
        }
        this.pixels = pixels;
    }

    @Override
    public void change(long seed, long stream, int[] shape, float[] images, int offset) {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(images, "images");
        if (shape.length != 3) {
            throw new IllegalArgumentException(
                    "images of shape " + Shapes.text(shape) + ", wanted (height, width, channels)");
        }
        if (CounterRandom.bits(seed, stream, 0) < 0) {
            mirror(shape, images, offset);
        }
        int row = shape[1] * shape[2];
        move(way(seed, stream, 1), row, shape[0], images, offset);
        int right = way(seed, stream, 2);
        for (int y = 0; y < shape[0]; y++) {
            move(right, shape[2], shape[1], images, offset + y * row);
        }
    }

    private int way(long seed, long stream, int element) {
        long u = Integer.toUnsignedLong(CounterRandom.bits(seed, stream, element));
        return (int) (u * (2L * pixels + 1) >>> 32) - pixels;
    }

    private static void mirror(int[] shape, float[] images, int offset) {
        int width = shape[1];
        int channels = shape[2];
        for (int y = 0; y < shape[0]; y++) {
            for (int x = 0; x < width / 2; x++) {
                int left = offset + (y * width + x) * channels;
                int right = offset + (y * width + width - 1 - x) * channels;
                for (int c = 0; c < channels; c++) {
                    float pixel = images[left + c];
                    images[left + c] = images[right + c];
                    images[right + c] = pixel;
                }
            }
        }
    }

    /** Moves {@code count} blocks of {@code size} floats by some blocks towards higher indices. */
    private static void move(int by, int size, int count, float[] images, int offset) {
        int gone = Math.min(Math.abs(by), count) * size;
        int kept = count * size - gone;
        if (by > 0) {
            System.arraycopy(images, offset, images, offset + gone, kept);
            Arrays.fill(images, offset, offset + gone, 0f);
        } else if (by < 0) {
            System.arraycopy(images, offset + gone, images, offset, kept);
            Arrays.fill(images, offset + kept, offset + kept + gone, 0f);
        }
    }
}
