// SPDX-License-Identifier: Apache-2.0
package dev.quern.tests.reference;

import dev.quern.kernels.conv.ConvShape;

/**
 * The convolution and its gradients, each as its definition: seven plain loops, any layout, groups, strides, dilation
 * and padding. Arrays begin at their first element.
 */
public final class ReferenceConv {
    private static final int LANES = 8;

    private ReferenceConv() {}

    /**
     * {@code y[n,oh,ow,oc] = bias[oc] + Σ x·w}, one chain of fused multiply-adds over (kh, kw, c), c fastest; padding
     * takes part as zeros. {@code bias} may be null.
     */
    public static void forward(ConvShape s, float[] x, float[] w, float[] bias, float[] y) {
        for (int n = 0; n < s.batch(); n++) {
            for (int oh = 0; oh < Plane.outHeight(s); oh++) {
                for (int ow = 0; ow < Plane.outWidth(s); ow++) {
                    for (int oc = 0; oc < s.outChannels(); oc++) {
                        y[Plane.destination(s, n, oh, ow, oc)] = output(s, x, w, bias, n, oh, ow, oc);
                    }
                }
            }
        }
    }

    /** One element of {@link #forward}. */
    public static float output(ConvShape s, float[] x, float[] w, float[] bias, int n, int oh, int ow, int oc) {
        int perGroup = s.channels() / s.groups();
        int first = oc / (s.outChannels() / s.groups()) * perGroup;
        float sum = bias == null ? 0f : bias[oc];
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                for (int c = 0; c < perGroup; c++) {
                    sum = Math.fma(pixel(s, x, n, oh, ow, kh, kw, first + c), w[Plane.weight(s, kh, kw, c, oc)], sum);
                }
            }
        }
        return sum;
    }

    private static float pixel(ConvShape s, float[] x, int n, int oh, int ow, int kh, int kw, int c) {
        int h = oh * s.strideHeight() + kh * s.dilationHeight() - s.paddingTop();
        int w = ow * s.strideWidth() + kw * s.dilationWidth() - s.paddingLeft();
        int at = Plane.source(s, n, h, w, c);
        return at < 0 ? 0f : x[at];
    }

    /**
     * {@code dx[n,h,w,c]}: from +0, in ascending (kh, kw), the taps that reach this pixel are added, each of them one
     * chain over the group's output channels from +0.
     */
    public static void backwardData(ConvShape s, float[] dy, float[] w, float[] dx) {
        for (int n = 0; n < s.batch(); n++) {
            for (int h = 0; h < s.height(); h++) {
                for (int ww = 0; ww < s.width(); ww++) {
                    for (int c = 0; c < s.channels(); c++) {
                        dx[Plane.source(s, n, h, ww, c)] = gradientOfPixel(s, dy, w, n, h, ww, c);
                    }
                }
            }
        }
    }

    /** One element of {@link #backwardData}. */
    public static float gradientOfPixel(ConvShape s, float[] dy, float[] w, int n, int h, int ww, int c) {
        float sum = 0;
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                int oh = outputOf(h + s.paddingTop() - kh * s.dilationHeight(), s.strideHeight(), Plane.outHeight(s));
                int ow = outputOf(ww + s.paddingLeft() - kw * s.dilationWidth(), s.strideWidth(), Plane.outWidth(s));
                if (oh >= 0 && ow >= 0) {
                    sum += tap(s, dy, w, n, oh, ow, kh, kw, c);
                }
            }
        }
        return sum;
    }

    private static float tap(ConvShape s, float[] dy, float[] w, int n, int oh, int ow, int kh, int kw, int c) {
        int perGroup = s.channels() / s.groups();
        int outPerGroup = s.outChannels() / s.groups();
        int first = c / perGroup * outPerGroup;
        float chain = 0;
        for (int oc = first; oc < first + outPerGroup; oc++) {
            float weight = w[Plane.weight(s, kh, kw, c % perGroup, oc)];
            chain = Math.fma(dy[Plane.destination(s, n, oh, ow, oc)], weight, chain);
        }
        return chain;
    }

    /** The output position whose stride brings it to {@code position}, or -1 when there is none. */
    static int outputOf(int position, int stride, int outputs) {
        boolean hit = position >= 0 && position % stride == 0 && position / stride < outputs;
        return hit ? position / stride : -1;
    }

    /**
     * {@code dw[kh,kw,c,oc]}: images i, i + 8, i + 16, … make one chain over (image, oh, ow) from +0, the source value
     * first factor, padding as zeros; the up to eight chains are folded 4, 2, 1, absent ones left out.
     */
    public static void backwardWeights(ConvShape s, float[] x, float[] dy, float[] dw) {
        for (int kh = 0; kh < s.kernelHeight(); kh++) {
            for (int kw = 0; kw < s.kernelWidth(); kw++) {
                for (int c = 0; c < s.channels() / s.groups(); c++) {
                    for (int oc = 0; oc < s.outChannels(); oc++) {
                        dw[Plane.weight(s, kh, kw, c, oc)] = gradientOfWeight(s, x, dy, kh, kw, c, oc);
                    }
                }
            }
        }
    }

    /** One element of {@link #backwardWeights}; {@code c} counts within the group. */
    public static float gradientOfWeight(ConvShape s, float[] x, float[] dy, int kh, int kw, int c, int oc) {
        int lanes = Math.min(LANES, s.batch());
        int channel = oc / (s.outChannels() / s.groups()) * (s.channels() / s.groups()) + c;
        float[] chains = new float[LANES];
        for (int l = 0; l < lanes; l++) {
            chains[l] = chain(s, x, dy, l, kh, kw, channel, oc);
        }
        return fold(chains, lanes);
    }

    private static float chain(ConvShape s, float[] x, float[] dy, int lane, int kh, int kw, int c, int oc) {
        float sum = 0;
        for (int n = lane; n < s.batch(); n += LANES) {
            for (int oh = 0; oh < Plane.outHeight(s); oh++) {
                for (int ow = 0; ow < Plane.outWidth(s); ow++) {
                    sum = Math.fma(pixel(s, x, n, oh, ow, kh, kw, c), dy[Plane.destination(s, n, oh, ow, oc)], sum);
                }
            }
        }
        return sum;
    }

    private static float fold(float[] chains, int lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int l = 0; l < half && l + half < lanes; l++) {
                chains[l] += chains[l + half];
            }
        }
        return chains[0];
    }

    /** {@code db[oc]}: each image's positions in the fixed order, then the images one after the other from +0. */
    public static void backwardBias(ConvShape s, float[] dy, float[] db) {
        int positions = Plane.outHeight(s) * Plane.outWidth(s);
        float[] gathered = new float[positions];
        for (int oc = 0; oc < s.outChannels(); oc++) {
            db[oc] = 0;
            for (int n = 0; n < s.batch(); n++) {
                for (int p = 0; p < positions; p++) {
                    int at = Plane.destination(s, n, p / Plane.outWidth(s), p % Plane.outWidth(s), oc);
                    gathered[p] = dy[at];
                }
                db[oc] += ReferenceFixedSum.sum(positions, gathered, 0, 1);
            }
        }
    }
}
