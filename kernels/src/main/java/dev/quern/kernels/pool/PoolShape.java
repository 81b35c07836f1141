// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.window.Axis;
import java.util.Objects;

/**
 * The sizes of one pooling: a window of {@code windowHeight × windowWidth} slides over each channel of each image.
 * Immutable; every {@code with…} gives a new value.
 *
 * <p>Along one axis of length {@code H} with window {@code K}, stride {@code S}, padding {@code P} before and {@code Q}
 * after, window {@code o} starts at {@code o·S - P} and there are {@code ⌊(H + P + Q - K) / S⌋ + 1} of them. In ceil
 * mode the quotient is rounded up instead, and a last window that would start at {@code H} or beyond is left out: a
 * window may start in the source or in the padding before it, never after it (the rule of PyTorch). As {@code P < K}
 * and {@code Q < K}, every window then holds at least one source element.
 */
public final class PoolShape {
    private final Layout layout;
    private final int batch;
    private final int channels;
    private final Axis vertical;
    private final Axis horizontal;
    private final int outHeight;
    private final int outWidth;
    private final int sourceElements;
    private final int destinationElements;

    /** Made when first asked for; two threads that both do make the same. */
    private Rows rows;

    /** What {@link RowTaps} says of this shape; a part is null where rows are not the way to pool it. */
    private record Rows(RowTaps forward, RowTaps backward) {}

    private PoolShape(Layout layout, int batch, int channels, Axis vertical, Axis horizontal) {
        this.layout = Objects.requireNonNull(layout, "layout");
        this.batch = Check.notNegative("batch", batch);
        this.channels = Check.notNegative("channels", channels);
        this.vertical = vertical;
        this.horizontal = horizontal;
        Check.product("windowHeight·windowWidth", vertical.taps(), horizontal.taps());
        sourceElements =
                Check.product("batch·height·width·channels", batch, vertical.size(), horizontal.size(), channels);
        Check.product("padded image height·width·channels", vertical.padded(), horizontal.padded(), channels);
        outHeight = vertical.outputs();
        outWidth = horizontal.outputs();
        destinationElements = Check.product("batch·outHeight·outWidth·channels", batch, outHeight, outWidth, channels);
    }

    /**
     * A pooling without padding whose stride is its window.
     *
     * @throws IllegalArgumentException when a size is negative, height, width or window is not positive, or the source,
     *     or an image with its padding, has more than 2³¹-1 elements
     */
    public static PoolShape of(
            Layout layout, int batch, int height, int width, int channels, int windowHeight, int windowWidth) {
        return new PoolShape(
                layout,
                batch,
                channels,
                new Axis("height", "window", height, windowHeight, windowHeight, 1, 0, 0, false),
                new Axis("width", "window", width, windowWidth, windowWidth, 1, 0, 0, false));
    }

    /** The same with other strides, each 1 or more. */
    public PoolShape withStrides(int height, int width) {
        return new PoolShape(layout, batch, channels, vertical.withStride(height), horizontal.withStride(width));
    }

    /**
     * The same with other padding.
     *
     * @throws IllegalArgumentException when a padding is negative, or not smaller than the window along its axis
     */
    public PoolShape withPadding(int top, int bottom, int left, int right) {
        requirePadding("top", top, "windowHeight", vertical.taps());
        requirePadding("bottom", bottom, "windowHeight", vertical.taps());
        requirePadding("left", left, "windowWidth", horizontal.taps());
        requirePadding("right", right, "windowWidth", horizontal.taps());
        return new PoolShape(
                layout, batch, channels, vertical.withPadding(top, bottom), horizontal.withPadding(left, right));
    }

    /** The same with the number of windows rounded up ({@code true}) or down. */
    public PoolShape withCeilMode(boolean ceil) {
        return new PoolShape(layout, batch, channels, vertical.withCeil(ceil), horizontal.withCeil(ceil));
    }

    /** The same for another number of images. */
    public PoolShape withBatch(int newBatch) {
        return new PoolShape(layout, newBatch, channels, vertical, horizontal);
    }

    private static void requirePadding(String side, int value, String windowName, int window) {
        Check.notNegative("padding " + side, value);
        if (value >= window) {
            throw new IllegalArgumentException(
                    "padding " + side + " = " + value + ", allowed: less than " + windowName + " = " + window);
        }
    }

    /** The layout of source and destination. */
    public Layout layout() {
        return layout;
    }

    /** The number of images. */
    public int batch() {
        return batch;
    }

    /** The height of an image. */
    public int height() {
        return vertical.size();
    }

    /** The width of an image. */
    public int width() {
        return horizontal.size();
    }

    /** The number of channels. */
    public int channels() {
        return channels;
    }

    /**
     * The height of an output image.
     *
     * @throws IllegalArgumentException when the window is higher than the padded image
     */
    public int outHeight() {
        if (outHeight == 0) { // asked in loops, so without the division that requireFit begins with
            vertical.requireFit();
        }
        return outHeight;
    }

    /**
     * The width of an output image.
     *
     * @throws IllegalArgumentException when the window is wider than the padded image
     */
    public int outWidth() {
        if (outWidth == 0) {
            horizontal.requireFit();
        }
        return outWidth;
    }

    /** The number of elements of the source. */
    public int sourceElements() {
        return sourceElements;
    }

