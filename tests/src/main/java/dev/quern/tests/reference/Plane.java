// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;

/**
 * Where things lie in a convolution, worked out anew from its parameters and not taken from the sizes that
 * {@link ConvShape} works out for the kernels.
 */
final class Plane {
    private Plane() {}

    static int outHeight(ConvShape s) {
        return out(
                s.height(), s.paddingTop() + s.paddingBottom(), s.kernelHeight(), s.dilationHeight(), s.strideHeight());
    }

    static int outWidth(ConvShape s) {
        return out(s.width(), s.paddingLeft() + s.paddingRight(), s.kernelWidth(), s.dilationWidth(), s.strideWidth());
    }

    private static int out(int size, int padding, int kernel, int dilation, int stride) {
        return (size + padding - (kernel - 1) * dilation - 1) / stride + 1;
    }

    /** Index of {@code (n, h, w, c)} in the source, or -1 where that is padding. */
    static int source(ConvShape s, int n, int h, int w, int c) {
        boolean inside = h >= 0 && h < s.height() && w >= 0 && w < s.width();
        return inside ? at(s.layout(), s.height(), s.width(), s.channels(), n, h, w, c) : -1;
    }

    /** Index of {@code (n, oh, ow, oc)} in the destination. */
    static int destination(ConvShape s, int n, int oh, int ow, int oc) {
        return at(s.layout(), outHeight(s), outWidth(s), s.outChannels(), n, oh, ow, oc);
    }

    /** Index of {@code (kh, kw, c, oc)} in the weights; {@code c} counts within the group. */
    static int weight(ConvShape s, int kh, int kw, int c, int oc) {
        return ((kh * s.kernelWidth() + kw) * (s.channels() / s.groups()) + c) * s.outChannels() + oc;
    }

    private static int at(Layout layout, int height, int width, int channels, int n, int h, int w, int c) {
        return switch (layout) {
            case NHWC -> ((n * height + h) * width + w) * channels + c;
            case NCHW -> ((n * channels + c) * height + h) * width + w;
        };
    }
}
