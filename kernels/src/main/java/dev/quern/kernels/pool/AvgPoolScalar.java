// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

/**
 * Average pooling of one plane with plain loops: the twin of {@link AvgPoolVector}, and what serves a plane of one
 * channel.
 */
final class AvgPoolScalar {
    private AvgPoolScalar() {}

    static void forward(PoolShape s, boolean countIncludePad, float[] src, int from, float[] dst, int to) {
        int depth = s.depth();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth) {
                float divisor = s.divisor(oh, ow, countIncludePad);
                cell(s, divisor, src, from, dst, to, top, bottom, s.left(ow), s.right(ow), 0);
            }
        }
    }

    static void backward(PoolShape s, boolean countIncludePad, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth) {
                float divisor = s.divisor(oh, ow, countIncludePad);
                share(s, divisor, diffDst, from, diffSrc, to, top, bottom, s.left(ow), s.right(ow), 0);
            }
        }
    }

    /** One output position, channels {@code first} and up. */
    static void cell(
            PoolShape s,
            float divisor,
            float[] src,
            int from,
            float[] dst,
            int to,
            int top,
            int bottom,
            int left,
            int right,
            int first) {
        int depth = s.depth();
        int width = s.width();
        for (int c = first; c < depth; c++) {
            float sum = 0f;
            for (int h = top; h < bottom; h++) {
                int row = from + h * width * depth + c;
                for (int w = left; w < right; w++) {
                    sum += src[row + w * depth];
                }
            }
            dst[to + c] = sum / divisor;
        }
    }

    /** Backward of one output position, channels {@code first} and up. */
    static void share(
            PoolShape s,
            float divisor,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to,
            int top,
            int bottom,
            int left,
            int right,
            int first) {
        int depth = s.depth();
        int width = s.width();
        for (int c = first; c < depth; c++) {
            float part = diffDst[from + c] / divisor;
            for (int h = top; h < bottom; h++) {
                int row = to + h * width * depth + c;
                for (int w = left; w < right; w++) {
                    diffSrc[row + w * depth] += part;
                }
            }
        }
    }
}
