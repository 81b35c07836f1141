// SPDX-License-Identifier: Apache-2.0
package dev.quern.layers;

/**
 * How many zeros surround an image before a window slides over it. With a window that reaches over {@code k} positions
 * (its dilation counted in) and a stride {@code s}, an axis of {@code n} positions with padding p before and q behind
 * gives {@code ⌊(n + p + q - k) / s⌋ + 1} outputs.
 */
public final class Padding {
    /** None: p = q = 0. The output is smaller by what the window reaches beyond one position. */
    public static final Padding VALID = new Padding(Rule.NUMBERS, 0, 0, 0, 0);

    /**
     * As many as make the output {@code o = ⌈n / s⌉}: of {@code t = max(0, (o - 1)·s + k - n)} zeros p = ⌊t / 2⌋ go before
     * the image and q = ⌈t / 2⌉ behind it. This is SAME of TensorFlow and Keras and SAME_UPPER of ONNX.
     */
    public static final Padding SAME = new Padding(Rule.UPPER, 0, 0, 0, 0);

    /**
     * As {@link #SAME}, but of an odd number the larger half goes before the image: p = ⌈t / 2⌉, q = ⌊t / 2⌋. This is
     * SAME_LOWER of ONNX.
     */
    public static final Padding SAME_LOWER = new Padding(Rule.LOWER, 0, 0, 0, 0);

    private enum Rule {
        NUMBERS,
        UPPER,
        LOWER
    }

    private final Rule rule;
    private final int top;
    private final int bottom;
    private final int left;
    private final int right;

    private Padding(Rule rule, int top, int bottom, int left, int right) {
        this.rule = rule;
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
        return new Padding(Rule.NUMBERS, top, bottom, left, right);
    }

    int top(int height, int window, int stride) {
        return rule == Rule.NUMBERS ? top : before(height, window, stride);
    }

    int bottom(int height, int window, int stride) {
        return rule == Rule.NUMBERS ? bottom : total(height, window, stride) - before(height, window, stride);
    }

    int left(int width, int window, int stride) {
        return rule == Rule.NUMBERS ? left : before(width, window, stride);
    }

    int right(int width, int window, int stride) {
        return rule == Rule.NUMBERS ? right : total(width, window, stride) - before(width, window, stride);
    }

    /** True when the output's size follows from the input's and the stride alone. */
    boolean same() {
        return rule != Rule.NUMBERS;
    }

    private int before(int size, int window, int stride) {
        int total = total(size, window, stride);
        return rule == Rule.UPPER ? total / 2 : total - total / 2;
    }

    private static int total(int size, int window, int stride) {
        int lastStart = (size - 1) / stride * stride;
        return Math.max(0, lastStart + window - size);
    }

    @Override
    public String toString() {
        return switch (rule) {
            case UPPER -> "same";
            case LOWER -> "same lower";
            case NUMBERS -> Shapes.text(top, bottom, left, right);
        };
    }
}
