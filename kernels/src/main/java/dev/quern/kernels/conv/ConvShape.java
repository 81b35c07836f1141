// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.check.Check;
import dev.quern.kernels.window.Axis;
import java.util.Objects;

/**
 * Sizes of a 2-D convolution (a cross-correlation, as in every deep-learning library). Computes and checks every size
 * once; made once, used for any number of calls. Immutable: {@link #of} makes a plain one, the {@code with…} methods
 * others.
 *
 * <pre>
 * source       NHWC: (N, H, W, C)     NCHW: (N, C, H, W)
 * weights      (KH, KW, C/groups, K) in both; group g makes output channels [g·K/groups, (g+1)·K/groups)
 * destination  NHWC: (N, OH, OW, K)   NCHW: (N, K, OH, OW)
 *
 * OH = ⌊(H + top + bottom - ((KH - 1)·dilationHeight + 1)) / strideHeight⌋ + 1,  OW likewise
 * </pre>
 */
public final class ConvShape {
    private final Layout layout;
    private final int batch;
    private final int channels;
    private final int outChannels;
    private final int groups;
    private final Axis vertical;
    private final Axis horizontal;
    private final int outHeight;
    private final int outWidth;
    private final int groupChannels;
    private final int patchElements;
    private final int imageElements;

    private ConvShape(
            Layout layout, int batch, int channels, int outChannels, int groups, Axis vertical, Axis horizontal) {
        this.layout = Objects.requireNonNull(layout, "layout");
        this.batch = Check.notNegative("batch", batch);
        this.channels = Check.positive("channels", channels);
        this.outChannels = Check.positive("outChannels", outChannels);
        this.groups = Check.positive("groups", groups);
        this.vertical = vertical;
        this.horizontal = horizontal;
        outHeight = vertical.outputs();
        outWidth = horizontal.outputs();
        Check.divides("groups", groups, "channels", channels);
        Check.divides("groups", groups, "outChannels", outChannels);
        groupChannels = channels / groups;
        imageElements = Check.product("image H·W·C", height(), width(), channels);
        Check.product("source N·H·W·C", batch, height(), width(), channels);
        Check.product("padded image H·W·C", vertical.padded(), horizontal.padded(), channels);
        Check.product("weights KH·KW·C/groups·K", kernelHeight(), kernelWidth(), groupChannels, outChannels);
        patchElements = kernelHeight() * kernelWidth() * groupChannels;
        Check.product("destination N·OH·OW·K", batch, outHeight, outWidth, outChannels);
        Check.product(
                "columns of an image C·KH·KW·OH·OW", channels, kernelHeight(), kernelWidth(), outHeight, outWidth);
    }

    /**
     * A convolution with stride 1, no dilation, no padding and one group.
     *
     * @throws IllegalArgumentException when a size is out of range or a tensor, or an image with its padding, larger than
     *     2³¹-1 elements
     */
    public static ConvShape of(
            Layout layout,
            int batch,
            int height,
            int width,
            int channels,
            int outChannels,
            int kernelHeight,
            int kernelWidth) {
        return new ConvShape(
                layout,
                batch,
                channels,
                outChannels,
                1,
                new Axis("height", "kernel", height, kernelHeight, 1, 1, 0, 0, false),
                new Axis("width", "kernel", width, kernelWidth, 1, 1, 0, 0, false));
    }

    /** The same with other strides, each 1 or more. */
    public ConvShape withStrides(int strideHeight, int strideWidth) {
        return with(vertical.withStride(strideHeight), horizontal.withStride(strideWidth));
    }

    /** The same with other distances between taps, each 1 or more. */
    public ConvShape withDilations(int dilationHeight, int dilationWidth) {
        return with(vertical.withDilation(dilationHeight), horizontal.withDilation(dilationWidth));
    }

    /** The same with other numbers of zeros round the source, each 0 or more. */
    public ConvShape withPadding(int top, int bottom, int left, int right) {
        return with(vertical.withPadding(top, bottom), horizontal.withPadding(left, right));
    }

    /**
     * The same with the channels cut into independent groups.
     *
     * @throws IllegalArgumentException when they do not divide both channels and outChannels
     */
    public ConvShape withGroups(int newGroups) {
        return new ConvShape(layout, batch, channels, outChannels, newGroups, vertical, horizontal);
    }

    /** The same for another number of images. */
    public ConvShape withBatch(int newBatch) {
        return new ConvShape(layout, newBatch, channels, outChannels, groups, vertical, horizontal);
    }

    private ConvShape with(Axis newVertical, Axis newHorizontal) {
        return new ConvShape(layout, batch, channels, outChannels, groups, newVertical, newHorizontal);
    }

