// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

/**
 * Max pooling of one plane with plain loops: the twin of {@link MaxPoolVector}, and what serves a plane of one channel.
 */
final class MaxPoolScalar {
    private MaxPoolScalar() {}

    static void forward(PoolShape s, float[] src, int from, float[] dst, int to) {
        int depth = s.depth();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth) {
                cell(s, src, from, dst, to, top, bottom, s.left(ow), s.right(ow), 0);
            }
        }
    }

    static void forward(PoolShape s, float[] src, int from, float[] dst, int to, int[] argmax, int argmaxTo) {
        int depth = s.depth();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, to += depth, argmaxTo += depth) {
                cell(s, src, from, dst, to, argmax, argmaxTo, top, bottom, s.left(ow), s.right(ow), 0);
            }
        }
    }

    static void backward(
            PoolShape s, int[] argmax, int argmaxFrom, float[] diffDst, int from, float[] diffSrc, int to) {
        int depth = s.depth();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth, argmaxFrom += depth) {
                scatter(s, argmax, argmaxFrom, diffDst, from, diffSrc, to, top, bottom, s.left(ow), s.right(ow), 0);
            }
        }
    }

    static void toEveryMaximum(
            PoolShape s,
            float[] src,
            int srcFrom,
            float[] dst,
            int dstFrom,
            float[] diffDst,
            int from,
            float[] diffSrc,
            int to) {
        int depth = s.depth();
        for (int oh = 0; oh < s.outHeight(); oh++) {
            int top = s.top(oh);
            int bottom = s.bottom(oh);
            for (int ow = 0; ow < s.outWidth(); ow++, from += depth, dstFrom += depth) {
                mask(
                        s,
                        src,
                        srcFrom,
                        dst,
                        dstFrom,
                        diffDst,
                        from,
                        diffSrc,
                        to,
                        top,
                        bottom,
                        s.left(ow),
                        s.right(ow),
                        0);
            }
        }
    }

    /** One output position, channels {@code first} and up. */
    static void cell(
            PoolShape s,
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
            float best = Float.NEGATIVE_INFINITY;
            for (int h = top; h < bottom; h++) {
                int row = from + h * width * depth + c;
                for (int w = left; w < right; w++) {
                    best = Math.max(best, src[row + w * depth]);
                }
            }
            dst[to + c] = best;
        }
    }

    /** As above, with the place. */
    static void cell(
            PoolShape s,
            float[] src,
            int from,
            float[] dst,
            int to,
            int[] argmax,
            int argmaxTo,
            int top,
            int bottom,
            int left,
            int right,
            int first) {
        int depth = s.depth();
        int width = s.width();
        for (int c = first; c < depth; c++) {
            int place = top * width + left;
            float best = src[from + place * depth + c];
            for (int h = top; h < bottom; h++) {
                int row = h * width;
                for (int w = left; w < right; w++) {
                    float value = src[from + (row + w) * depth + c];
                    // The total order of compare is that of Math.max: -0 < +0 < NaN, all NaNs equal.
                    if (Float.compare(value, best) > 0) {
                        best = value;
                        place = row + w;
                    }
                }
            }
            dst[to + c] = best;
            argmax[argmaxTo + c] = place;
        }
    }

    /** Backward of one output position, channels {@code first} and up. */
    static void scatter(
            PoolShape s,
            int[] argmax,
            int argmaxFrom,
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
            int place = argmax[argmaxFrom + c];
            // Dividing is quicker than asking each row of the window: nothing foretells which row it will be.
            int h = place / width;
            int w = place - h * width;
            if (h >= top && h < bottom && w >= left && w < right) {
                diffSrc[to + place * depth + c] += diffDst[from + c];
            }
        }
    }

    /** Backward with the textbook's mask of one output position, channels {@code first} and up. */
    static void mask(
            PoolShape s,
            float[] src,
            int srcFrom,
            float[] dst,
            int dstFrom,
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
            float best = dst[dstFrom + c];
            for (int h = top; h < bottom; h++) {
                for (int w = left; w < right; w++) {
                    int at = (h * width + w) * depth + c;
                    float value = src[srcFrom + at];
                    if (value == best || (value != value && best != best)) {
                        diffSrc[to + at] += diffDst[from + c];
                    }
                }
            }
        }
    }
}
