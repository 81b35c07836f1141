// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.demo;

/**
 * Grey images of one size with the class of each. Pixels stay bytes, 0 (paper) to 255 (ink), row after row, image after
 * image: a quarter of the memory of floats; a batch is scaled when it is gathered.
 */
final class LabelledImages {
    private static final float SCALE = 1f / 255f;

    private final int height;
    private final int width;
    private final byte[] pixels;
    private final int[] labels;

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

    /** The number of images. */
    int count() {
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

    /**
     * Gathers the images {@code order[first … first+count-1]} into a batch.
     *
     * @param batch NHWC with one channel, 0 to 1; its first {@code count · height · width} floats are written
     * @param batchLabels its first {@code count} ints are written
     */
    void gather(int[] order, int first, int count, float[] batch, int[] batchLabels) {
        int size = height * width;
        for (int i = 0; i < count; i++) {
            int image = order[first + i];
            batchLabels[i] = labels[image];
            scale(pixels, image * size, batch, i * size, size);
        }
    }

    private static void scale(byte[] src, int srcOffset, float[] dst, int dstOffset, int n) {
        for (int i = 0; i < n; i++) {
            dst[dstOffset + i] = (src[srcOffset + i] & 0xFF) * SCALE;
        }
    }
}