    /**
     * The number of elements of the destination.
     *
     * @throws IllegalArgumentException when the window is larger than the padded image
     */
    public int destinationElements() {
        vertical.requireFit();
        horizontal.requireFit();
        return destinationElements;
    }

    @Override
    public String toString() {
        return "PoolShape[" + layout + ", batch " + batch + ", channels " + channels + ", " + vertical + ", "
                + horizontal + "]";
    }

    /** Planes of an image that are pooled one by one: NCHW is NHWC with one channel and more planes. */
    int planes() {
        return layout == Layout.NCHW ? channels : 1;
    }

    /** Channels side by side in a plane. */
    int depth() {
        return layout == Layout.NCHW ? 1 : channels;
    }

    /** Source elements of a plane. */
    int planeElements() {
        return vertical.size() * horizontal.size() * depth();
    }

    /** Destination elements of a plane. */
    int outPlaneElements() {
        return outHeight * outWidth * depth();
    }

    /** First source row of the windows of an output row. */
    int top(int oh) {
        return vertical.from(oh);
    }

    /** Source row after the last one. */
    int bottom(int oh) {
        return vertical.until(oh);
    }

    /** First source column of the windows of an output column. */
    int left(int ow) {
        return horizontal.from(ow);
    }

    /** Source column after the last one. */
    int right(int ow) {
        return horizontal.until(ow);
    }

    /** Columns of a window, those in the padding included. */
    int windowWidth() {
        return horizontal.taps();
    }

    /** Columns from a window to the next. */
    int strideWidth() {
        return horizontal.step();
    }

    /** Source row of the window's row {@code kh} in output row 0; negative in the padding. */
    int row(int kh) {
        return kh - vertical.before();
    }

    /** Source column of the window's column {@code kw} in output column 0; negative in the padding. */
    int column(int kw) {
        return kw - horizontal.before();
    }

    /** First output column whose window has its column {@code kw} in the source. */
    int firstOutput(int kw) {
        return horizontal.firstOutput(kw);
    }

    /** Output column after the last one whose window has its column {@code kw} in the source. */
    int endOutput(int kw) {
        return horizontal.endOutput(kw);
    }

    /** By what an average is divided; see {@link AvgPool}. */
    float divisor(int oh, int ow, boolean countIncludePad) {
        return countIncludePad
                ? vertical.paddedTaps(oh) * horizontal.paddedTaps(ow)
                : (bottom(oh) - top(oh)) * (right(ow) - left(ow));
    }

    /** What an average is divided by along the columns. */
    int rowCount(int oh, boolean countIncludePad) {
        return countIncludePad ? vertical.paddedTaps(oh) : bottom(oh) - top(oh);
    }

    /** Columns of a window that lie in the source or its padding. */
    int paddedColumns(int ow) {
        return horizontal.paddedTaps(ow);
    }

    /** Rows of a window, those in the padding included. */
    int windowHeight() {
        return vertical.taps();
    }

    /** Whether the planes have one channel and one window, which is all of them. */
    boolean isWholePlane() {
        return depth() == 1
                && outHeight == 1
                && outWidth == 1
                && top(0) == 0
                && left(0) == 0
                && bottom(0) == height()
                && right(0) == width();
    }

    /** Whether no source element lies in two windows. */
    boolean isApart() {
        return windowWidth() <= strideWidth() && windowHeight() <= strideHeight();
    }

    /** Whether the windows are 3×3 and two rows and two columns apart. */
    boolean hasSquares() {
        return windowHeight() == 3 && windowWidth() == 3 && strideHeight() == 2 && strideWidth() == 2;
    }

    /** Whether each source element lies in exactly one window. */
    boolean isTiled() {
        return isCut(vertical, outHeight) && isCut(horizontal, outWidth);
    }

    private static boolean isCut(Axis axis, int outputs) {
        return outputs == 1
                ? axis.from(0) == 0 && axis.until(0) == axis.size()
                : axis.taps() == axis.stride() && axis.until(outputs - 1) == axis.size();
    }

    /** Rows from a window to the next. */
    int strideHeight() {
        return vertical.step();
    }

    /** First output row whose windows hold a source row. */
    int firstWindowRow(int h) {
        return firstWindow(vertical, h);
    }

    /** Output row after the last one; not above the first where there is none. */
    int endWindowRow(int h) {
        return endWindow(vertical, outHeight, h);
    }

    /** First output column whose windows hold a source column. */
    int firstWindow(int w) {
        return firstWindow(horizontal, w);
    }

    /** Output column after the last one; not above the first where there is none. */
    int endWindow(int w) {
        return endWindow(horizontal, outWidth, w);
    }

    private static int firstWindow(Axis axis, int index) {
        return (int) Math.max(0, Math.ceilDiv((long) index + axis.before() - axis.taps() + 1, axis.stride()));
    }

    private static int endWindow(Axis axis, int outputs, int index) {
        return (int) Math.min(outputs, ((long) index + axis.before()) / axis.stride() + 1);
    }

    /** Null where rows are not the way to pool forward. */
    RowTaps forwardTaps(int lanes) {
        return rows(lanes).forward;
    }

    /** Null where rows are not the way to pool backward. */
    RowTaps backwardTaps(int lanes) {
        return rows(lanes).backward;
    }

    private Rows rows(int lanes) {
        Rows made = rows;
        if (made == null) {
            made = new Rows(RowTaps.forward(this, lanes), RowTaps.backward(this, lanes));
            rows = made;
        }
        return made;
    }
}
