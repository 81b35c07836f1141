// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

import dev.quern.layers.Examples;

/**
 * Grey images of one size with the class of each. Pixels stay bytes, 0 (paper) to 255 (ink), row after row, image after
 * image: a quarter of the memory of floats; a batch is scaled when it is gathered.
 */
final class LabelledImages implements Examples<int[]> {
    private static final float SCALE = 1f / 255f;

    private final int height;
    private final int width;
    private final byte[] pixels;
    private final int[] labels;
    private int[] batchLabels = new int[0];

    /**
     * Holds the arrays given, without a copy.
     *
     * @throws IllegalArgumentException when there are not {@code height · width} pixels for each label
     */
    LabelledImages(int height, int width, byte[] pixels, int[] labels) {
        if ((long) labels.length * height * width != pixels.length) {
            throw new IllegalArgumentException(labels.length + " images of " + height + "×" + width + " need "
                    + (long) labels.length * height * width + " pixels but there are " + pixels.length);
        }
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.labels = labels;
    }

    @Override
    public int count() {
        return labels.length;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** The class of an image. */
    int label(int image) {
        return labels[image];
    }

    /** A pixel, 0 to 255. */
    int pixel(int image, int row, int column) {
        return pixels[(image * height + row) * width + column] & 0xFF;
    }

    /** The pixels themselves, not a copy. */
    byte[] pixels() {
        return pixels;
    }

    @Override
    public int[] imageShape() {
        return new int[] {height, width, 1};
    }

    /** Their pixels become numbers from 0 to 1. */
    @Override
    public int[] gather(int[] order, int first, int count, float[] images) {
        batchLabels = batchLabels.length < count ? new int[count] : batchLabels;
        int size = height * width;
        for (int i = 0; i < count; i++) {
            int image = order[first + i];
            batchLabels[i] = labels[image];
            scale(pixels, image * size, images, i * size, size);
        }
        return batchLabels;
    }

    private static void scale(byte[] src, int srcOffset, float[] dst, int dstOffset, int n) {
        for (int i = 0; i < n; i++) {
            dst[dstOffset + i] = (src[srcOffset + i] & 0xFF) * SCALE;
        }
    }
}
