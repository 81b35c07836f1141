// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.Layout;

/** Pooling from its definition: every position of every window is visited, also those outside the source. */
public record ReferencePool(
        Layout layout,
        int batch,
        int height,
        int width,
        int channels,
        int[] window,
        int[] stride,
        int[] padding,
        boolean ceilMode) {

    /** Height of the output. Padding is top, bottom, left, right. */
    public int outHeight() {
        return outputs(height, window[0], stride[0], padding[0], padding[1]);
    }

    /** Width of the output. */
    public int outWidth() {
        return outputs(width, window[1], stride[1], padding[2], padding[3]);
    }

    /** Windows are counted one by one: floor mode wants all of it inside, ceil mode its start. */
    private int outputs(int size, int k, int s, int before, int after) {
        int count = 0;
        for (int start = -before; ; start += s) {
            boolean whole = start + k <= size + after;
            // A window beyond the last whole one exists only if that one left elements uncovered.
            boolean uncovered = count > 0 && start - s + k < size + after;
            if (!whole && !(ceilMode && uncovered && start < size)) {
                return count;
            }
            count++;
        }
    }

    /** Index in the source. */
    public int in(int n, int h, int w, int c) {
        return layout == Layout.NHWC
                ? ((n * height + h) * width + w) * channels + c
                : ((n * channels + c) * height + h) * width + w;
    }

    /** Index in the destination. */
    public int out(int n, int h, int w, int c) {
        return layout == Layout.NHWC
                ? ((n * outHeight() + h) * outWidth() + w) * channels + c
                : ((n * channels + c) * outHeight() + h) * outWidth() + w;
    }

    /** What is done at one tap of a window. */
    private interface Tap {
        void at(int out, int in, int place);
    }

    /** What is done before and after a window. */
    private interface Cell {
        void at(int out, int counted, int inside);
    }

    private void walk(Cell before, Tap tap, Cell after) {
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < channels; c++) {
                for (int oh = 0; oh < outHeight(); oh++) {
                    for (int ow = 0; ow < outWidth(); ow++) {
                        window(n, oh, ow, c, before, tap, after);
                    }
                }
            }
        }
    }

    private void window(int n, int oh, int ow, int c, Cell before, Tap tap, Cell after) {
        int counted = 0;
        int inside = 0;
        for (int kh = 0; kh < window[0]; kh++) {
            for (int kw = 0; kw < window[1]; kw++) {
                int h = oh * stride[0] - padding[0] + kh;
                int w = ow * stride[1] - padding[2] + kw;
                counted += h < height + padding[1] && w < width + padding[3] ? 1 : 0;
                inside += inSource(h, w) ? 1 : 0;
            }
        }
        before.at(out(n, oh, ow, c), counted, inside);
        for (int kh = 0; kh < window[0]; kh++) {
            for (int kw = 0; kw < window[1]; kw++) {
                int h = oh * stride[0] - padding[0] + kh;
                int w = ow * stride[1] - padding[2] + kw;
                if (inSource(h, w)) {
                    tap.at(out(n, oh, ow, c), in(n, h, w, c), h * width + w);
                }
            }
        }
        after.at(out(n, oh, ow, c), counted, inside);
    }

    private boolean inSource(int h, int w) {
        return h >= 0 && h < height && w >= 0 && w < width;
    }

    /** Maximum and its place. */
    public void max(float[] src, float[] dst, int[] argmax) {
        walk(
                (out, counted, inside) -> argmax[out] = -1,
                (out, in, place) -> {
                    boolean first = argmax[out] < 0;
                    float old = dst[out];
                    float larger = first ? src[in] : Math.max(old, src[in]);
                    boolean changed = Float.floatToIntBits(larger) != Float.floatToIntBits(old);
                    if (first || changed) {
                        dst[out] = larger;
                        argmax[out] = place;
                    }
                },
                (out, counted, inside) -> {});
    }

    /** Gradient to the recorded places. */
    public void maxBackward(int[] argmax, float[] diffDst, float[] diffSrc) {
        walk(
                (out, counted, inside) -> {},
                (out, in, place) -> diffSrc[in] += argmax[out] == place ? diffDst[out] : 0f,
                (out, counted, inside) -> {});
    }

    /** Gradient to all that equal the maximum. */
    public void maxBackwardToAll(float[] src, float[] dst, float[] diffDst, float[] diffSrc) {
        walk(
                (out, counted, inside) -> {},
                (out, in, place) -> {
                    boolean nan = Float.isNaN(src[in]) && Float.isNaN(dst[out]);
                    diffSrc[in] += src[in] == dst[out] || nan ? diffDst[out] : 0f;
                },
                (out, counted, inside) -> {});
    }

    /** Average. */
    public void average(boolean includePad, float[] src, float[] dst) {
        walk(
                (out, counted, inside) -> dst[out] = 0f,
                (out, in, place) -> dst[out] += src[in],
                (out, counted, inside) -> dst[out] /= includePad ? counted : inside);
    }

    /** Gradient of the average. */
    public void averageBackward(boolean includePad, float[] diffDst, float[] diffSrc) {
        float[] part = new float[1];
        walk(
                (out, counted, inside) -> part[0] = diffDst[out] / (includePad ? counted : inside),
                (out, in, place) -> diffSrc[in] += part[0],
                (out, counted, inside) -> {});
    }
}