    /** Order of the axes of source and destination. */
    public Layout layout() {
        return layout;
    }

    /** N. */
    public int batch() {
        return batch;
    }

    /** H. */
    public int height() {
        return vertical.size();
    }

    /** W. */
    public int width() {
        return horizontal.size();
    }

    /** C. */
    public int channels() {
        return channels;
    }

    /** K. */
    public int outChannels() {
        return outChannels;
    }

    /** KH. */
    public int kernelHeight() {
        return vertical.taps();
    }

    /** KW. */
    public int kernelWidth() {
        return horizontal.taps();
    }

    /** Rows from one window to the next; at most the padded height, as more makes no difference. */
    public int strideHeight() {
        return vertical.step();
    }

    /** Columns from one window to the next; at most the padded width, as more makes no difference. */
    public int strideWidth() {
        return horizontal.step();
    }

    /** Rows from one tap to the next; at most the padded height, as more makes no difference. */
    public int dilationHeight() {
        return vertical.spacing();
    }

    /** Columns from one tap to the next; at most the padded width, as more makes no difference. */
    public int dilationWidth() {
        return horizontal.spacing();
    }

    /** Rows of zeros above the source. */
    public int paddingTop() {
        return vertical.before();
    }

    /** Rows of zeros below the source. */
    public int paddingBottom() {
        return vertical.after();
    }

    /** Columns of zeros before the source. */
    public int paddingLeft() {
        return horizontal.before();
    }

    /** Columns of zeros after the source. */
    public int paddingRight() {
        return horizontal.after();
    }

    /** Independent groups of channels. */
    public int groups() {
        return groups;
    }

    /**
     * OH.
     *
     * @throws IllegalArgumentException when the effective kernel is higher than the padded source
     */
    public int outHeight() {
        if (outHeight == 0) {
            vertical.requireFit();
        }
        return outHeight;
    }

    /**
     * OW.
     *
     * @throws IllegalArgumentException when the effective kernel is wider than the padded source
     */
    public int outWidth() {
        if (outWidth == 0) {
            horizontal.requireFit();
        }
        return outWidth;
    }

    /** N·H·W·C. */
    public int sourceElements() {
        return batch * imageElements();
    }

    /** KH·KW·C/groups·K. */
    public int weightElements() {
        return patchElements() * outChannels;
    }

    /**
     * N·OH·OW·K.
     *
     * @throws IllegalArgumentException when the effective kernel is larger than the padded source
     */
    public int destinationElements() {
        return batch * outHeight() * outWidth() * outChannels;
    }

    /**
     * N·OH·OW·KH·KW·C, the size of the im2col matrix of the whole batch.
     *
     * @throws IllegalArgumentException when that is more than 2³¹-1, or the effective kernel larger than the padded
     *     source
     */
    public int columnElements() {
        long elements = (long) batch * positions() * kernelHeight() * kernelWidth() * channels;
        if (elements > Integer.MAX_VALUE) {
            // Only to refuse: on the way of every call its list of factors would be allocated.
            Check.product(
                    "columns N·OH·OW·KH·KW·C", batch, outHeight(), outWidth(), kernelHeight(), kernelWidth(), channels);
        }
        return (int) elements;
    }

    /** Floating-point operations of the direct algorithm, padding included: {@code 2·N·OH·OW·K·KH·KW·C/groups}. */
    public long flops() {
        return 2L * batch * positions() * outChannels * patchElements();
    }

    Axis vertical() {
        return vertical;
    }

    Axis horizontal() {
        return horizontal;
    }

    /** Windows of an image, OH·OW. */
    int positions() {
        return outHeight() * outWidth();
    }

    /** Input channels of a group. */
    int groupChannels() {
        return groupChannels;
    }

    /** Output channels of a group. */
    int groupOutChannels() {
        return outChannels / groups;
    }

    /** What one output element sees: KH·KW·C/groups. */
    int patchElements() {
        return patchElements;
    }

    /** H·W·C. */
    int imageElements() {
        return imageElements;
    }

    /** True when the source is its own im2col matrix. */
    boolean isPointwise() {
        return kernelHeight() == 1
                && kernelWidth() == 1
                && strideHeight() == 1
                && strideWidth() == 1
                && positions() == height() * width()
                && paddingTop() == 0
                && paddingLeft() == 0;
    }

    @Override
    public String toString() {
        return "ConvShape[" + layout + ", batch " + batch + ", channels " + channels + " -> " + outChannels
                + ", groups " + groups + ", " + vertical + ", " + horizontal + "]";
    }
}
