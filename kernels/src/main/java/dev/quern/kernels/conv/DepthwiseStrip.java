// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.DepthwiseStripVector;
import dev.quern.kernels.gemm.Epilogue;
import java.util.Arrays;

/**
 * Depthwise 3×3 of stride 1 for images of seven rows, as networks end in, whose pixels share cache sets and whose rows are odd: 128 channels of
 * each pixel at a time are brought together in the workspace, with zeros round them and their weights behind, which lie as unluckily.
 */
final class DepthwiseStrip {
    static final int ROWS = DepthwiseStripVector.ROWS;

    private static final int CHANNELS = DepthwiseStripVector.CHANNELS;

    private static final int TAPS = 9;

    private DepthwiseStrip() {}

    /** Whether images are strips in height, and a strip stays in the first-level cache. */
    static boolean suits(ConvShape s) {
        return s.outHeight() % ROWS == 0 && s.outWidth() <= ROWS;
    }

    /** Floats of a strip with the zeros round it, and of its weights. */
    static int floats(ConvShape s) {
        return (ROWS + 2) * rowFloats(s) + TAPS * CHANNELS;
    }

    private static int rowFloats(ConvShape s) {
        return (s.outWidth() + 2) * CHANNELS;
    }

    /** Output rows {@code [first, first + ROWS)} of all channels, a multiple of those of a strip. */
    static void run(
            ConvShape s,
            int first,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int out,
            float[] scratch,
            int strip) {
        int c = s.channels();
        int row = rowFloats(s);
        int top = first - s.paddingTop();
        int from = Math.clamp(top, 0, s.height());
        int to = Math.clamp(top + ROWS + 2, from, s.height());
        int columns = Math.min(s.width(), s.outWidth() + 2 - s.paddingLeft());
        int taps = strip + (ROWS + 2) * row;
        Arrays.fill(scratch, strip, taps, 0f);
        for (int k = 0; k < c; k += CHANNELS) {
            for (int h = from; h < to; h++) {
                int pixels = image + h * s.width() * c + k;
                int at = strip + (h - top) * row + s.paddingLeft() * CHANNELS;
                PixelCopy.runs(columns, CHANNELS, src, pixels, c, scratch, at, CHANNELS);
            }
            PixelCopy.runs(TAPS, CHANNELS, weights, weightsOffset + k, c, scratch, taps, CHANNELS);
            DepthwiseStripVector.run(
                    s.outWidth(),
                    scratch,
                    strip,
                    row,
                    taps,
                    e.bias() == null ? scratch : e.bias(),
                    e.bias() == null ? 0 : e.biasOffset() + k,
                    dst,
                    out + first * s.outWidth() * c + k,
                    s.outWidth() * c,
                    c,
                    e.activation() == Activation.RELU ? 0f : Float.NaN);
        }
    }
}
