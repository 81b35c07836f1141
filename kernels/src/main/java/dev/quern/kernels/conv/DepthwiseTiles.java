// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.conv;

import dev.quern.kernels.activation.Activation;
import dev.quern.kernels.conv.loops.Depthwise3x3Vector;
import dev.quern.kernels.gemm.Epilogue;

/**
 * Depthwise 3×3 on pixels in NHWC that share cache sets: tiles of few positions with all channels innermost, so that each line is used up while it
 * is there.
 */
final class DepthwiseTiles {
    private DepthwiseTiles() {}

    /**
     * Two output rows of all channels with stride 1, two positions of each at a time; not for an odd number of columns, the last of which they
     * would compute twice.
     */
    static void squares(
            ConvShape s,
            int oh,
            int dummy,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int y,
            int second,
            float[] scratch) {
        int c = s.channels();
        int top = oh - s.paddingTop();
        for (int ow = 0; ow < s.outWidth(); ow += 2) {
            int left = ow - s.paddingLeft();
            int at = (left + 1) * c;
            Depthwise3x3Vector.square(
                    c,
                    left < 0,
                    left + 3 == s.width(),
                    Depthwise3x3.array(s, top, src, scratch),
                    Depthwise3x3.offset(s, top, c, image) + at,
                    Depthwise3x3.array(s, top + 1, src, scratch),
                    Depthwise3x3.offset(s, top + 1, c, image) + at,
                    Depthwise3x3.array(s, top + 2, src, scratch),
                    Depthwise3x3.offset(s, top + 2, c, image) + at,
                    Depthwise3x3.array(s, top + 3, src, scratch),
                    Depthwise3x3.offset(s, top + 3, c, image) + at,
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    c,
                    e.bias() == null ? scratch : e.bias(),
                    e.bias() == null ? 0 : e.biasOffset(),
                    dst,
                    y + ow * c,
                    second < 0 ? scratch : dst,
                    (second < 0 ? dummy : second) + ow * c,
                    e.activation() == Activation.RELU ? 0f : Float.NaN);
        }
    }

    /** Two output rows of all channels with stride 2, a position of each at a time. */
    static void pairs(
            ConvShape s,
            int oh,
            int dummy,
            float[] src,
            int image,
            float[] weights,
            int weightsOffset,
            Epilogue e,
            float[] dst,
            int y,
            int second,
            float[] scratch) {
        int c = s.channels();
        int top = 2 * oh - s.paddingTop();
        for (int ow = 0; ow < s.outWidth(); ow++) {
            int left = 2 * ow - s.paddingLeft();
            int at = (left + 1) * c;
            Depthwise3x3Vector.pairOfStride2(
                    c,
                    left < 0,
                    left + 2 == s.width(),
                    Depthwise3x3.array(s, top, src, scratch),
                    Depthwise3x3.offset(s, top, c, image) + at,
                    Depthwise3x3.array(s, top + 1, src, scratch),
                    Depthwise3x3.offset(s, top + 1, c, image) + at,
                    Depthwise3x3.array(s, top + 2, src, scratch),
                    Depthwise3x3.offset(s, top + 2, c, image) + at,
                    Depthwise3x3.array(s, top + 3, src, scratch),
                    Depthwise3x3.offset(s, top + 3, c, image) + at,
                    Depthwise3x3.array(s, top + 4, src, scratch),
                    Depthwise3x3.offset(s, top + 4, c, image) + at,
                    c,
                    scratch,
                    0,
                    weights,
                    weightsOffset,
                    c,
                    e.bias() == null ? scratch : e.bias(),
                    e.bias() == null ? 0 : e.biasOffset(),
                    dst,
                    y + ow * c,
                    second < 0 ? scratch : dst,
                    (second < 0 ? dummy : second) + ow * c,
                    e.activation() == Activation.RELU ? 0f : Float.NaN);
        }
    }
}
