// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/** How many zeros surround an image before a window slides over it. */
public final class Padding {
    /** None: the output is smaller by the window less one. */
    public static final Padding VALID = new Padding(false, 0, 0, 0, 0);

    /**
     * As many as make the output {@code ⌈size / stride⌉}; of an odd number the larger half goes after the image (the
     * rule of TensorFlow and Keras).
     */
    public static final Padding SAME = new Padding(true, 0, 0, 0, 0);

    private final boolean same;
    private final int top;
    private final int bottom;
    private final int left;
    private final int right;

    private Padding(boolean same, int top, int bottom, int left, int right) {
        this.same = same;
        this.top = top;
        this.bottom = bottom;
        this.left = left;
        this.right = right;
    }

    /**
     * These numbers.
     *
     * @throws IllegalArgumentException when one is negative
     */
    public static Padding of(int top, int bottom, int left, int right) {
        if (top < 0 || bottom < 0 || left < 0 || right < 0) {
            throw new IllegalArgumentException("padding = " + Shapes.text(top, bottom, left, right)
                    + " (top, bottom, left, right), allowed: 0 or more");
        }
        return new Padding(false, top, bottom, left, right);
    }

    int top(int height, int window, int stride) {
        return same ? total(height, window, stride) / 2 : top;
    }

    int bottom(int height, int window, int stride) {
        return same ? (total(height, window, stride) + 1) / 2 : bottom;
    }

    int left(int width, int window, int stride) {
        return same ? total(width, window, stride) / 2 : left;
    }

    int right(int width, int window, int stride) {
        return same ? (total(width, window, stride) + 1) / 2 : right;
    }

    private static int total(int size, int window, int stride) {
        int lastStart = (size - 1) / stride * stride;
        return Math.max(0, lastStart + window - size);
    }

    @Override
    public String toString() {
        return same ? "same" : Shapes.text(top, bottom, left, right);
    }
}
