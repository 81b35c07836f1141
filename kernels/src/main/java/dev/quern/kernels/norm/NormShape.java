// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.norm;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.conv.Layout;

/**
 * Sizes of what is normalised over batch and positions, channel by channel: (batch, positions, channels) in NHWC, (batch,
 * channels, positions) in NCHW. Positions are height times width; 1 after a dense layer.
 */
public final class NormShape {
    private final Layout layout;
    private final int batch;
    private final int positions;
    private final int channels;
    private final int elements;

    private NormShape(Layout layout, int batch, int positions, int channels) {
        if (layout == null) {
            throw new NullPointerException("layout");
        }
        this.layout = layout;
        this.batch = Check.notNegative("batch", batch);
        this.positions = Check.notNegative("positions", positions);
        this.channels = Check.notNegative("channels", channels);
        elements = Check.product("batch·positions·channels", batch, positions, channels);
        Check.product("batch·positions", batch, positions);
        Check.product("2·batch·channels", 2, batch, channels);
    }

    /**
     * Checks the sizes.
     *
     * @throws NullPointerException when the layout is null
     * @throws IllegalArgumentException when a size is negative, or there are more than 2³¹-1 elements, positions in all,
     *     or sums (two for each image and channel)
     */
    public static NormShape of(Layout layout, int batch, int positions, int channels) {
        return new NormShape(layout, batch, positions, channels);
    }

    /** Order of the dimensions. */
    public Layout layout() {
        return layout;
    }

    /** Images. */
    public int batch() {
        return batch;
    }

    /** Height times width. */
    public int positions() {
        return positions;
    }

    /** Means, variances, factors and shifts. */
    public int channels() {
        return channels;
    }

    /** Floats of source and destination. */
    public int elements() {
        return elements;
    }

    /** True when neighbours in memory are channels of one position; with one position both layouts are the same. */
    boolean channelsLast() {
        return layout == Layout.NHWC || positions == 1;
    }

    /** Floats that one mean is made of. */
    int terms() {
        return batch * positions;
    }
}
