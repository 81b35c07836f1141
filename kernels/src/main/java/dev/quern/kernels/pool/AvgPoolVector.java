// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import dev.quern.kernels.vector.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Average pooling of one NHWC plane with channels in lanes. Forward, the last vector of a position may reach past the
 * channels, as {@link MaxPoolVector} explains.
 */
final class AvgPoolVector {
    private AvgPoolVector() {}

    static void forward(PoolShape s, boolean countIncludePad, float[] src, int from, float[] dst, int to) {
        int depth = s.depth();
        int width = s.width();
        int srcEnd = from + s.planeElements();
        int dstEnd = to + s.outPlaneElements();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                float divisor = s.divisor(oh, ow, countIncludePad);
                int room = Math.min(srcEnd - (from + ((bottom - 1) * width + right - 1) * depth), dstEnd - to);
                int c = 0;
                for (; c < depth && c <= room - Lanes.COUNT; c += Lanes.COUNT) {
                    var sum = FloatVector.zero(Lanes.FLOATS);
                    for (int h = top; h < bottom; h++) {
                        int row = from + h * width * depth + c;
                        for (int w = left; w < right; w++) {
                            sum = FloatVector.fromArray(Lanes.FLOATS, src, row + w * depth)
                                    .add(sum);
                        }
                    }
                    sum.div(divisor).intoArray(dst, to + c);
                }
                if (c < depth) {
                    AvgPoolScalar.cell(s, divisor, src, from, dst, to, top, bottom, left, right, c);
                }
            }
        }
    }

    static void backward(PoolShape s, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        int width = s.width();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth) {
                int left = s.left(ow);
                int right = s.right(ow);
                float divisor = s.divisor(oh, ow, countIncludePad);
                int c = 0;
                for (; c <= depth - Lanes.COUNT; c += Lanes.COUNT) {
                    var part = FloatVector.fromArray(Lanes.FLOATS, diffDst, from + c)
                            .div(divisor);
                    for (int h = top; h < bottom; h++) {
                        for (int w = left; w < right; w++) {
                            int at = to + (h * width + w) * depth + c;
                            FloatVector.fromArray(Lanes.FLOATS, diffSrc, at)
                                    .add(part)
                                    .intoArray(diffSrc, at);
                        }
                    }
                }
                if (c < depth) {
                    AvgPoolScalar.share(s, divisor, diffDst, from, diffSrc, to, top, bottom, left, right, c);
                }
            }
        }
    }
}
