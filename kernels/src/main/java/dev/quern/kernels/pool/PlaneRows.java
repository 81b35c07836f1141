// SPDX-License-Identifier: Apache-2.0
package dev.quern.kernels.pool;

import java.util.Arrays;

/**
 * Forward pooling of a plane of one channel, an output row at a time: for each tap {@code (kh, kw)} of the window in
 * turn, all outputs of the row whose tap lies in the source take it in. The outputs of a row do not wait for one
 * another, which a window-by-window loop with its one running maximum does at every tap.
 */
final class PlaneRows {
    private PlaneRows() {}

    static void max(PoolShape s, float[] src, int from, float[] dst, int to) {
        int stride = s.strideWidth();
        for (int oh = 0; oh < s.outHeight(); oh++, to += s.outWidth()) {
            Arrays.fill(dst, to, to + s.outWidth(), Float.NEGATIVE_INFINITY);
            int bottom = s.bottom(oh);
            for (int h = s.top(oh); h < bottom; h++) {
                for (int kw = 0; kw < s.windowWidth(); kw++) {
                    int column = from + h * s.width() + s.column(kw);
                    int end = s.endOutput(kw);
                    for (int ow = s.firstOutput(kw); ow < end; ow++) {
                        dst[to + ow] = Math.max(dst[to + ow], src[column + ow * stride]);
                    }
                }
            }
        }
    }

    static void max(PoolShape s, float[] src, int from, float[] dst, int to, int[] argmax, int argmaxTo) {
        int stride = s.strideWidth();
        for (int oh = 0; oh < s.outHeight(); oh++, to += s.outWidth(), argmaxTo += s.outWidth()) {
            int bottom = s.bottom(oh);
            // Of a window that is -∞ throughout no tap is better than this: the first one stays recorded.
            Arrays.fill(dst, to, to + s.outWidth(), Float.NEGATIVE_INFINITY);
            for (int ow = 0; ow < s.outWidth(); ow++) {
                argmax[argmaxTo + ow] = s.top(oh) * s.width() + s.left(ow);
            }
            for (int h = s.top(oh); h < bottom; h++) {
                for (int kw = 0; kw < s.windowWidth(); kw++) {
                    int column = h * s.width() + s.column(kw);
                    int end = s.endOutput(kw);
                    for (int ow = s.firstOutput(kw); ow < end; ow++) {
                        float value = src[from + column + ow * stride];
                        float best = dst[to + ow];
                        boolean better = Float.compare(value, best) > 0;
                        dst[to + ow] = better ? value : best;
                        argmax[argmaxTo + ow] = better ? column + ow * stride : argmax[argmaxTo + ow];
                    }
                }
            }
        }
    }

    static void average(PoolShape s, boolean countIncludePad, float[] src, int from, float[] dst, int to) {
        int stride = s.strideWidth();
        for (int oh = 0; oh < s.outHeight(); oh++, to += s.outWidth()) {
            Arrays.fill(dst, to, to + s.outWidth(), 0f);
            int bottom = s.bottom(oh);
            for (int h = s.top(oh); h < bottom; h++) {
                for (int kw = 0; kw < s.windowWidth(); kw++) {
                    int column = from + h * s.width() + s.column(kw);
                    int end = s.endOutput(kw);
                    for (int ow = s.firstOutput(kw); ow < end; ow++) {
                        dst[to + ow] += src[column + ow * stride];
                    }
                }
            }
            for (int ow = 0; ow < s.outWidth(); ow++) {
                dst[to + ow] /= s.divisor(oh, ow, countIncludePad);
            }
        }
    }

    /** Averages of {@code planes} planes, each one window: their sums are formed side by side, since each is a chain. */
    static void averageWhole(int planes, int elements, float divisor, float[] src, int from, float[] dst, int to) {
        int plane = 0;
        for (; plane <= planes - 8; plane += 8) {
            float s0 = 0f, s1 = 0f, s2 = 0f, s3 = 0f, s4 = 0f, s5 = 0f, s6 = 0f, s7 = 0f;
            int start = from + plane * elements;
            for (int i = start; i < start + elements; i++) {
                s0 += src[i];
                s1 += src[i + elements];
                s2 += src[i + 2 * elements];
                s3 += src[i + 3 * elements];
                s4 += src[i + 4 * elements];
                s5 += src[i + 5 * elements];
                s6 += src[i + 6 * elements];
                s7 += src[i + 7 * elements];
            }
            dst[to + plane] = s0 / divisor;
            dst[to + plane + 1] = s1 / divisor;
            dst[to + plane + 2] = s2 / divisor;
            dst[to + plane + 3] = s3 / divisor;
            dst[to + plane + 4] = s4 / divisor;
            dst[to + plane + 5] = s5 / divisor;
            dst[to + plane + 6] = s6 / divisor;
            dst[to + plane + 7] = s7 / divisor;
        }
        for (; plane < planes; plane++) {
            float sum = 0f;
            for (int i = 0; i < elements; i++) {
                sum += src[from + plane * elements + i];
            }
            dst[to + plane] = sum / divisor;
        }
    }
}
