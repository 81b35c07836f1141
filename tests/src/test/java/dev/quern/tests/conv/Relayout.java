// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.conv;

import dev.quern.kernels.conv.ConvShape;
import dev.quern.kernels.conv.Layout;

/** The same convolution with its images laid out otherwise. */
final class Relayout {
    private Relayout() {}

    static ConvShape to(Layout layout, ConvShape s) {
        return with(layout, s.batch(), s);
    }

    static ConvShape withBatch(int batch, ConvShape s) {
        return with(s.layout(), batch, s);
    }

    private static ConvShape with(Layout layout, int batch, ConvShape s) {
        return ConvShape.of(
                        layout,
                        batch,
                        s.height(),
                        s.width(),
                        s.channels(),
                        s.outChannels(),
                        s.kernelHeight(),
                        s.kernelWidth())
                .withPadding(s.paddingTop(), s.paddingBottom(), s.paddingLeft(), s.paddingRight())
                .withStrides(s.strideHeight(), s.strideWidth())
                .withDilations(s.dilationHeight(), s.dilationWidth())
                .withGroups(s.groups());
    }

    /** NHWC to NCHW. */
    static float[] source(ConvShape s, float[] nhwc) {
        return channelsFirst(nhwc, s.batch(), s.height() * s.width(), s.channels());
    }

    /** NHWC to NCHW. */
    static float[] destination(ConvShape s, float[] nhwc) {
        return channelsFirst(nhwc, s.batch(), s.outHeight() * s.outWidth(), s.outChannels());
    }

    private static float[] channelsFirst(float[] nhwc, int batch, int positions, int channels) {
        float[] nchw = new float[nhwc.length];
        for (int n = 0; n < batch; n++) {
            for (int p = 0; p < positions; p++) {
                for (int c = 0; c < channels; c++) {
                    nchw[(n * channels + c) * positions + p] = nhwc[(n * positions + p) * channels + c];
                }
            }
        }
        return nchw;
    }
}
