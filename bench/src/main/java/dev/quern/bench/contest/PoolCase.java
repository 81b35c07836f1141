// SPDX-License-Identifier: Apache-2.0
package dev.quern.bench.contest;

import dev.quern.kernels.conv.Layout;
import dev.quern.kernels.pool.PoolShape;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pooling of one image, named {@code KINDwINDOW-CHANNELSxHEIGHTxWIDTH} as in {@code max3s2p1-64x112x112},
 * {@code avg2s2-64x112x112}, {@code global-64x112x112}. An average counts no padding; global is the average over all
 * positions. With {@code -backward} before the size, as in {@code max3s2p1-backward-64x112x112}, it is the gradient of the
 * source.
 *
 * @param backward whether the gradient of the source is computed
 * @param kind max, avg or global
 * @param window height and width; 0 for global
 * @param stride in both directions; 0 for global
 * @param padding on all four sides
 * @param channels of both sides
 * @param height of the source
 * @param width of the source
 */
public record PoolCase(
        boolean backward, Kind kind, int window, int stride, int padding, int channels, int height, int width)
        implements Case {
    private static final Pattern NAME = Pattern.compile(
            "(?:(max|avg)(\\d{1,3})s(\\d{1,3})(?:p(\\d{1,3}))?|global)(-backward)?-(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");

    /** What is computed of a window. */
    public enum Kind {
        /** The maximum. */
        MAX,
        /** The average. */
        AVG,
        /** The average of all positions. */
        GLOBAL
    }

    /** Reads a name. */
    public static PoolCase parse(String name) {
        Matcher text = NAME.matcher(name);
        if (!text.matches()) {
            throw Inputs.unknown("pooling", name, "max3s2p1-64x112x112, avg2s2-64x112x112 or global-64x112x112");
        }
        Kind kind =
                text.group(1) == null ? Kind.GLOBAL : Kind.valueOf(text.group(1).toUpperCase(Locale.ROOT));
        return new PoolCase(
                text.group(5) != null,
                kind,
                number(text.group(2)),
                number(text.group(3)),
                number(text.group(4)),
                number(text.group(6)),
                number(text.group(7)),
                number(text.group(8)));
    }

    private static int number(String text) {
        return text == null ? 0 : Integer.parseInt(text);
    }

    /** NHWC, one image. */
    public float[] src() {
        return Inputs.uniform(channels * height * width, 1);
    }

    /** The gradient of the destination, NHWC. */
    public float[] diffDst() {
        return Inputs.uniform(destinationElements(), 2);
    }

    /** The shape for the kernels. */
    public PoolShape shape(Layout layout) {
        if (kind == Kind.GLOBAL) {
            return PoolShape.of(layout, 1, height, width, channels, height, width);
        }
        return PoolShape.of(layout, 1, height, width, channels, window, window)
                .withStrides(stride, stride)
                .withPadding(padding, padding, padding, padding);
    }

    /** Floats of the destination. */
    public int destinationElements() {
        return kind == Kind.GLOBAL ? channels : channels * outputs(height) * outputs(width);
    }

    private int outputs(int size) {
        return (size + 2 * padding - window) / stride + 1;
    }

    @Override
    public double flops() {
        return 0;
    }

    @Override
    public double bytes() {
        return 4.0 * ((double) channels * height * width + destinationElements());
    }

    @Override
    public String toString() {
        String what = kind.name().toLowerCase(Locale.ROOT);
        if (kind != Kind.GLOBAL) {
            what += window + "s" + stride + (padding == 0 ? "" : "p" + padding);
        }
        return what + (backward ? "-backward-" : "-") + channels + "x" + height + "x" + width;
    }
}
