// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A square convolution, named {@code CHANNELS,SIZE-OUTCHANNELSkKERNELsSTRIDEpPADDINGnBATCH}, as in
 * {@code 64,56-64k3s1p1n1}; {@code d2} after the padding is a dilation, the prefix {@code dw} a depthwise convolution
 * (as many groups as channels), the prefix {@code t} a transposed one.
 *
 * @param kind plain, depthwise or transposed
 * @param channels of the source
 * @param size height and width of the source
 * @param outChannels of the destination
 * @param kernel height and width of the window
 * @param stride in both directions
 * @param padding on all four sides
 * @param dilation in both directions
 * @param batch images
 */
public record ConvCase(
        Kind kind,
        int channels,
        int size,
        int outChannels,
        int kernel,
        int stride,
        int padding,
        int dilation,
        int batch)
        implements Case {
    private static final Pattern NAME = Pattern.compile(
            "(dw|t|)(\\d{1,5}),(\\d{1,5})-(\\d{1,5})k(\\d{1,3})s(\\d{1,3})p(\\d{1,3})(?:d(\\d{1,3}))?n(\\d{1,4})");

    /** How channels and positions are connected. */
    public enum Kind {
        /** Every output channel sees every channel. */
        PLAIN(""),
        /** Every channel has output channels of its own. */
        DEPTHWISE("dw"),
        /** The adjoint of a plain convolution. */
        TRANSPOSED("t");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** Reads a name. */
    public static ConvCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("convolution", name, "64,56-64k3s1p1n1, with prefix dw or t, d2 after the padding");
        }
        Kind kind = Kind.PLAIN;
        for (Kind each : Kind.values()) {
            kind = each.prefix.equals(text.group(1)) ? each : kind;
        }
        return new ConvCase(
                kind,
                Integer.parseInt(text.group(2)),
                Integer.parseInt(text.group(3)),
                Integer.parseInt(text.group(4)),
                Integer.parseInt(text.group(5)),
                Integer.parseInt(text.group(6)),
                Integer.parseInt(text.group(7)),
                text.group(8) == null ? 1 : Integer.parseInt(text.group(8)),
                Integer.parseInt(text.group(9)));
    }

    /** As many as channels for a depthwise one, else 1. */
    public int groups() {
        return kind == Kind.DEPTHWISE ? channels : 1;
    }

    /** Height and width of the destination. */
    public int outSize() {
        int reach = (kernel - 1) * dilation + 1;
        return kind == Kind.TRANSPOSED
                ? (size - 1) * stride + reach - 2 * padding
                : (size + 2 * padding - reach) / stride + 1;
    }

    /** Floats of the source. */
    public int sourceElements() {
        return batch * size * size * channels;
    }

    /** Floats of the destination. */
    public int destinationElements() {
        return batch * outSize() * outSize() * outChannels;
    }

    /** Floats of the weights. */
    public int weightElements() {
        return kernel * kernel * (channels / groups()) * outChannels;
    }

    /** Floats of the column matrix. */
    public int columnElements() {
        return batch * outSize() * outSize() * kernel * kernel * channels;
    }

    /** NHWC. */
    public float[] src() {
        return Inputs.uniform(sourceElements(), 1);
    }

    /** HWIO: (kernel, kernel, channels / groups, outChannels); of a transposed convolution those of its adjoint. */
    public float[] weights() {
        return Inputs.uniform(weightElements(), 2);
    }

    /** One for each output channel. */
    public float[] bias() {
        return Inputs.uniform(outChannels, 3);
    }

    /** NHWC: the gradient that comes back. */
    public float[] diffDst() {
        return Inputs.uniform(destinationElements(), 4);
    }

    /** The column matrix that col2im starts from: [group][n·oh·ow][kh·kw·c]. */
    public float[] columns() {
        return Inputs.uniform(columnElements(), 4);
    }

    /** The plain convolution that leads from this transposed one's destination back to its source. */
    public ConvCase adjoint() {
        if (kind != Kind.TRANSPOSED) {
            throw new IllegalArgumentException(this + " is no transposed convolution");
        }
        return new ConvCase(Kind.PLAIN, outChannels, outSize(), channels, kernel, stride, padding, dilation, batch);
    }

    /** The shape for the kernels; not of a transposed convolution. */
    public ConvShape shape(Layout layout) {
        if (kind == Kind.TRANSPOSED) {
            throw new IllegalArgumentException(this + " is a transposed convolution");
        }
        return ConvShape.of(layout, batch, size, size, channels, outChannels, kernel, kernel)
                .withStrides(stride, stride)
                .withDilations(dilation, dilation)
                .withPadding(padding, padding, padding, padding)
                .withGroups(groups());
    }

    @Override
    public double flops() {
        double positions = kind == Kind.TRANSPOSED ? (double) size * size : (double) outSize() * outSize();
        return 2.0 * batch * positions * outChannels * kernel * kernel * (channels / groups());
    }

    @Override
    public double bytes() {
        return 4.0 * ((double) sourceElements() + weightElements() + destinationElements());
    }

    /** Bytes that im2col and col2im move: the image and the column matrix. */
    public double columnBytes() {
        return 4.0 * ((double) sourceElements() + columnElements());
    }

    @Override
    public String toString() {
        return kind.prefix + channels + "," + size + "-" + outChannels + "k" + kernel + "s" + stride + "p" + padding
                + (dilation == 1 ? "" : "d" + dilation) + "n" + batch;
    }
}
