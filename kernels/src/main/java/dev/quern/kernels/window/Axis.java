// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.window;

import dev.quern.kernels.check.Check;

/**
 * How a window slides along one axis. Output {@code o} sees, at tap {@code t}, source index {@code o·stride - before +
 * t·dilation}; indices outside {@code [0, size)} are padding.
 *
 * @param name of the axis, "height" or "width", for messages
 * @param size of the source
 * @param taps of the window
 * @param stride from a window to the next
 * @param dilation from a tap to the next
 * @param before padding before the source
 * @param after padding after it
 */
public record Axis(String name, int size, int taps, int stride, int dilation, int before, int after) {
    /** Checks each number alone; whether the window fits is known only when all are set: {@link #requireFit}. */
    public Axis {
        String axis = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        Check.positive(name, size);
        Check.positive("kernel" + axis, taps);
        Check.positive("stride" + axis, stride);
        Check.positive("dilation" + axis, dilation);
        Check.notNegative("padding before " + name, before);
        Check.notNegative("padding after " + name, after);
        Check.product("padded " + name, (long) size + before + after);
    }

    /** The same with another stride. */
    public Axis withStride(int newStride) {
        return new Axis(name, size, taps, newStride, dilation, before, after);
    }

    /** The same with another dilation. */
    public Axis withDilation(int newDilation) {
        return new Axis(name, size, taps, stride, newDilation, before, after);
    }

    /** The same with other padding. */
    public Axis withPadding(int newBefore, int newAfter) {
        return new Axis(name, size, taps, stride, dilation, newBefore, newAfter);
    }

    /** Number of windows; 0 when not even one fits. */
    public int outputs() {
        long room = (long) size + before + after - effectiveTaps();
        return room < 0 ? 0 : (int) (room / stride) + 1;
    }

    /**
     * Requires one window or more.
     *
     * @throws IllegalArgumentException with the effective kernel and the padded size
     */
    public void requireFit() {
        if (outputs() == 0) {
            throw new IllegalArgumentException("effective kernel of " + effectiveTaps() + " along " + name
                    + ", allowed: at most the padded " + name + " of " + ((long) size + before + after));
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

    private long effectiveTaps() {
        return (taps - 1L) * dilation + 1;
    }
}
