// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.window;

import dev.quern.kernels.check.Check;

/**
 * How a window slides along one axis. Output {@code o} sees, at tap {@code t}, source index {@code o·stride - before +
 * t·dilation}; indices outside {@code [0, size)} are padding.
 *
 * @param name of the axis, "height" or "width", for messages
 * @param window what slides, "kernel" or "window", for messages
 * @param size of the source
 * @param taps of the window
 * @param stride from a window to the next
 * @param dilation from a tap to the next
 * @param before padding before the source
 * @param after padding after it
 * @param ceil whether a last window may end beyond the padding, as long as it starts in the source or before it
 */
public record Axis(
        String name, String window, int size, int taps, int stride, int dilation, int before, int after, boolean ceil) {
    /** Checks each number alone; whether the window fits is known only when all are set: {@link #requireFit}. */
    public Axis {
        String axis = axis(name);
        Check.positive(name, size);
        Check.positive(window + axis, taps);
        Check.positive("stride" + axis, stride);
        Check.positive("dilation" + axis, dilation);
        Check.notNegative("padding before " + name, before);
        Check.notNegative("padding after " + name, after);
        Check.product("padded " + name, (long) size + before + after);
    }

    /** The same with another stride. */
    public Axis withStride(int newStride) {
        return new Axis(name, window, size, taps, newStride, dilation, before, after, ceil);
    }

    /** The same with another dilation. */
    public Axis withDilation(int newDilation) {
        return new Axis(name, window, size, taps, stride, newDilation, before, after, ceil);
    }

    /** The same with other padding. */
    public Axis withPadding(int newBefore, int newAfter) {
        return new Axis(name, window, size, taps, stride, dilation, newBefore, newAfter, ceil);
    }

    /** The same with the number of windows rounded up or down. */
    public Axis withCeil(boolean newCeil) {
        return new Axis(name, window, size, taps, stride, dilation, before, after, newCeil);
    }

    /** The size with its padding. */
    public int padded() {
        return size + before + after;
    }

    /** The stride as far as it matters: one beyond the padded source is the same as one of its length, and sums of it stay small. */
    public int step() {
        return Math.min(stride, padded());
    }

    /** The dilation as far as it matters, see {@link #step}: with one tap it may be any. */
    public int spacing() {
        return Math.min(dilation, padded());
    }

    /** Number of windows; 0 when not even one fits. */
    public int outputs() {
        long room = padded() - effectiveTaps();
        if (room < 0) {
            return 0;
        }
        long last = (room + (ceil ? stride - 1 : 0)) / stride;
        return (int) (ceil && last * stride - before >= size ? last : last + 1);
    }

    /**
     * Requires one window or more.
     *
     * @throws IllegalArgumentException with the effective kernel and the padded size
     */
    public void requireFit() {
        if (outputs() == 0) {
            throw new IllegalArgumentException(window + axis(name) + " = " + taps + " spans " + effectiveTaps()
                    + ", allowed: at most padded " + name + " = " + padded());
        }
    }

    /** The first output for which a tap is in the source. */
    public int firstOutput(int tap) {
        long missing = before - (long) tap * dilation;
        return missing <= 0 ? 0 : (int) Math.min(outputs(), Math.ceilDiv(missing, stride));
    }

    /** The end of the outputs for which a tap is in the source; not below {@link #firstOutput}. */
    public int endOutput(int tap) {
        long last = size - 1 + before - (long) tap * dilation;
        return last < 0 ? firstOutput(tap) : (int) Math.max(firstOutput(tap), Math.min(outputs(), last / stride + 1));
    }

    /** The first tap with which an output sees a source index; {@link #taps} when there is none. */
    public int firstTap(int index) {
        int tap = 0;
        while (tap < taps && !isSeen(index, tap)) {
            tap++;
        }
        return tap;
    }

    /** How many taps see a source index; from the first on they are {@link #tapStep} apart. */
    public int tapsOf(int index) {
        int count = 0;
        for (int tap = firstTap(index); tap < taps && isSeen(index, tap); tap += tapStep()) {
            count++;
        }
        return count;
    }

    /** Taps from one that sees a source index to the next. */
    public int tapStep() {
        return step() / greatestCommonDivisor();
    }

    /** Outputs from a tap that sees a source index back to that of the next. */
    public int outputStep() {
        return spacing() / greatestCommonDivisor();
    }

    /** The output that sees a source index with a tap, where there is one. */
    public int output(int index, int tap) {
        return (int) ((index + (long) before - (long) tap * dilation) / stride);
    }

    /** The first tap of an output that lies in the source, or behind it when none does. */
    public int firstTapInside(int output) {
        return Math.clamp(Math.ceilDiv(before - (long) output * stride, dilation), 0, taps);
    }

    /** The end of an output's taps that lie in the source; not below {@link #firstTapInside}. */
    public int endTapInside(int output) {
        long end = Math.ceilDiv((long) size + before - (long) output * stride, dilation);
        return Math.clamp(end, firstTapInside(output), taps);
    }

    private boolean isSeen(int index, int tap) {
        long position = index + (long) before - (long) tap * dilation;
        return position >= 0 && position % stride == 0 && position / stride < outputs();
    }

    private int greatestCommonDivisor() {
        int a = step();
        int b = spacing();
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    /** The first source index that an output's undilated window sees. */
    public int from(int output) {
        return Math.max(0, output * stride - before);
    }

    /** The end of the source indices that an output's undilated window sees. */
    public int until(int output) {
        return (int) Math.min(size, (long) output * stride - before + taps);
    }

    /** Taps of an output's undilated window that are in the source or its padding. */
    public int paddedTaps(int output) {
        int start = output * stride - before;
        return (int) Math.min((long) start + taps, (long) size + after) - start;
    }

    private static String axis(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private long effectiveTaps() {
        return (taps - 1L) * dilation + 1;
    }
}
